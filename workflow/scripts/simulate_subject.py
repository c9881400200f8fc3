"""Scenes -> a brain's true responses and its BOLD runs. Read, call, write."""

from typing import TYPE_CHECKING

from boldwise.io.bids_writer import write_subject
from boldwise.io.truth import read_scenes, write_truth
from boldwise.simulate.world import World, simulate_subject
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    stimulus_id, scenes = read_scenes(job.input.scenes, job.input.stimuli)

    subject = simulate_subject(
        job.wildcards.subject,
        World.of(job.params.world),
        stimulus_id=stimulus_id,
        scenes=scenes,
    )

    motion = write_subject(job.params.root, subject)
    write_truth(job.output.truth, subject, motion, provenance=job.provenance)
    n_trials = sum(len(plan.scene) for plan in subject.plans)
    job.log.info("%d trials in %d runs", n_trials, len(motion))

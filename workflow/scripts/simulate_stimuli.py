"""Settings -> scenes with captions and graphs. One call, then write."""

from typing import TYPE_CHECKING

from boldwise.io.bids_writer import write_dataset
from boldwise.io.records import write_stimuli
from boldwise.io.truth import write_properties, write_scenes
from boldwise.simulate.stimuli import as_stimuli, draw_dataset
from boldwise.simulate.world import World
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    subjects = job.params.subjects

    stimulus_id, scenes = draw_dataset(
        World.of(job.params.world),
        subjects,
        size_px=job.params.world["image_size_px"],
    )

    stimuli = as_stimuli(stimulus_id, scenes)
    write_stimuli(job.output.stimuli, stimuli, provenance=job.provenance)
    write_scenes(job.output.scenes, stimulus_id, scenes, provenance=job.provenance)
    write_properties(job.output.properties, stimulus_id, scenes)
    write_dataset(job.params.root, subjects)
    job.log.info("%d scenes for %d subjects", len(scenes), len(subjects))

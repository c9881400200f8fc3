"""Repeats of the test stimuli -> the noise ceiling of each voxel."""

from typing import TYPE_CHECKING

from boldwise.evaluation.ceilings import estimate_ceiling
from boldwise.evaluation.held_out import find_shown
from boldwise.evaluation.leakage import neighbour_correlation
from boldwise.io.records import read_responses, read_split
from boldwise.io.score_stores import write_ceiling
from boldwise.responses.subjects import in_voxels_of
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    split = read_split(job.input.split)
    responses = read_responses(job.input.responses)
    others = [
        find_shown(in_voxels_of(read_responses(path), responses.voxels), split)
        for path in job.input.others
    ]

    ceiling = estimate_ceiling(
        find_shown(responses, split),
        others,
        method=job.params.method,
        seed=job.params.seed,
    )
    neighbours = neighbour_correlation(responses.response, responses.trials)

    write_ceiling(
        job.output.ceiling,
        ceiling,
        responses.voxels,
        neighbours=neighbours,
        split=split,
        provenance=job.provenance,
    )
    job.log.info("ceilings of %d voxels by %s", len(neighbours), ceiling.method)

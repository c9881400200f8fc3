"""Fewer images of all subjects -> scores by number of images. Read, call, write."""

from typing import TYPE_CHECKING

from boldwise.encoders.learning_curves import curves_of_training
from boldwise.io.learning_curves import read_ridges, write_curves
from boldwise.io.progress import log_training
from boldwise.io.records import read_split
from boldwise.io.trained_encoders import checkpoints_beside, open_bench
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job, checkpoints_beside(job.output.curves[0]) as folder:
    split = read_split(job.input.split)
    more = {"folder": folder, "progress": log_training(job.log)}
    ridges = read_ridges(job.input.beside, job.params.ridges)
    how = {"asked": job.params.sizes, "name": job.wildcards.encoder}

    with open_bench(job.input, job.params, split, **more) as bench:
        curves = curves_of_training(bench, ridges, **how)

    write_curves(
        job.output.curves,
        {who: (one, bench.subjects[who].voxels) for who, one in curves.items()},
        job.input.ceilings,
        about={"min_ceiling": job.params.min_ceiling},
        split=split,
        provenance=job.provenance,
    )
    job.log.info("scored %s", {who: list(one.r) for who, one in curves.items()})

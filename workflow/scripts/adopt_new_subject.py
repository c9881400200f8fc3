"""Responses of all subjects -> scores of one left out, by images. Read, call, write."""

from typing import TYPE_CHECKING

from boldwise.encoders.learning_curves import curve_of_new_subject
from boldwise.io.learning_curves import read_ridges, write_curves
from boldwise.io.progress import log_training
from boldwise.io.records import read_split
from boldwise.io.trained_encoders import checkpoints_beside, open_bench
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job, checkpoints_beside(job.output.curve) as folder:
    split, subject = read_split(job.input.split), job.wildcards.subject
    more = {"folder": folder, "progress": log_training(job.log), "wanted": subject}
    ridges = read_ridges(job.input.beside, job.params.ridges)
    how = {"asked": job.params.budgets, "name": job.wildcards.encoder}

    with open_bench(job.input, job.params, split, **more) as bench:
        curve = curve_of_new_subject(bench, ridges, **how)

    write_curves(
        [job.output.curve],
        {subject: (curve, bench.subjects[subject].voxels)},
        [job.input.ceiling],
        about={"min_ceiling": job.params.min_ceiling},
        split=split,
        provenance=job.provenance,
    )
    job.log.info("scored after %s images", curve.n_images.tolist())

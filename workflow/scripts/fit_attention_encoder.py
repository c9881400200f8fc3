"""Responses and tokens -> trained encoder of a subject. Read, call, write."""

from typing import TYPE_CHECKING

from boldwise.encoders.trained import train_encoder
from boldwise.io.progress import log_training
from boldwise.io.records import read_split
from boldwise.io.trained_encoders import (
    checkpoints_beside,
    open_bench,
    write_trained_encoders,
    write_trained_models,
)
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job, checkpoints_beside(job.output.encoder) as folder:
    options, split = job.params.encoder, read_split(job.input.split)
    more = {"folder": folder, "progress": log_training(job.log)}
    more |= {"wanted": job.wildcards.subject}

    with open_bench(job.input, job.params, split, **more) as bench:
        fits = train_encoder(bench)

    about = {"split_hash": split.hash, "features": options["features"]}
    given = {"about": about, "provenance": job.provenance}
    write_trained_encoders([job.output.encoder], bench.subjects, fits, **given)
    write_trained_models(job.output.model, fits, options=options, **given)
    job.log.info("trained %s parameters", [one.n_parameters for one in fits])

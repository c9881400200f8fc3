"""Shuffled responses of all -> scores of a shared encoder. Read, call, write."""

from typing import TYPE_CHECKING

from boldwise.encoders.trained import Bench, shuffle_encoder
from boldwise.io.progress import log_training
from boldwise.io.records import read_split
from boldwise.io.trained_encoders import (
    checkpoints_beside,
    open_sources,
    read_subjects,
    write_shuffles,
)
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job, checkpoints_beside(job.output.shuffled[0]) as folder:
    options, split = job.params.encoder, read_split(job.input.split)
    rows = read_subjects(
        job.input.responses, split, job.input.stimuli, keep=job.params.keep
    )
    who = {"wanted": tuple(rows), "options": options}
    draws = {"n_shuffles": job.params.n_shuffles, "seed": job.params.seed}
    progress = log_training(job.log)

    with open_sources(job.input, job.params.spaces, kind=options["kind"]) as sources:
        bench = Bench(rows, sources=sources, folder=folder, progress=progress, **who)
        medians = shuffle_encoder(bench, **draws)

    about = {"split_hash": split.hash, "seed": job.params.seed}
    given = {"about": about, "provenance": job.provenance}
    write_shuffles(job.output.shuffled, medians, **given)
    told = {name: one["all"].tolist() for name, one in medians.items()}
    job.log.info("median r of draws: %s", told)

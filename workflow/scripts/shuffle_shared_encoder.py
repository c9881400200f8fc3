"""Shuffled responses of all -> scores of a shared encoder. Read, call, write."""

from typing import TYPE_CHECKING

from boldwise.encoders.trained import shuffle_encoder
from boldwise.io.progress import log_training
from boldwise.io.records import read_split
from boldwise.io.trained_encoders import (
    checkpoints_beside,
    open_bench,
    write_shuffles,
)
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job, checkpoints_beside(job.output.shuffled[0]) as folder:
    split, seed = read_split(job.input.split), job.params.seed
    more = {"folder": folder, "progress": log_training(job.log)}

    with open_bench(job.input, job.params, split, **more) as bench:
        medians = shuffle_encoder(bench, n_shuffles=job.params.n_shuffles, seed=seed)

    about = {"split_hash": split.hash, "seed": seed}
    given = {"about": about, "provenance": job.provenance}
    write_shuffles(job.output.shuffled, medians, **given)
    told = {name: one["all"].tolist() for name, one in medians.items()}
    job.log.info("median r of draws: %s", told)

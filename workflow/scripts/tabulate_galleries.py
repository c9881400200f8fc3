"""Likeness of nearest training stimuli -> one table. Read, call one function, write."""

from typing import TYPE_CHECKING

from boldwise.evaluation.likeness import COLUMNS, tabulate_likeness
from boldwise.io.gallery_stores import read_gallery_measures
from boldwise.io.records import read_split
from boldwise.io.score_stores import write_rows
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    split = read_split(job.input.split)
    found, left_out = read_gallery_measures(job.input.galleries, split)

    rows = tabulate_likeness(
        found,
        individuals=job.params.individuals,
        seed=job.params.seed,
        left_out=left_out,
    )

    write_rows(job.output.table, rows, columns=COLUMNS)
    job.log.info("%d rows, %d metrics left out", len(rows), len(left_out))

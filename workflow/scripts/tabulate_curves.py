"""Scores by number of images -> one table of all curves. Read, call, write."""

from typing import TYPE_CHECKING

from boldwise.io.learning_curves import COLUMNS, tabulate_curves
from boldwise.io.records import read_split
from boldwise.io.score_stores import write_rows
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    rows = list(tabulate_curves(job.input.curves, read_split(job.input.split)))

    write_rows(job.output.table, rows, columns=COLUMNS)
    job.log.info("%d rows", len(rows))

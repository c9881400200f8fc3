"""Trained encoders, and ridges beside them -> sizes and epochs. Read, call, write."""

from typing import TYPE_CHECKING

from boldwise.io.score_stores import write_rows
from boldwise.io.trained_results import COLUMNS, tabulate_training
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    rows = list(
        tabulate_training(
            job.input.models,
            job.input.ridges,
            job.input.features,
            job.params.beside,
        )
    )

    write_rows(job.output.table, rows, columns=COLUMNS)
    job.log.info("%d rows", len(rows))

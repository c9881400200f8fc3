"""Identification by all decoders and subjects -> one table."""

from typing import TYPE_CHECKING

from boldwise.evaluation.tables import IDENTIFICATION_COLUMNS, tabulate_identification
from boldwise.io.identification_stores import read_all_identifications
from boldwise.io.records import read_split
from boldwise.io.score_stores import write_rows
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    found = read_all_identifications(
        job.input.identification, read_split(job.input.split)
    )

    rows = tabulate_identification(
        found, individuals=job.params.individuals, seed=job.params.seed
    )

    write_rows(job.output.table, rows, columns=IDENTIFICATION_COLUMNS)
    job.log.info("%d rows about %d decoders", len(rows), len(found))

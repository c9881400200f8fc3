"""What regions are worth to decoders -> one table. Read, call one function, write."""

from typing import TYPE_CHECKING

from boldwise.evaluation.region_shares import COLUMNS, tabulate_ablation
from boldwise.io.ablation_stores import read_ablations
from boldwise.io.records import read_split
from boldwise.io.score_stores import write_rows
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    shares, _ = read_ablations(job.input.ablations, read_split(job.input.split))

    rows = tabulate_ablation(shares, individuals=job.params.individuals)

    write_rows(job.output.table, rows, columns=COLUMNS)
    job.log.info("%d rows about %d decoders", len(rows), len(shares))

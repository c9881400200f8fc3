"""Scores of all encoders and subjects -> one table."""

from typing import TYPE_CHECKING

from boldwise.evaluation.tables import SCORE_COLUMNS, tabulate_scores
from boldwise.io.records import read_split
from boldwise.io.score_stores import read_all_scores, write_rows
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    scores = read_all_scores(job.input.scores, read_split(job.input.split))

    rows = tabulate_scores(
        scores,
        individuals=job.params.individuals,
        q=job.params.q,
        seed=job.params.seed,
    )

    write_rows(job.output.table, rows, columns=SCORE_COLUMNS)
    job.log.info("%d rows about %d encoders", len(rows), len(scores))

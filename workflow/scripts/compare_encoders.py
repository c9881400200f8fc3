"""Scores of all encoders -> their differences, paired over stimuli."""

from typing import TYPE_CHECKING

from boldwise.evaluation.tables import COMPARISON_COLUMNS, compare_models
from boldwise.io.records import read_split
from boldwise.io.score_stores import read_all_scores, write_rows
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    scores = read_all_scores(job.input.scores, read_split(job.input.split))

    rows = compare_models(
        scores, individuals=job.params.individuals, seed=job.params.seed
    )

    write_rows(job.output.table, rows, columns=COMPARISON_COLUMNS)
    job.log.info("%d comparisons of %d encoders", len(rows), len(scores))

"""Categories decoded from all feature spaces -> a table and a figure."""

from typing import TYPE_CHECKING

from boldwise.io.category_checks import COLUMNS, read_checks
from boldwise.io.figure_files import save_figure
from boldwise.io.records import read_split
from boldwise.io.score_stores import write_rows
from boldwise.reporting.category_check import draw_category_check
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    rows = read_checks(job.input.checks, read_split(job.input.split))

    figure = draw_category_check(rows)

    write_rows(job.output.table, rows, columns=COLUMNS)
    save_figure(job.output.figure, figure)
    job.log.info("%s", figure.get_label())

"""How all subjects were taken up -> curves and a table. Read, draw, save."""

from typing import TYPE_CHECKING

from boldwise.decoders.adaptation_table import ADAPTATION_COLUMNS, tabulate_adaptations
from boldwise.io.adaptation_stores import read_adaptations
from boldwise.io.figure_files import save_figures
from boldwise.io.records import read_split
from boldwise.io.score_stores import write_rows
from boldwise.reporting.adaptation_curves import draw_adaptation_curves
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    found = read_adaptations(job.input.adaptations, read_split(job.input.split))

    figures = {"adaptation_curves": draw_adaptation_curves(found)}
    rows = list(tabulate_adaptations(found))

    write_rows(job.output.table, rows, columns=ADAPTATION_COLUMNS)
    save_figures(job.output, figures)
    job.log.info("%d rows about %d decoders", len(rows), len(found))

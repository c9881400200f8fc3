"""Table of scores by number of images -> curves beside ridge. Read, draw, save."""

from typing import TYPE_CHECKING

from boldwise.io.figure_files import save_figures
from boldwise.io.study_results import read_rows
from boldwise.reporting.learning_curves import curves_of_rows, draw_learning_curves
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    curves = curves_of_rows(read_rows(job.input.table))

    figure = draw_learning_curves(curves)

    save_figures(job.output, {"learning_curves": figure})
    job.log.info("%s", figure.get_label())

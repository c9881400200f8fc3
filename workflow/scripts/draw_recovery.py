"""Findings about the simulated truth -> found beside known. Read, draw, save."""

from typing import TYPE_CHECKING

from boldwise.io.figure_files import save_figure
from boldwise.io.subject_results import read_recovery
from boldwise.reporting.truth import draw_recovery
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    columns, normalised = read_recovery(job.input.voxels, job.input.table)

    figure = draw_recovery(**columns, normalised=normalised)

    save_figure(job.output.recovery, figure)
    job.log.info("%s", figure.get_label())

"""Decoders that subjects share -> how losses fell. Read, draw, save."""

from typing import TYPE_CHECKING

from boldwise.io.figure_files import save_figures
from boldwise.io.trained_results import read_courses
from boldwise.reporting.training_curves import draw_training_curves
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    courses = read_courses(job.input.models)

    save_figures(job.output, {"decoder_training": draw_training_curves(courses)})
    job.log.info("%d decoders", len(courses))

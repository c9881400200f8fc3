"""Trained encoders of all subjects -> losses, and scores beside ridge. Read, draw."""

from typing import TYPE_CHECKING

from boldwise.io.figure_files import save_figures
from boldwise.io.records import read_split
from boldwise.io.trained_results import read_courses, read_pairs
from boldwise.reporting.beside_ridge import draw_beside_ridge
from boldwise.reporting.training_curves import draw_training_curves
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    split, beside = read_split(job.input.split), job.params.beside
    courses = read_courses(job.input.models)
    pairs, normalised = read_pairs(job.input.scores, beside, split)

    figures = {"training_curves": draw_training_curves(courses)}
    if pairs:
        figures["beside_ridge"] = draw_beside_ridge(pairs, normalised=normalised)

    save_figures(job.output, figures)
    job.log.info("%s", [figure.get_label() for figure in figures.values()])

"""Encoders that chose a layer, of one subject -> their choices. Read, draw, save."""

from typing import TYPE_CHECKING

from boldwise.io.figure_files import save_figures
from boldwise.io.layer_choices import read_layer_choices
from boldwise.io.records import read_split
from boldwise.io.subject_results import read_encoder_scores
from boldwise.reporting.layer_choice import draw_layer_choice
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    split = read_split(job.input.split)
    scores, voxels = read_encoder_scores(job.input.scores, split)
    choices = read_layer_choices(job.input.encoders, split)
    predicted = {name: found.q < job.params.q for name, found in scores.items()}

    figure = draw_layer_choice(choices, predicted, voxels.roi)

    save_figures(job.output, {"layer_choice": figure})

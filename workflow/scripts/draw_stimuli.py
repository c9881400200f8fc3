"""Stimuli -> what a few of them look like. Read, draw, save."""

from typing import TYPE_CHECKING

from boldwise.io.figure_files import save_figure
from boldwise.io.records import open_stimuli
from boldwise.reporting.stimuli import draw_stimuli
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    with open_stimuli(job.input.stimuli) as stimuli:
        figure = draw_stimuli(stimuli)

    save_figure(job.output.stimuli, figure)

"""Stimuli and split -> what was shown, and what is held out. Read, draw, save."""

from typing import TYPE_CHECKING

from boldwise.io.figure_files import save_figures
from boldwise.io.records import open_stimuli, read_split
from boldwise.io.score_stores import read_seen
from boldwise.reporting.split_layout import draw_split_layout
from boldwise.reporting.stimuli import draw_stimuli
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    split, seen = read_split(job.input.split), read_seen(job.input.responses)

    with open_stimuli(job.input.stimuli) as stimuli:
        figures = {
            "stimuli": draw_stimuli(stimuli),
            "split_layout": draw_split_layout(split, seen),
        }

    save_figures(job.output, figures)

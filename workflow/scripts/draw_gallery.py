"""Nearest training stimuli -> a gallery chosen by rank. Read, draw, save."""

from typing import TYPE_CHECKING

from boldwise.io.figure_files import save_figures
from boldwise.io.gallery_stores import read_pointed
from boldwise.io.records import open_stimuli, read_split
from boldwise.reporting.gallery import draw_gallery
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    split, given = read_split(job.input.split), job.input
    pointed = read_pointed(given.galleries, given.identification, split)

    with open_stimuli(given.stimuli) as stimuli:
        figure = draw_gallery(
            pointed,
            stimuli,
            n_shown=job.params.n_shown,
            pictures=job.params.pictures,
        )

    save_figures(job.output, {"gallery": figure})

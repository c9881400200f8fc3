"""Decoded and true patterns -> matrices of their similarity. Read, draw, save."""

from typing import TYPE_CHECKING

from boldwise.io.figure_files import save_figures
from boldwise.io.records import read_split, read_stimuli
from boldwise.io.similarity_matrices import read_similarities
from boldwise.reporting.similarity import draw_similarity
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    split = read_split(job.input.split)
    stimuli = read_stimuli(job.input.stimuli, images=False)

    found = read_similarities(job.input.decoders, split, stimuli)

    save_figures(job.output, {"similarity": draw_similarity(found)})
    job.log.info("%d decoders", len(found))

"""Ranks of true stimuli -> histograms, pool curves and controls. Read, draw, save."""

from typing import TYPE_CHECKING

from boldwise.io.figure_files import save_figures
from boldwise.io.identification_stores import read_all_identifications
from boldwise.io.records import read_split
from boldwise.io.subject_results import pool_curves, read_ranks
from boldwise.reporting.decoder_bars import draw_decoder_bars
from boldwise.reporting.pool_curve import draw_pool_curves
from boldwise.reporting.ranks import draw_ranks
from boldwise.reporting.training_distance import draw_training_distance
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    split, paths = read_split(job.input.split), job.input.identification
    ranks, pools = read_ranks(paths, split)
    found = read_all_identifications(paths, split)

    figures = {
        "ranks": draw_ranks(ranks, pools),
        "pool_curves": draw_pool_curves(pool_curves(found)),
        "decoder_controls": draw_decoder_bars(found),
        "training_distance": draw_training_distance(found),
    }

    save_figures(job.output, figures)
    job.log.info("%d decoders", len(ranks))

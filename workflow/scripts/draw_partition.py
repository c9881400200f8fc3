"""Banded encoders of one subject -> parts of their scores. Read, draw, save."""

from typing import TYPE_CHECKING

from boldwise.io.figure_files import save_figures
from boldwise.io.partitions import read_partitions
from boldwise.io.records import read_split
from boldwise.io.subject_results import read_encoder_scores
from boldwise.reporting.partition import draw_partition
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    split = read_split(job.input.split)
    scores, voxels = read_encoder_scores(job.input.scores, split)
    partitions = read_partitions(job.input.encoders, split)
    predicted = {name: found.q < job.params.q for name, found in scores.items()}

    figure = draw_partition(partitions, predicted, voxels.roi)

    save_figures(job.output, {"partition": figure})

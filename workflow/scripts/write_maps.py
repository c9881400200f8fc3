"""Scores of one subject -> maps for viewers. Read, call one function, write."""

from typing import TYPE_CHECKING

from boldwise.io.records import read_split
from boldwise.io.score_maps import write_score_maps
from boldwise.io.subject_results import read_encoder_scores
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    scores, voxels = read_encoder_scores(job.input.scores, read_split(job.input.split))

    write_score_maps(job.output.maps, scores, voxels, space=job.params.space)
    job.log.info("%d maps of %d voxels", len(job.output.maps), len(voxels))

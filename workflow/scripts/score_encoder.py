"""Predictions and held-out responses -> scores, ceilings, nulls and draws."""

from typing import TYPE_CHECKING

from boldwise.evaluation.scoring import score_predictions
from boldwise.io.records import read_split
from boldwise.io.score_stores import (
    read_ceiling,
    read_tested,
    region_masks,
    write_scores,
)
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    split = read_split(job.input.split)
    prediction, response, held_out, voxels = read_tested(
        job.input.encoder, job.input.responses, split
    )

    scores = score_predictions(
        prediction,
        response,
        held_out,
        noise_ceiling=read_ceiling(job.input.ceiling, split),
        masks=region_masks(voxels),
        options=job.params.options,
    )

    about = {"split_hash": split.hash, "widening": held_out.widening}
    about |= job.params.options
    write_scores(
        job.output.scores, scores, voxels, about=about, provenance=job.provenance
    )
    job.log.info("scored %d voxels on %d stimuli", len(scores.r), len(held_out))

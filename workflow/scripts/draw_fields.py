"""Spatial readout of one subject -> receptive fields. Read, draw, save."""

from typing import TYPE_CHECKING

from boldwise.encoders.visual_field import in_degrees
from boldwise.io.figure_files import save_figures
from boldwise.io.records import read_split
from boldwise.io.subject_results import read_encoder_scores
from boldwise.io.trained_results import read_fields
from boldwise.reporting.receptive_fields import draw_receptive_fields
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    split, picture_deg = read_split(job.input.split), tuple(job.params.picture_deg)
    scores, voxels = read_encoder_scores(job.input.scores, split)
    (found,) = scores.values()
    predicted = found.q < job.params.q
    fields = in_degrees(
        read_fields(job.input.model, job.wildcards.subject), picture_deg
    )

    named = voxels.roi or {"all voxels": predicted | True}
    regions = {name: inside & predicted for name, inside in named.items()}
    figure = draw_receptive_fields(fields, regions, picture_deg=picture_deg)

    save_figures(job.output, {"receptive_fields": figure})
    job.log.info("%s", figure.get_label())

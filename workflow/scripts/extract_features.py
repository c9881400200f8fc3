"""Stimuli -> one feature space, or several layers. Read, call one function, write."""

from typing import TYPE_CHECKING

from boldwise.features.extraction import extract_layers
from boldwise.io.feature_layers import write_feature_layers
from boldwise.io.records import open_stimuli
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job, open_stimuli(job.input.stimuli) as stimuli:
    spaces = extract_layers(stimuli, job.params.extractor, job.params.options)

    write_feature_layers(job.output.features, spaces, provenance=job.provenance)
    for space in spaces.values():
        job.log.info("%d stimuli, %d features", *space.feature.shape)
        job.log.info("%s", space.notes)

"""Stimuli -> one feature space. Read, call one function, write."""

from typing import TYPE_CHECKING

from boldwise.features.extraction import extract_features
from boldwise.io.records import open_stimuli, write_features
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job, open_stimuli(job.input.stimuli) as stimuli:
    space = extract_features(stimuli, job.params.extractor, job.params.options)

    write_features(job.output.features, space, provenance=job.provenance)
    job.log.info("%d stimuli, %d features", *space.feature.shape)
    job.log.info("%s", space.notes)

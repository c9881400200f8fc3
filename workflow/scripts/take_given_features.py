"""Features in a user's file -> one feature space. Read, call one function, write."""

from typing import TYPE_CHECKING

from boldwise.features.given import take_given
from boldwise.io.given_features import read_given_features
from boldwise.io.records import read_stimuli, write_features
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    stimuli = read_stimuli(job.input.stimuli, images=False)
    columns = job.params.columns
    given = read_given_features(job.input.given, columns=columns)

    space = take_given(stimuli, given, columns=columns)

    write_features(job.output.features, space, provenance=job.provenance)
    job.log.info("%d stimuli, %d features", *space.feature.shape)

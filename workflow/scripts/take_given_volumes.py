"""Features in tables without ids, a row per volume -> one feature space."""

from typing import TYPE_CHECKING

from boldwise.features.given import take_given
from boldwise.io.given_features import read_given_volumes
from boldwise.io.records import read_stimuli, write_features
from boldwise.responses.volumes import count_volumes
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    stimuli, chosen = read_stimuli(job.input.stimuli, images=False), job.params.options
    volumes = count_volumes(stimuli.stimulus_id)
    given = read_given_volumes(
        dict(zip(job.params.runs, job.input.given, strict=True)),
        volumes,
        skip_rows=chosen["skip_rows"],
        names=chosen["names"],
    )

    space = take_given(stimuli, given, columns=chosen["columns"])

    write_features(job.output.features, space, provenance=job.provenance)
    job.log.info("%d volumes, %d features", *space.feature.shape)

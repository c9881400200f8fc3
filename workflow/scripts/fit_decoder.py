"""Responses -> decoded stimuli. Read, call one function, write."""

from typing import TYPE_CHECKING

from boldwise.decoders.data import DecodingData
from boldwise.decoders.run import decode_over_folds, kind_of
from boldwise.io.records import (
    read_fitted_features,
    read_responses,
    read_split,
    read_stimuli,
)
from boldwise.io.stores import write_store
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    options, given = job.params.decoder, job.input
    target, stimuli = given.get("target"), given.get("stimuli")
    data = DecodingData(
        responses=read_responses(given.responses),
        split=read_split(given.split),
        target=read_fitted_features(target) if target else None,
        stimuli=read_stimuli(stimuli, images=False) if stimuli else None,
        others=[read_responses(path) for path in given.get("others", [])],
    )

    decoded = decode_over_folds(data, options)

    about = {"split_hash": data.split.hash, "unit": decoded.unit}
    write_store(
        job.output.decoder,
        decoded.datasets(),
        schema="decoder",
        attributes={**about, "kind": kind_of(options)},
        provenance=job.provenance,
    )
    job.log.info("decoded %d stimuli by %s", len(decoded.fold), options["kind"])

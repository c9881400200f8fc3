"""Responses -> decoded stimuli. Read, call one function, write."""

from typing import TYPE_CHECKING

from boldwise.decoders.data import DecodingData
from boldwise.decoders.run import decode_over_folds, kind_of
from boldwise.io.decoder_stores import write_decoder
from boldwise.io.records import (
    read_fitted_features,
    read_responses,
    read_split,
    read_stimuli,
)
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

    about = {"split_hash": data.split.hash, "kind": kind_of(options)}
    given = {"about": about, "provenance": job.provenance}
    write_decoder(job.output.decoder, decoded, data.responses, **given)
    job.log.info("decoded %d stimuli by %s", len(decoded.fold), options["kind"])

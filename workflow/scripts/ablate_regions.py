"""Responses, part by part -> what each part decodes. Read, call one function, write."""

from typing import TYPE_CHECKING

from boldwise.decoders.ablation import ablate_decoder
from boldwise.decoders.data import DecodingData
from boldwise.io.ablation_stores import write_ablation
from boldwise.io.records import read_fitted_features, read_responses, read_split
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    data = DecodingData(
        responses=read_responses(job.input.responses),
        split=read_split(job.input.split),
        target=read_fitted_features(job.input.target),
    )

    found = ablate_decoder(data, job.params.decoder, **job.params.options)

    about = {"split_hash": data.split.hash, **job.params.options}
    write_ablation(job.output.ablation, found, about=about, provenance=job.provenance)
    job.log.info("%d regions, too small: %s", len(found.region), found.too_small)

"""Decoded patterns or categories -> ranks, accuracies, chance and nulls."""

from typing import TYPE_CHECKING

from boldwise.evaluation.decoding import score_decoder
from boldwise.io.identification_stores import read_decoded, write_identification
from boldwise.io.records import read_split
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    split = read_split(job.input.split)
    decoded = read_decoded(job.input.decoder, split)

    options = {**job.params.options, "hubness": job.params.hubness}
    found = score_decoder(decoded, pool_sizes=job.params.pool_sizes, options=options)

    about = {"split_hash": split.hash, **options}
    write_identification(
        job.output.identification,
        found,
        decoded,
        about=about,
        provenance=job.provenance,
    )
    for name, one in found.measures.items():
        job.log.info(
            "%s %.3f (chance %.3f, p %.4f)", name, one.value, one.chance, one.p
        )

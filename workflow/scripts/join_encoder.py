"""Parts of an encoder -> the encoder. Read, call one function, write."""

from typing import TYPE_CHECKING

from boldwise.io.streaming import join_encoder
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    shape = join_encoder(job.input.parts, job.output.encoder)
    job.log.info("joined %d parts, predicted %s", len(job.input.parts), shape)

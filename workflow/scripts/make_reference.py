"""First raw run -> the image that all runs are realigned to. Read, call, write."""

from typing import TYPE_CHECKING

from boldwise.io.preprocessing import RawSource, read_raw_run, write_reference
from boldwise.responses.realignment import mean_reference
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    raw = read_raw_run(job.input.raw, RawSource(**job.params.source))

    reference = mean_reference(raw.bold, raw.affine)

    write_reference(job.output.reference, reference)
    job.log.info("reference of shape %s", reference.image.shape)

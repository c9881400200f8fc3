"""Raw run -> run on the subject's reference, mask, confounds. Read, call, write."""

from typing import TYPE_CHECKING

from boldwise.io.preprocessing import (
    RawSource,
    read_raw_run,
    read_reference,
    write_preprocessed,
)
from boldwise.responses.preprocessing import preprocess_run
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    raw = read_raw_run(job.input.raw, RawSource(**job.params.source))
    reference = read_reference(job.input.reference)

    run = preprocess_run(raw, reference, smooth_mm=job.params.smooth_mm)

    write_preprocessed(dict(job.output.items()), run, raw, source=job.input.raw)
    job.log.info("%d volumes, %d voxels in the mask", run.bold.shape[3], run.mask.sum())

"""Responses of all subjects -> their mean. Read, call one function, write."""

from typing import TYPE_CHECKING

from boldwise.io.records import read_responses, write_responses
from boldwise.responses.subjects import average_subjects
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    subjects = [read_responses(path) for path in job.input.responses]

    mean = average_subjects(subjects)

    write_responses(job.output.responses, mean, provenance=job.provenance)
    job.log.info("mean responses %s: %s", mean.response.shape, mean.notes)

"""Betas, or BOLD with events -> responses of one subject. Read, call, write."""

from typing import TYPE_CHECKING

from boldwise.features.records import find_rows
from boldwise.io.records import read_stimuli, write_responses
from boldwise.io.subjects import read_subject
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    known = read_stimuli(job.input.stimuli, images=False).stimulus_id

    responses = read_subject(
        job.params.source, job.wildcards.subject, job.params.options
    )
    find_rows(known, responses.trials.stimulus_id, what="stimulus")

    for told in responses.warnings:
        job.log.warning("%s", told)
    write_responses(job.output.responses, responses, provenance=job.provenance)
    job.log.info("responses %s: %s", responses.response.shape, responses.notes)

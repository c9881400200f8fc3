"""A decoder of the other subjects -> how well one is taken up. Read, call, write."""

from typing import TYPE_CHECKING

from boldwise.decoders.left_out import leave_out
from boldwise.io.adaptation_stores import write_adaptation
from boldwise.io.progress import log_training
from boldwise.io.shared_decoders import about_split, open_shared_data
from boldwise.io.trained_encoders import checkpoints_beside
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job, checkpoints_beside(job.output.adaptation) as folder:
    options, places = job.params.decoder, job.params.places
    subject, progress = job.wildcards.subject, log_training(job.log)

    with open_shared_data(job.input, options, places, keep=job.params.keep) as data:
        found = leave_out(data, subject, options, folder=folder, progress=progress)
        about = about_split(data.split, options)

    write_adaptation(
        job.output.adaptation, found, about=about, provenance=job.provenance
    )
    for name, scores in found.scores.items():
        job.log.info("%s by mode and budget: %s", name, scores.mean(0).round(3))

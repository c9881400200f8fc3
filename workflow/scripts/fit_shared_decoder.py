"""Responses of all subjects -> one decoder for them. Read, call, write."""

from typing import TYPE_CHECKING

from boldwise.decoders.shared_folds import decode_together
from boldwise.io.progress import log_training
from boldwise.io.shared_decoders import (
    about_split,
    open_shared_data,
    write_shared_decoders,
    write_shared_models,
)
from boldwise.io.trained_encoders import checkpoints_beside
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job, checkpoints_beside(job.output.model) as folder:
    options, places = job.params.decoder, job.params.places
    progress = log_training(job.log)

    with open_shared_data(job.input, options, places, keep=job.params.keep) as data:
        decoded, models = decode_together(
            data, options, folder=folder, progress=progress
        )
        about = about_split(data.split, options)

    given = {"about": about, "provenance": job.provenance}
    write_shared_decoders(job.output.decoders, decoded, **given)
    write_shared_models(job.output.model, models, options=options, **given)
    job.log.info("trained %s parameters", [one.n_parameters for one in models])

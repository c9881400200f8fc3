"""Raw BIDS -> derivatives of fMRIPrep for one subject. Read, call, write."""

from shlex import join
from typing import TYPE_CHECKING

from boldwise.io.containers import Fmriprep, fmriprep_command, run_fmriprep
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    fmriprep = Fmriprep(**job.params.fmriprep)
    command = fmriprep_command(
        fmriprep,
        job.wildcards.subject,
        threads=snakemake.threads,
        mem_mb=snakemake.resources.mem_mb,
    )
    job.log.info("%s", join(command))

    run_fmriprep(fmriprep, command, job.output.files, tell=job.log.info)

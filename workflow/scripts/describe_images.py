"""Images -> what a network makes of them. Read, call one function, write."""

from typing import TYPE_CHECKING

from boldwise.io.feature_stores import write_network_features
from boldwise.io.network_passes import plan_pass
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    wanted = plan_pass(
        job.input.stimuli,
        job.params.options,
        n_cores=snakemake.threads,
        memory_gb=job.memory_gb,
    )

    write_network_features(
        job.output.features, wanted, provenance=job.provenance, log=job.log
    )
    job.log.info("%s", wanted.network.card.told())

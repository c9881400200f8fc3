"""Responses and features -> fitted banded encoder. Read, call one function, write."""

from dataclasses import replace
from typing import TYPE_CHECKING

from boldwise.encoders.banded import BandedFit, stream_banded
from boldwise.encoders.plan import plan_voxelwise
from boldwise.io.columns import open_spool
from boldwise.io.progress import log_progress
from boldwise.io.records import open_responses, read_fitted_features, read_split
from boldwise.io.streaming import write_encoder
from boldwise.linear.plan import penalty_grid
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job, open_responses(job.input.responses) as responses:
    options, split = job.params.encoder, read_split(job.input.split)
    spaces = [read_fitted_features(path) for path in job.input.features]
    grid = {"alphas": penalty_grid(**options["penalties"]), "delays": options["delays"]}
    chosen = {k: options[k] for k in ("n_candidates", "seed", "unique_variance")}
    progress = log_progress(job.log, len(responses.voxels))

    plan = plan_voxelwise(responses, spaces, split, **grid, banded=True)
    plan = replace(plan, keep_weights=options["keep_weights"])
    with open_spool(job.output.encoder) as spool:
        stream_banded(plan, spool, **chosen, progress=progress)

        fit = BandedFit.of(plan, spool.results)
        about = {"split_hash": split.hash, "features": options["features"]}
        given = {"about": about, "provenance": job.provenance}
        write_encoder(job.output.encoder, fit, responses.voxels, **given)
    job.log.info("trained on %s, predicted %s", fit.n_train, fit.prediction.shape)

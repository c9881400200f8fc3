"""Responses and rival features -> fitted encoder. Read, call one function, write."""

from dataclasses import replace
from typing import TYPE_CHECKING

from boldwise.encoders.layer_choice import LayerFit, stream_layers
from boldwise.encoders.layer_plan import plan_layers
from boldwise.io.columns import open_spool
from boldwise.io.progress import log_progress
from boldwise.io.records import open_responses, read_fitted_features, read_split
from boldwise.io.streaming import choose_columns, write_encoder
from boldwise.linear.plan import penalty_grid
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job, open_responses(job.input.responses) as responses:
    options, part = job.params.encoder, job.wildcards.get("scatteritem")
    split = read_split(job.input.split)
    spaces = [read_fitted_features(path) for path in job.input.features]
    chosen = {name: options[name] for name in ("delays", "choose_by")}
    alphas = penalty_grid(**options["penalties"])
    columns = choose_columns(len(responses.voxels), part)
    progress = log_progress(job.log, columns.stop - columns.start)

    plan = plan_layers(responses, spaces, split, alphas=alphas, **chosen)
    plan = replace(plan, keep_weights=options["keep_weights"])
    with open_spool(job.output.encoder) as spool:
        limits = {"memory_gb": job.memory_gb, "progress": progress}
        stream_layers(plan, spool, columns=columns, **limits)

        fit = LayerFit.of(plan.layers[0], spool.results, rivals=plan.layers)
        about = {"split_hash": split.hash, "features": options["features"]}
        given = {"about": about, "provenance": job.provenance, "part": part}
        write_encoder(job.output.encoder, fit, responses.voxels, **given)
    job.log.info("trained on %s, predicted %s", fit.n_train, fit.prediction.shape)

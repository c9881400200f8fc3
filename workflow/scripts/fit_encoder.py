"""Responses and features -> fitted encoder. Read, call one function, write."""

from typing import TYPE_CHECKING

from boldwise.encoders.voxelwise import fit_voxelwise
from boldwise.io.records import (
    read_fitted_features,
    read_responses,
    read_split,
    voxel_datasets,
)
from boldwise.io.stores import write_store
from boldwise.linear.plan import penalty_grid
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    options = job.params.encoder
    responses, split = read_responses(job.input.responses), read_split(job.input.split)
    spaces = [read_fitted_features(path) for path in job.input.features]
    alphas = penalty_grid(**options["penalties"])

    fit = fit_voxelwise(
        responses, spaces, split, alphas=alphas, delays=options["delays"]
    )

    about = {"split_hash": split.hash, "features": options["features"]}
    write_store(
        job.output.encoder,
        {**fit.datasets(), **voxel_datasets(responses.voxels)},
        schema="encoder",
        attributes={**fit.attributes(), **about},
        provenance=job.provenance,
    )
    job.log.info("trained on %s, predicted %s", fit.n_train, fit.prediction.shape)

"""Responses and features -> scores after shuffling. Read, call one function, write."""

from typing import TYPE_CHECKING

from boldwise.encoders.layer_choice import shuffle_layers
from boldwise.encoders.layer_plan import plan_layers
from boldwise.encoders.plan import plan_voxelwise
from boldwise.encoders.voxelwise import shuffle_voxelwise
from boldwise.io.records import read_fitted_features, read_responses, read_split
from boldwise.io.stores import write_store
from boldwise.linear.plan import penalty_grid
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    options = job.params.encoder
    responses, split = read_responses(job.input.responses), read_split(job.input.split)
    spaces = [read_fitted_features(path) for path in job.input.features]
    grid = {"alphas": penalty_grid(**options["penalties"]), "delays": options["delays"]}
    draws = {"n_shuffles": job.params.n_shuffles, "seed": job.params.seed}

    if options["kind"] == "best_layer":
        by = options["choose_by"]
        rivals = plan_layers(responses, spaces, split, choose_by=by, **grid)
        medians = shuffle_layers(rivals, **draws)
    else:
        medians = shuffle_voxelwise(
            plan_voxelwise(responses, spaces, split, **grid), **draws
        )

    write_store(
        job.output.shuffled,
        {f"roi/{name}": median for name, median in medians.items()},
        schema="shuffled",
        attributes={"split_hash": split.hash, "seed": job.params.seed},
        provenance=job.provenance,
    )
    job.log.info("mean of %d draws: %.4f", len(medians["all"]), medians["all"].mean())

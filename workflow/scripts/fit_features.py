"""Features and a split -> features as each fold's training stimuli shape them."""

from typing import TYPE_CHECKING

from boldwise.features.fitting import fit_on_train
from boldwise.features.shuffling import shuffle_features
from boldwise.io.feature_rows import open_feature_rows
from boldwise.io.records import read_split, write_fitted_features
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    options, split = dict(job.params.options), read_split(job.input.split)
    taken = {name: options.pop(name, None) for name in ("layer", "pool")}
    seed = options.pop("shuffle_seed", None)
    folds = range(split.n_folds)
    train_ids = [split.train_ids(fold) for fold in folds]

    with open_feature_rows(job.input.features, **taken) as space:
        fitted = fit_on_train(space, train_ids, **options)
    if seed is not None:
        parts = [(split.train_ids(fold), split.test_ids(fold)) for fold in folds]
        fitted = shuffle_features(fitted, parts, seed=seed)

    write_fitted_features(job.output.features, fitted, provenance=job.provenance)
    job.log.info("%d folds, %d stimuli, %d features", *fitted.feature.shape)
    job.log.info("%s", fitted.notes)

"""Features and a split -> features as each fold's training stimuli shape them."""

from typing import TYPE_CHECKING

from boldwise.features.fitting import fit_on_train
from boldwise.io.records import read_features, read_split, write_fitted_features
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    space = read_features(job.input.features)
    split = read_split(job.input.split)
    train_ids = [split.train_ids(fold) for fold in range(split.n_folds)]

    fitted = fit_on_train(space, train_ids, **job.params.options)

    write_fitted_features(job.output.features, fitted, provenance=job.provenance)
    job.log.info("%d folds, %d stimuli, %d features", *fitted.feature.shape)
    job.log.info("%s", fitted.notes)

"""Features and a split -> categories decoded without a brain. Read, score, write."""

from typing import TYPE_CHECKING

from boldwise.decoders.category_check import CLASSIFIER, check_categories
from boldwise.io.category_checks import write_check
from boldwise.io.records import read_fitted_features, read_split, read_stimuli
from boldwise.stage import stage

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with stage(snakemake) as job:
    split, space = read_split(job.input.split), read_fitted_features(job.input.features)
    stimuli = read_stimuli(job.input.stimuli, images=False)

    decoded, accuracy = check_categories(
        space, stimuli, split, options=job.params.options
    )

    about = {"split_hash": split.hash, "classifier": CLASSIFIER, **job.params.options}
    about["n_features"] = space.feature.shape[2]
    write_check(
        job.output.check, decoded, accuracy, about=about, provenance=job.provenance
    )
    job.log.info(
        "accuracy %.3f (chance %.3f, p %.4f)",
        *(accuracy.value, accuracy.chance, accuracy.p),
    )

"""Encoders and ridges of 8 people who saw the same clips, and their settings.

Letters for shapes: P people, V voxels of one.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from encoder_clips import Fold
from encoder_nested import EVERYBODY, Encoder, Setting

from boldwise.encoders.context_batches import ContextSizes
from boldwise.encoders.fit_in_context import TRAINING as CONTEXT
from boldwise.encoders.fit_in_context import InContextOptions, fit_in_context
from boldwise.encoders.fit_readout import TRAINING as READOUT
from boldwise.encoders.fit_readout import ReadoutOptions, fit_readout
from boldwise.encoders.fit_region_query import TRAINING as REGION
from boldwise.encoders.fit_region_query import RegionQueryOptions, fit_region_query
from boldwise.encoders.fit_voxel_embedding import (
    ADOPTING,
    VoxelEmbeddingFit,
    VoxelEmbeddingOptions,
    adopt_subjects,
    fit_voxel_embedding,
)
from boldwise.encoders.image_study import ImageStudy, Viewer
from boldwise.encoders.in_context import (
    InContextEncoder,
    InContextShape,
    read_context,
)
from boldwise.encoders.level_study import LevelStudy
from boldwise.encoders.map_study import MapStudy
from boldwise.encoders.region_query import RegionQuerySizes
from boldwise.encoders.response_optimised import TRAINING as CORE
from boldwise.encoders.response_optimised import (
    ResponseOptimisedOptions,
    fit_response_optimised,
)
from boldwise.encoders.voxel_embedding import VoxelEmbeddingSizes
from boldwise.encoders.voxel_populations import Population
from boldwise.linear.ridge import RidgeCV
from boldwise.training.options import TrainingOptions

ALPHAS = np.logspace(-2, 3, 16)  # times the mean length of a row of features
ALL = 0.0  # validation share: all clips train, inner folds choose the epochs
SIZES = VoxelEmbeddingSizes(embedding=8, narrowed=32, hidden=16, dropout=0.25)
N_DRAWN = 508  # voxels of a step, of the 2,032 of all people
Predictions = dict[tuple[str, int], np.ndarray]


def ridge(features: Callable[[Fold], np.ndarray]) -> Encoder:
    """Ridge with a penalty for each voxel, chosen on left-out actions."""

    def predict(
        fold: Fold, setting: Setting, seed: int, people: Sequence[int]
    ) -> np.ndarray:
        seen = features(fold)
        seen = seen - seen[fold.train].mean(0)
        seen = seen / np.sqrt((seen[fold.train] ** 2).sum(1).mean())
        model = RidgeCV(alphas=ALPHAS, cv=fold.groups % 5)
        model.fit(seen[fold.train], side_by_side(fold, people))
        return part(model.predict(seen[fold.test]), len(people))

    return Encoder(predict)


def side_by_side(fold: Fold, people: Sequence[int]) -> np.ndarray:
    """Responses to train on, people after people: shape (n_train, P V)."""
    return np.concatenate(list(fold.responses[list(people)]), axis=1)


def part(joined: np.ndarray, n_people: int) -> np.ndarray:
    """Take people apart again: (n, P V) to (P, n, V)."""
    return np.stack(np.split(joined, n_people, axis=1))


def region_queries(
    fold: Fold, setting: Setting, seed: int, people: Sequence[int]
) -> np.ndarray:
    """Fit queries of all people to words, Gabor energy, colour and embedding."""
    maps, responses = fold.slots(), side_by_side(fold, EVERYBODY)
    training = replace(
        REGION, n_epochs=setting["epochs"], learning_rate=setting["rate"],
        batch_size=16, seed=seed,
    )  # fmt: skip
    options = RegionQueryOptions(RegionQuerySizes(dropout=0.5), ALL, training)
    study = MapStudy(
        maps, (1, maps.shape[1]), responses, fold.train, fold.test, fold.groups
    )
    member = (setting["queries"], responses.shape[1])
    found = fit_region_query(study, member, options=options).prediction
    return part(found, len(EVERYBODY))[list(people)]


def voxel_embedding(
    fold: Fold, setting: Setting, seed: int, people: Sequence[int]
) -> np.ndarray:
    """Voxel embeddings of all people on one network."""
    fit = fit_universal(fold, setting, seed, EVERYBODY)
    return part(fit.prediction["known"], len(EVERYBODY))[list(people)]


def fit_universal(
    fold: Fold, setting: Setting, seed: int, people: Sequence[int]
) -> VoxelEmbeddingFit:
    """Train the universal encoder on some people, their voxels in one table."""
    training = TrainingOptions(
        n_epochs=setting["epochs"], batch_size=16, learning_rate=setting["rate"],
        schedule="one_cycle", seed=seed,
    )  # fmt: skip
    sizes = replace(SIZES, embedding=setting["embedding"])
    options = VoxelEmbeddingOptions(sizes, N_DRAWN, ALL, training=training)
    study = level_study(fold, side_by_side(fold, people))
    return fit_voxel_embedding({"known": study}, options=options)


def level_study(fold: Fold, responses: np.ndarray) -> LevelStudy:
    """Four levels of one token, and responses (n_train, V)."""
    tokens = fold.levels[:, :, None]
    return LevelStudy(tokens, responses, fold.train, fold.test, fold.groups)


def in_context(
    fold: Fold, setting: Setting, seed: int, people: Sequence[int]
) -> np.ndarray:
    """Read each person's training clips by a network trained on the other seven."""
    models = [fit_reader(fold, setting, seed, who) for who in people]
    return np.stack(
        [read(model, fold, who) for model, who in zip(models, people, strict=True)]
    )


def fit_reader(fold: Fold, setting: Setting, seed: int, who: int) -> InContextEncoder:
    """Train an in-context encoder on everybody but one person."""
    n_train, seen = len(fold.train), fold.vectors[fold.train]
    training = replace(
        CONTEXT, n_epochs=setting["epochs"], learning_rate=setting["rate"], seed=seed
    )
    options = InContextOptions(
        InContextShape(width=32, n_blocks=1, n_heads=2),
        ContextSizes(n_train // 3, 3 * n_train // 4, n_train // 4),
        n_synthetic=0,
        training=training,
    )
    others = [
        Population(seen, fold.responses[one][:, :: setting["every"]])
        for one in EVERYBODY
        if one != who
    ]
    return fit_in_context(others, options=options).model


def read(model: InContextEncoder, fold: Fold, who: int) -> np.ndarray:
    """Weights of one person from the training clips, then the test: (n_test, V)."""
    weights = read_context(model, fold.vectors[fold.train], fold.responses[who])
    return weights.predict(fold.vectors[fold.test])


def spatial(kind: str) -> Encoder:
    """Read the network's map of the key frame, a place for each voxel."""

    def predict(
        fold: Fold, setting: Setting, seed: int, people: Sequence[int]
    ) -> np.ndarray:
        training = replace(
            READOUT, n_epochs=setting["epochs"], learning_rate=setting["rate"],
            batch_size=16, patience=None, seed=seed,
        )  # fmt: skip
        study = MapStudy(
            fold.clips.maps, (4, 4), side_by_side(fold, EVERYBODY), fold.train,
            fold.test, fold.groups,
        )  # fmt: skip
        found = fit_readout(study, options=ReadoutOptions(kind, ALL, training))
        return part(found.prediction, len(EVERYBODY))[list(people)]

    settings = (
        {"epochs": 3, "rate": 3e-3},
        {"epochs": 3, "rate": 1e-2},
        {"epochs": 8, "rate": 1e-2},
    )
    return Encoder(predict, settings, "ridge, map")


def response_optimised(
    fold: Fold, setting: Setting, seed: int, people: Sequence[int]
) -> np.ndarray:
    """Learn a core from the key frames and the responses of all people."""
    everybody = Viewer(side_by_side(fold, EVERYBODY), fold.train, fold.test)
    training = replace(
        CORE, n_epochs=setting["epochs"], learning_rate=setting["rate"],
        batch_size=48, patience=None, seed=seed,
    )  # fmt: skip
    options = ResponseOptimisedOptions(validation_share=ALL, training=training)
    study = ImageStudy(fold.clips.pictures, {"all": everybody}, fold.clips.action)
    found = fit_response_optimised(study, options=options).viewers["all"]
    return part(found.prediction, len(EVERYBODY))[list(people)]


def read_newcomer(
    fold: Fold,
    who: int,
    settings: dict[str, Setting],
    seeds: Sequence[int],
    numbers: Sequence[int],
) -> Predictions:
    """Take up one person with few clips, after the others with all of them.

    Parameters
    ----------
    fold : Fold
    who : int
        The new person.
    settings : dict
        Of the voxel embedding and of in context.
    seeds : sequence of int
        Whose predictions are averaged.
    numbers : sequence of int
        Of clips.

    Returns
    -------
    prediction : dict of array of shape (n_test, V)
        By model and number of clips.
    """
    others = [one for one in EVERYBODY if one != who]
    setting = settings["voxel embedding"]
    known = [fit_universal(fold, setting, seed, others) for seed in seeds]
    setting = settings["in context"]
    readers = [fit_reader(fold, setting, seed, who) for seed in seeds]
    found: Predictions = {}
    for n in numbers:
        few = fold.few(n)
        found["ridge", n] = RIDGES["ridge, levels"].fit(few, {}, 0, [who])[0]
        ours = [adopt(one, few, who) for one in known]
        found["voxel embedding", n] = np.mean(ours, axis=0)
        ours = [read(one, few, who) for one in readers]
        found["in context", n] = np.mean(ours, axis=0)
    return found


def adopt(known: VoxelEmbeddingFit, few: Fold, who: int) -> np.ndarray:
    """Fit one person's embeddings alone, then predict the test: (n_test, V)."""
    options = replace(ADOPTING, sizes=known.model.sizes)
    study = level_study(few, few.responses[who])
    return adopt_subjects(known, {"new": study}, options=options).prediction["new"]


RIDGES = {
    "ridge, levels": ridge(lambda fold: fold.vectors),
    "ridge, map": ridge(lambda fold: fold.clips.maps.reshape(120, -1)),
}
ENCODERS = {
    "region queries": Encoder(
        region_queries,
        (
            {"queries": 1, "epochs": 5, "rate": 3e-3},
            {"queries": 4, "epochs": 5, "rate": 3e-3},
            {"queries": 4, "epochs": 10, "rate": 3e-3},
        ),
        "ridge, levels",
    ),
    "voxel embedding": Encoder(
        voxel_embedding,
        (
            {"embedding": 8, "epochs": 12, "rate": 1e-2},
            {"embedding": 8, "epochs": 24, "rate": 3e-3},
            {"embedding": 16, "epochs": 12, "rate": 1e-2},
        ),
        "ridge, levels",
    ),
    "in context": Encoder(
        in_context,
        (
            {"every": 16, "epochs": 6, "rate": 3e-3},
            {"every": 16, "epochs": 12, "rate": 3e-3},
        ),
        "ridge, levels",
        judged=(0, 4),
    ),
    "gaussian readout": spatial("gaussian"),
    "factorised readout": spatial("factorised"),
    "semantic readout": spatial("semantic"),
    "response-optimised": Encoder(
        response_optimised,
        (
            {"epochs": 12, "rate": 2e-3},
            {"epochs": 36, "rate": 2e-3},
            {"epochs": 12, "rate": 1e-2},
        ),
        "ridge, map",
    ),
}

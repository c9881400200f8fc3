"""Every encoder on real brains, beside ridge on the same features and the same folds.

Each encoder is trained on the clips of 48 actions and tested on those of 12, five
times; then again on responses that were shuffled over the training clips. Regions are
not known: voxels learn which of a few queries they read. ``score`` is the mean r over
voxels and 8 people, ``low`` and ``high`` its 95 % interval over people.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from encoder_clips import N_FOLDS, Clips, Fold

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
from boldwise.encoders.in_context import InContextShape, read_context
from boldwise.encoders.level_study import LevelStudy
from boldwise.encoders.response_optimised import TRAINING as CORE
from boldwise.encoders.response_optimised import (
    ResponseOptimisedOptions,
    fit_response_optimised,
)
from boldwise.encoders.voxel_embedding import VoxelEmbeddingSizes
from boldwise.encoders.voxel_populations import Population
from boldwise.evaluation.scores import correlate_in_folds
from boldwise.linear.ridge import RidgeCV
from boldwise.training.options import TrainingOptions

Row = dict[str, Any]
ALPHAS = np.logspace(-2, 3, 16)
N_QUERIES, N_LEFT_OUT = 1, 3
UNIVERSAL = VoxelEmbeddingOptions(
    sizes=VoxelEmbeddingSizes(embedding=8, narrowed=32, hidden=32, dropout=0.25),
    n_drawn=400,
    training=TrainingOptions(
        n_epochs=12, batch_size=16, learning_rate=3e-3, schedule="one_cycle"
    ),
)


Predict = Callable[[Fold], np.ndarray]


def ridge(features: Callable[[Fold], np.ndarray]) -> Predict:
    """Ridge with a penalty for each voxel, chosen on left-out actions."""

    def predict(fold: Fold) -> np.ndarray:
        seen = features(fold)
        seen = seen - seen[fold.train].mean(0)
        seen /= np.sqrt((seen[fold.train] ** 2).sum(1).mean())
        joined = np.concatenate(list(fold.responses), axis=1)
        model = RidgeCV(alphas=ALPHAS, cv=fold.groups % 5)
        found = model.fit(seen[fold.train], joined).predict(seen[fold.test])
        return np.stack(np.split(found, len(fold.responses), axis=1))

    return predict


def region_queries(fold: Fold) -> np.ndarray:
    """Fit queries over words, Gabor energy, colour and embedding."""
    options = RegionQueryOptions(
        training=replace(REGION, n_epochs=10, batch_size=16, learning_rate=1e-3)
    )
    n_voxels, maps = fold.responses.shape[2], fold.slots()
    return _each(
        fold,
        lambda who: fit_region_query(
            fold.study(maps, (1, maps.shape[1]), who), (N_QUERIES, n_voxels),
            options=options,
        ).prediction,
    )  # fmt: skip


def fit_universal(fold: Fold, who: list[int], seed: int = 0) -> VoxelEmbeddingFit:
    """Train the universal encoder on some people."""
    studies = {str(one): level_study(fold, one) for one in who}
    training = replace(UNIVERSAL.training, seed=seed)
    return fit_voxel_embedding(studies, options=replace(UNIVERSAL, training=training))


def level_study(fold: Fold, who: int) -> LevelStudy:
    """Four levels of one token."""
    tokens = fold.levels[:, :, None]
    return LevelStudy(tokens, fold.responses[who], fold.train, fold.test, fold.groups)


def universal(fold: Fold) -> np.ndarray:
    """Voxel embeddings of all people on one network."""
    fit = fit_universal(fold, list(range(8)))
    return np.stack([fit.prediction[str(one)] for one in range(8)])


def in_context(fold: Fold) -> np.ndarray:
    """Read each person's training clips by a network trained on the others."""
    options = InContextOptions(
        InContextShape(width=32, n_blocks=1, n_heads=2),
        ContextSizes(30, 72, 24),
        n_synthetic=0,
        training=replace(CONTEXT, n_epochs=6),
    )
    varies = fold.vectors[fold.train].std(0) > 1e-6
    seen = np.ascontiguousarray(fold.vectors[:, varies])

    def predict(who: int) -> np.ndarray:
        others = [
            Population(seen[fold.train], fold.responses[one][:, ::8])
            for one in range(8)
            if one != who
        ]
        model = fit_in_context(others, options=options).model
        weights = read_context(model, seen[fold.train], fold.responses[who])
        return weights.predict(seen[fold.test])

    return _each(fold, predict)


def readout(kind: str) -> Predict:
    """Read the network's map of the key frame, a place for each voxel."""
    options = ReadoutOptions(
        kind, training=replace(READOUT, n_epochs=15, batch_size=16, patience=3)
    )
    return lambda fold: _each(
        fold,
        lambda who: (
            fit_readout(
                fold.study(fold.clips.tokens, (4, 4), who), options=options
            ).prediction
        ),
    )


def response_optimised(fold: Fold) -> np.ndarray:
    """Learn a core from the key frames and the responses of all people."""
    viewers = {
        str(who): Viewer(fold.responses[who], fold.train, fold.test) for who in range(8)
    }
    study = ImageStudy(fold.clips.pictures, viewers, fold.clips.action)
    options = ResponseOptimisedOptions(
        training=replace(CORE, n_epochs=6, learning_rate=2e-3)
    )
    found = fit_response_optimised(study, options=options).viewers
    return np.stack([found[str(who)].prediction for who in range(8)])


def _each(fold: Fold, predict: Callable[[int], np.ndarray]) -> np.ndarray:
    return np.stack([predict(who) for who in range(len(fold.responses))])


RIDGES = {
    "ridge, levels": ridge(lambda fold: fold.vectors),
    "ridge, map": ridge(lambda fold: fold.clips.tokens.reshape(120, -1)),
}
ENCODERS: dict[str, tuple[Predict, str]] = {
    "region queries": (region_queries, "ridge, levels"),
    "voxel embedding": (universal, "ridge, levels"),
    "in context": (in_context, "ridge, levels"),
    "gaussian": (readout("gaussian"), "ridge, map"),
    "factorised": (readout("factorised"), "ridge, map"),
    "semantic": (readout("semantic"), "ridge, map"),
    "response-optimised": (response_optimised, "ridge, map"),
}


def tarhan(seeds: list[int]) -> Iterator[Row]:
    """Ridge, every encoder and its control, learning curves, new subjects."""
    clips = Clips()
    ridges: dict[str, np.ndarray] = {}
    for name, predict in RIDGES.items():
        ridges[name] = score(clips, predict)
        yield _row(name, 96, ridges[name])
        yield _row(f"{name}, shuffled", 96, score(clips, predict, seed=1))
    for name, (predict, beside) in ENCODERS.items():
        found = score(clips, predict)
        yield _row(name, 96, found, ridges[beside])
        yield _row(f"{name}, shuffled", 96, score(clips, predict, seed=1))
        if found.mean() < 0.8 * ridges[beside].mean():
            yield from curve(clips, name, predict, beside)
    yield from newcomers(clips)


def curve(clips: Clips, name: str, predict: Predict, beside: str) -> Iterator[Row]:
    """Score by number of training clips."""
    for n in (32, 64):
        theirs = score(clips, RIDGES[beside], n_train=n)
        yield _row(name, n, score(clips, predict, n_train=n), theirs)


def newcomers(clips: Clips) -> Iterator[Row]:
    """Leave one person out, and take them up with few clips."""
    adopting = replace(ADOPTING, sizes=UNIVERSAL.sizes)
    scores: dict[tuple[str, int], list[float]] = {}
    for who in range(N_LEFT_OUT):
        predictions: dict[tuple[str, int], list[np.ndarray]] = {}
        for number in range(N_FOLDS):
            whole = Fold(clips, number, 96, None)
            known = fit_universal(whole, [one for one in range(8) if one != who])
            for n in (24, 48, 96):
                few = Fold(clips, number, n, None)
                new = {"new": level_study(few, who)}
                fit = adopt_subjects(known, new, options=adopting)
                ours = predictions.setdefault(("universal, new person", n), [])
                ours.append(fit.prediction["new"])
                few.responses = few.responses[[who]]
                theirs = predictions.setdefault(("ridge, same clips", n), [])
                theirs.append(RIDGES["ridge, levels"](few)[0])
        for key, parts in predictions.items():
            joined = _join(clips, [one[None] for one in parts])
            scores.setdefault(key, []).append(_mean_r(clips, joined[0], who))
    for n in (24, 48, 96):
        theirs = np.array(scores["ridge, same clips", n])
        yield _row("ridge, same clips", n, theirs)
        ours = np.array(scores["universal, new person", n])
        yield _row("universal, new person", n, ours, theirs)


def score(
    clips: Clips, predict: Predict, *, n_train: int = 96, seed: int | None = None
) -> np.ndarray:
    """Mean r over voxels, for each person; with a seed, of shuffled training."""
    folds = [Fold(clips, number, n_train, seed) for number in range(N_FOLDS)]
    joined = _join(clips, [predict(fold) for fold in folds])
    return np.array([_mean_r(clips, one, who) for who, one in enumerate(joined)])


def _join(clips: Clips, parts: list[np.ndarray]) -> np.ndarray:
    whole = np.zeros((len(parts[0]), len(clips.fold), parts[0].shape[2]), np.float32)
    for number, part in enumerate(parts):
        whole[:, clips.fold == number] = part
    return whole


def _mean_r(clips: Clips, prediction: np.ndarray, who: int) -> float:
    r = correlate_in_folds(prediction, clips.responses[who], clips.fold)
    return float(np.nan_to_num(r).mean())


def _row(name: str, n: int, found: np.ndarray, beside: np.ndarray | None = None) -> Row:
    drawn = np.random.default_rng(0).integers(0, len(found), (2000, len(found)))
    low, high = np.quantile(found[drawn].mean(1), [0.025, 0.975])
    row = {"case": "tarhan", "model": name, "n": n, "score": float(found.mean())}
    row |= {"low": float(low), "high": float(high)}
    if beside is None:
        return row
    ahead = found - beside
    low, high = np.quantile(ahead[drawn].mean(1), [0.025, 0.975])
    told = {"ahead": float(ahead.mean()), "ahead_low": float(low)}
    return row | told | {"ahead_high": float(high)}

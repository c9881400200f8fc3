"""Every encoder on real brains, beside ridge on the same features and the same folds.

Each encoder is trained on the clips of 48 actions and predicts those of 12, five times.
Settings are chosen by three inner folds of whole actions, among few that were written
down before; all people share a setting. Predictions of several seeds are averaged;
``alone`` is the mean score of one seed. ``shuffled`` is one seed on responses that were
shuffled over the training clips, anew for each fold. ``score`` is the mean r over
voxels and 8 people, ``low`` and ``high`` its 95 % interval over people.

All people saw the same clips, so their voxels lie side by side in one table where an
encoder shares something between them. Regions are not known: voxels learn which of a
few queries they read.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future

import numpy as np
from encoder_clips import N_FOLDS, Clips
from encoder_nested import (
    EVERYBODY,
    Row,
    Setting,
    best_setting,
    held_fold,
    inner_scores,
    people_pool,
    row,
    score_people,
)
from encoder_people import ENCODERS, RIDGES, read_newcomer

FEWER, NEWCOMER = (24, 48, 72), (24, 48, 96)  # training clips
N_CONTROLS, N_NEWCOMER = 1, 1  # seeds of controls, and of new people
ENOUGH = 0.8  # of ridge: below it, a learning curve
Scores = dict[str, np.ndarray]
Parts = list[np.ndarray]


def tarhan(seeds: list[int], n_workers: int) -> Iterator[Row]:
    """Ridge, every encoder and its control, learning curves, new subjects."""
    clips = Clips()
    with people_pool(clips, n_workers) as pool:
        ridges: Scores = {}
        for name in RIDGES:
            runs = predict_all(pool, name, [{}] * N_FOLDS, [0])
            ridges[name] = score_people(clips, _mean(runs))
            control = predict_all(pool, name, [{}] * N_FOLDS, [0], shuffled=True)
            yield row(name, 96, ridges[name]) | _control(clips, control)
        chosen = {name: choose(pool, name) for name in ENCODERS}
        for name, asked in chosen.items():
            beside = ENCODERS[name].beside
            scores = [future.result() for future in asked]
            settings = [best_setting(ENCODERS[name], one) for one in scores]
            runs = predict_all(pool, name, settings, seeds)
            control = predict_all(
                pool, name, settings, seeds[:N_CONTROLS], shuffled=True
            )
            found = score_people(clips, _mean(runs))
            alone = np.mean([score_people(clips, run) for run in runs])
            yield (
                row(name, 96, found, ridges[beside])
                | {"alone": float(alone)}
                | _control(clips, control)
                | {"settings": [ENCODERS[name].settings.index(one) for one in settings]}
            )
            if found.mean() < ENOUGH * ridges[beside].mean():
                yield from curve(pool, clips, name, settings, seeds)
        yield from newcomers(pool, clips, chosen, seeds[:N_NEWCOMER])


def choose(pool: Executor, name: str) -> list[Future[np.ndarray]]:
    """Ask for the inner scores of every outer fold."""
    return [pool.submit(_inner, name, number) for number in range(N_FOLDS)]


def predict_all(
    pool: Executor,
    name: str,
    settings: Sequence[Setting],
    seeds: Sequence[int],
    *,
    shuffled: bool = False,
    n_train: int = 96,
) -> list[Parts]:
    """Predict every outer fold: by seed, a list over folds of (P, n_test, V)."""
    told = {"shuffled": shuffled, "n_train": n_train}
    asked = [
        [
            pool.submit(_predict, name, number, setting, seed, **told)
            for number, setting in enumerate(settings)
        ]
        for seed in seeds
    ]
    return [[one.result() for one in run] for run in asked]


def curve(
    pool: Executor,
    clips: Clips,
    name: str,
    settings: Sequence[Setting],
    seeds: Sequence[int],
) -> Iterator[Row]:
    """Score by number of training clips, in the settings of all clips."""
    beside = ENCODERS[name].beside
    for n in FEWER:
        ridge = predict_all(pool, beside, [{}] * N_FOLDS, [0], n_train=n)
        theirs = score_people(clips, _mean(ridge))
        runs = predict_all(pool, name, settings, seeds, n_train=n)
        yield row(beside, n, theirs)
        yield row(name, n, score_people(clips, _mean(runs)), theirs)


def newcomers(
    pool: Executor,
    clips: Clips,
    chosen: dict[str, list[Future[np.ndarray]]],
    seeds: Sequence[int],
) -> Iterator[Row]:
    """Leave one person out at a time, and take them up with few clips."""
    asked = {
        who: [
            pool.submit(_newcomer, number, who, _settings(chosen, number, who), seeds)
            for number in range(N_FOLDS)
        ]
        for who in EVERYBODY
    }
    # by person, a list over folds of predictions (n_test, V) by model and n
    told = {who: [one.result() for one in folds] for who, folds in asked.items()}
    theirs: dict[int, np.ndarray] = {}
    for model, n in told[0][0]:
        parts = [
            np.stack([told[who][number][model, n] for who in EVERYBODY])
            for number in range(N_FOLDS)
        ]
        found = score_people(clips, parts)
        if model == "ridge":
            theirs[n] = found
            yield row("new person, ridge", n, found)
        else:
            yield row(f"new person, {model}", n, found, theirs[n])


def _settings(
    chosen: dict[str, list[Future[np.ndarray]]], number: int, who: int
) -> dict[str, Setting]:
    """Choose settings of an outer fold; the new person has no say."""
    return {
        name: best_setting(ENCODERS[name], chosen[name][number].result(), without=who)
        for name in ("voxel embedding", "in context")
    }


def _inner(name: str, number: int) -> np.ndarray:
    return inner_scores(ENCODERS[name], held_fold(number))


def _predict(
    name: str,
    number: int,
    setting: Setting,
    seed: int,
    *,
    shuffled: bool,
    n_train: int,
) -> np.ndarray:
    encoder = (RIDGES | ENCODERS)[name]
    fold = held_fold(number, shuffle=seed if shuffled else None).few(n_train)
    return encoder.fit(fold, setting, seed, EVERYBODY)


def _newcomer(
    number: int, who: int, settings: dict[str, Setting], seeds: Sequence[int]
) -> dict[tuple[str, int], np.ndarray]:
    return read_newcomer(held_fold(number), who, settings, seeds, NEWCOMER)


def _mean(runs: Sequence[Parts]) -> Parts:
    """Average predictions over seeds, fold by fold."""
    return [np.mean(parts, axis=0) for parts in zip(*runs, strict=True)]


def _control(clips: Clips, runs: Sequence[Parts]) -> Row:
    return {"shuffled": float(np.mean([score_people(clips, one) for one in runs]))}

"""Settings by inner folds of whole actions, then a score on actions held out.

Letters for shapes: P people, V voxels.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

import numpy as np
from encoder_clips import Clips, Fold, outer_fold

from boldwise.evaluation.scores import correlate_in_folds

Row = dict[str, Any]
Setting = dict[str, Any]
EVERYBODY = tuple(range(8))
N_DRAWS = 2000

_clips: list[Clips] = []  # of this process, which the pool hands to its workers


@dataclass(frozen=True)
class Encoder:
    """A way from clips to responses, and the settings that it may choose from.

    Attributes
    ----------
    fit : callable
        From a fold, a setting, a seed and the people to predict, to their predictions
        of shape (P, n_test, V).
    settings : tuple of dict
        Written down before any test clip was scored.
    beside : str
        Ridge that it is compared with.
    judged : tuple of int
        People whose inner folds choose the setting.
    """

    fit: Callable[[Fold, Setting, int, Sequence[int]], np.ndarray]
    settings: tuple[Setting, ...] = ({},)
    beside: str = ""
    judged: tuple[int, ...] = EVERYBODY


def inner_scores(encoder: Encoder, fold: Fold, *, seed: int = 0) -> np.ndarray:
    """Mean r over voxels and inner folds, by setting and person who judges.

    Parameters
    ----------
    encoder : Encoder
    fold : Fold
        Its test clips are not looked at.
    seed : int

    Returns
    -------
    score : array of shape (n_settings, n_judged)
    """
    found = [
        [
            by_person(encoder.fit(part, setting, seed, encoder.judged), part, encoder)
            for part in fold.inner()
        ]
        for setting in encoder.settings
    ]
    return np.mean(found, axis=1)


def by_person(prediction: np.ndarray, fold: Fold, encoder: Encoder) -> np.ndarray:
    """Mean r over voxels of each person who judges, on the fold's test clips."""
    truth = fold.truth[list(encoder.judged)]
    one_fold = np.zeros(len(fold.test), int)
    pairs = zip(prediction, truth, strict=True)
    return np.array([mean_r(*pair, one_fold) for pair in pairs])


def mean_r(prediction: np.ndarray, truth: np.ndarray, fold: np.ndarray) -> float:
    """Mean over voxels of r within folds; a voxel that does not vary counts as 0.

    Parameters
    ----------
    prediction, truth : array of shape (n, V)
    fold : array of int, shape (n,)

    Returns
    -------
    r : float
    """
    return float(np.nan_to_num(correlate_in_folds(prediction, truth, fold)).mean())


def best_setting(
    encoder: Encoder, score: np.ndarray, *, without: int | None = None
) -> Setting:
    """Choose the setting of the highest mean score, if asked without one person.

    Parameters
    ----------
    encoder : Encoder
    score : array of shape (n_settings, n_judged)
    without : int, optional

    Returns
    -------
    setting : dict
    """
    asked = [who != without for who in encoder.judged]
    return encoder.settings[int(score[:, asked].mean(1).argmax())]


def join_folds(clips: Any, parts: Sequence[np.ndarray]) -> np.ndarray:
    """Put the predictions (P, n_test, V) of all outer folds into rows of the clips.

    Returns
    -------
    whole : array of float32, shape (P, n_clips, V)
    """
    n_people, _, n_voxels = parts[0].shape
    whole = np.zeros((n_people, len(clips.fold), n_voxels), np.float32)
    for number, part in enumerate(parts):
        whole[:, clips.fold == number] = part
    return whole


def score_people(clips: Any, parts: Sequence[np.ndarray]) -> np.ndarray:
    """Mean r over voxels of each person, from predictions by outer fold."""
    whole = join_folds(clips, parts)
    truth = clips.responses
    return np.array(
        [mean_r(*pair, clips.fold) for pair in zip(whole, truth, strict=True)]
    )


def interval(found: np.ndarray) -> tuple[float, float]:
    """95 % interval of a mean over people (P,), who are drawn anew."""
    rng = np.random.default_rng(0)
    drawn = found[rng.integers(0, len(found), (N_DRAWS, len(found)))].mean(1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def row(model: str, n: int, found: np.ndarray, beside: np.ndarray | None = None) -> Row:
    """One row of the table, from scores (P,)."""
    low, high = interval(found)
    told: Row = {"case": "tarhan", "model": model, "n": n}
    told |= {"score": float(found.mean()), "low": low, "high": high}
    if beside is not None:
        low, high = interval(found - beside)
        told |= {"ahead": float((found - beside).mean())}
        told |= {"ahead_low": low, "ahead_high": high}
    return told


@contextmanager
def people_pool(clips: Clips, n_workers: int) -> Iterator[ProcessPoolExecutor]:
    """Workers that hold the clips; the number of them changes no result."""
    with ProcessPoolExecutor(
        n_workers, get_context("spawn"), initializer=_hold, initargs=(clips,)
    ) as pool:
        yield pool


def held_fold(number: int, *, shuffle: int | None = None) -> Fold:
    """Give an outer fold of the clips that this worker holds."""
    return outer_fold(_clips[0], number, shuffle=shuffle)


def _hold(clips: Clips) -> None:
    _clips[:] = [clips]

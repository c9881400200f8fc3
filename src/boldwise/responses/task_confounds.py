"""How much of what was shown the confounds already tell.

Where head motion follows the stimuli, cleaning takes signal away, and leaving it in
gives a model something to predict that is no answer of the brain.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boldwise.responses.cleaning import nuisance_basis, remove_nuisance
from boldwise.responses.design import trial_regressors, volume_times
from boldwise.responses.runs import Run

TINY = 1e-10  # of a course's power: rounding


@dataclass(frozen=True)
class Courses:
    """Time courses of one run; the rows are its volumes that count.

    Attributes
    ----------
    feature : array of shape (n_volumes, n_features)
        What was shown, as the haemodynamic response would carry it.
    confound : array of shape (n_volumes, n_confounds)
    drift, removed : array of shape (n_volumes, n_nuisance)
        Orthonormal: slow drifts alone, and all that cleaning takes out.
    """

    feature: np.ndarray
    confound: np.ndarray
    drift: np.ndarray
    removed: np.ndarray


@dataclass(frozen=True)
class TaskConfounds:
    """How confounds go along with what was shown.

    Attributes
    ----------
    confounds, features : sequence of str
    r : array of shape (n_confounds, n_features)
    removed : array of shape (n_features,)
        Share of the feature's course that cleaning takes away with the confounds.
    expected : float
        The same for features that have nothing to do with the confounds.
    """

    confounds: Sequence[str]
    features: Sequence[str]
    r: np.ndarray
    removed: np.ndarray
    expected: float


def course_of_features(run: Run, features: np.ndarray, *, hrf: str) -> np.ndarray:
    """Carry the features of trials to the volumes of their run.

    Parameters
    ----------
    run : Run
    features : array of shape (n_trials, n_features)
        Row by row of the run's events.
    hrf : str
        ``"glover"`` or ``"spm"``; events of no duration are impulses.

    Returns
    -------
    course : array of shape (n_volumes, n_features + 1)
        The first column is 1 for every trial: the task itself. Volumes that count.
    """
    time_s = volume_times(len(run.bold), run.tr_s, start_time_s=run.start_time_s)
    seen = trial_regressors(run.onset_s, run.duration_s, time_s[run.volume], hrf=hrf)
    return np.asarray(seen @ np.column_stack([np.ones(len(features)), features]))


def courses_of_run(
    run: Run,
    feature: np.ndarray,
    confound: np.ndarray,
    *,
    high_pass_hz: float,
    detrend_order: int,
) -> Courses:
    """Put the time courses of a run beside what cleaning removes from it.

    Parameters
    ----------
    run : Run
    feature : array of shape (n_kept, n_features)
        From ``course_of_features``.
    confound : array of shape (n_volumes, n_confounds)
        Of all volumes.
    high_pass_hz : float
    detrend_order : int

    Returns
    -------
    courses : Courses
    """
    drift, removed = (
        nuisance_basis(
            len(run.bold),
            run.tr_s,
            high_pass_hz=high_pass_hz,
            detrend_order=detrend_order,
            confounds=confounds,
            kept=run.kept,
        )
        for confounds in (None, run.confounds)
    )
    return Courses(feature, confound[run.volume], drift, removed)


def correlate_courses(runs: Sequence[Courses]) -> np.ndarray:
    """Correlate each feature with each confound over all runs, drifts removed.

    Parameters
    ----------
    runs : sequence of Courses

    Returns
    -------
    r : array of shape (n_confounds, n_features)
        NaN where one of them does not vary.
    """
    shape = runs[0].confound.shape[1], runs[0].feature.shape[1]
    product, left, right = np.zeros(shape), np.zeros(shape[0]), np.zeros(shape[1])
    for run in runs:
        confound, feature = (
            remove_nuisance(each - each.mean(axis=0), run.drift)
            for each in (run.confound, run.feature)
        )
        product += confound.T @ feature
        left += (confound**2).sum(axis=0)
        right += (feature**2).sum(axis=0)
    norm = np.sqrt(left[:, None] * right)
    r = np.full(shape, np.nan)
    np.divide(product, norm, out=r, where=norm > TINY)
    return r


def share_removed(runs: Sequence[Courses]) -> tuple[np.ndarray, float]:
    """Tell how much of each feature's course is cleaned away with the confounds.

    Parameters
    ----------
    runs : sequence of Courses

    Returns
    -------
    share : array of shape (n_features,)
        Of the variance that drifts leave: R² of the feature from the confounds.
    expected : float
        The same for features that have nothing to do with the confounds.
    """
    before, after = (np.zeros(runs[0].feature.shape[1]) for _ in range(2))
    n_removed, n_left = 0, 0
    for run in runs:
        before += (remove_nuisance(run.feature, run.drift) ** 2).sum(axis=0)
        after += (remove_nuisance(run.feature, run.removed) ** 2).sum(axis=0)
        n_removed += run.removed.shape[1] - run.drift.shape[1]
        n_left += len(run.feature) - run.drift.shape[1]
    share = np.full(len(before), np.nan)
    np.divide(before - after, before, out=share, where=before > TINY)
    return share, n_removed / max(n_left, 1)


def principal_features(feature: np.ndarray, *, n_components: int) -> np.ndarray:
    """Sum up a feature space in its largest principal components.

    Parameters
    ----------
    feature : array of shape (n_stimuli, n_features)
    n_components : int
        At most.

    Returns
    -------
    score : array of shape (n_stimuli, n_components)
        Of variance 1; fewer columns where the features have a lower rank.
    """
    centred = feature - feature.mean(axis=0, dtype=np.float64)
    wide = centred.shape[1] > len(centred)
    size, vectors = np.linalg.eigh(centred @ centred.T if wide else centred.T @ centred)
    kept = np.flatnonzero(size > TINY * max(size[-1], TINY))[::-1][:n_components]
    score = vectors[:, kept] if wide else centred @ vectors[:, kept]
    score = score * np.sqrt(len(score) / (score**2).sum(axis=0))
    largest = np.abs(score).argmax(axis=0)
    return np.asarray(score * np.sign(score[largest, np.arange(len(kept))]))

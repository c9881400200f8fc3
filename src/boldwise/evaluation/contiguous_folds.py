"""Folds of neighbouring volumes, with a gap between what trains and what tests."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from boldwise.errors import DataError
from boldwise.evaluation.splits import TEST, TRAIN, UNUSED, Split
from boldwise.features.records import find_rows
from boldwise.responses.records import Trials

Seen = Mapping[str, Trials]
FEWEST_FITTED = 2


def cut_contiguous(seen: Seen, *, name: str, options: Mapping[str, Any]) -> Split:
    """Cut every run into as many stretches as there are folds, and test one at a time.

    Volumes closer to the tested stretch than the gap are used for nothing: their
    responses, or the features that delays bring to them, overlap with it. Penalties
    are chosen over inner folds that are stretches, too, and what lies closer to the
    stretch that an inner fold validates is not fitted there.

    Parameters
    ----------
    seen : mapping of subject to Trials
        Volumes, with the times at which they were taken.
    name : str
        Name of the split.
    options : mapping
        ``n_folds``, ``n_cv_folds``, ``gap_s`` (seconds) and, taken where that is
        None, ``needed_gap_s``.

    Returns
    -------
    split : Split
        Of shape (n_folds, n_volumes); volumes in the order of their sorted ids. Its
        ``inner_gap_s`` is the gap.

    Raises
    ------
    DataError
        If a run is too short to be cut, or nothing is left to train on.
    """
    ids, run, time_s = _table(seen)
    n_folds, gap_s = options["n_folds"], options["gap_s"]
    gap_s = options["needed_gap_s"] if gap_s is None else gap_s
    stretch = _cut_runs(run, time_s, n_folds)
    part = np.full((n_folds, len(ids)), UNUSED, np.int8)
    inner = np.full(part.shape, -1, np.int16)
    for fold in range(n_folds):
        test = stretch == fold
        train = far_from(test, run, time_s, gap_s=gap_s)
        if not train.any():
            raise DataError(
                f"fold {fold + 1} of {n_folds} has nothing to train on: all volumes "
                f"lie within {gap_s:g} s of the tested ones. Use more folds, or whole "
                "runs (leave_group_out by run)."
            )
        part[fold, train], part[fold, test] = TRAIN, TEST
        inner[fold, train] = _cut(run[train], time_s[train], options["n_cv_folds"])
        _check_inner(inner[fold], run, time_s, gap_s)
    n_left = int((part == UNUSED).sum(axis=1).max())
    reason = (
        f"{n_folds} folds: each run is cut into {n_folds} stretches of neighbouring "
        f"volumes, one of which is held out; {gap_s:g} s on either side of it (up to "
        f"{n_left} volumes) are left out, of inner folds as well."
    )
    names = np.array([f"stretch-{k + 1}" for k in range(n_folds)])
    return Split(name, ids, part, inner, names, reason, inner_gap_s=gap_s)


def far_from(
    test: np.ndarray, run: np.ndarray, time_s: np.ndarray, *, gap_s: float
) -> np.ndarray:
    """Find the volumes that lie at least a gap away from the tested ones.

    Parameters
    ----------
    test : array of bool, shape (n_volumes,)
    run : array of str, shape (n_volumes,)
        Volumes of different runs are far from one another.
    time_s : array of shape (n_volumes,)
        In seconds.
    gap_s : float
        From the end of one volume to the start of the other, in seconds.

    Returns
    -------
    far : array of bool, shape (n_volumes,)
    """
    far = ~test
    for name in np.unique(run[test]):
        here = np.flatnonzero(run == name)
        tested = np.sort(time_s[here[test[here]]])
        volume_s = np.diff(np.unique(time_s[here])).min(initial=np.inf)
        place = np.searchsorted(tested, time_s[here])
        before = np.abs(time_s[here] - tested[np.maximum(place - 1, 0)])
        after = np.abs(tested[np.minimum(place, len(tested) - 1)] - time_s[here])
        far[here] &= np.minimum(before, after) - volume_s >= gap_s
    return np.asarray(far)


def _table(seen: Seen) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Id, run and time of every volume that anybody saw, in the order of ids."""
    shown = np.concatenate([trials.stimulus_id for trials in seen.values()])
    ids = np.unique(shown)
    run = np.empty(len(ids), object)
    time_s = np.full(len(ids), np.nan)
    for trials in seen.values():
        rows = find_rows(ids, trials.stimulus_id, what="volumes")
        run[rows] = np.char.add(np.char.add(trials.session, "/"), trials.run)
        time_s[rows] = trials.onset_s
    if not np.isfinite(time_s).all():
        raise DataError(
            f"{int((~np.isfinite(time_s)).sum())} of {len(ids)} volumes have no time, "
            "so neighbours cannot be told. Split by run instead."
        )
    return ids, run.astype(str), time_s


def _check_inner(
    inner: np.ndarray, run: np.ndarray, time_s: np.ndarray, gap_s: float
) -> None:
    """Refuse inner folds whose gap leaves too little to fit."""
    for label in range(int(inner.max()) + 1):
        far = far_from(inner == label, run, time_s, gap_s=gap_s)
        n_fit = int((far & (inner >= 0)).sum())
        if n_fit < FEWEST_FITTED:
            raise DataError(
                f"inner fold {label + 1} of {int(inner.max()) + 1} has {n_fit} volumes "
                f"to fit: the others lie within {gap_s:g} s of those that it "
                "validates. Use more inner folds, a shorter `gap_s`, or whole runs "
                "(leave_group_out by run)."
            )


def _cut_runs(run: np.ndarray, time_s: np.ndarray, n_parts: int) -> np.ndarray:
    """Cut every run into stretches of like length; the number of each volume's."""
    stretch = np.empty(len(run), np.int16)
    for name in np.unique(run):
        rows = np.flatnonzero(run == name)
        if len(rows) < 2 * n_parts:
            raise DataError(
                f"run {name} has {len(rows)} volumes, too few for {n_parts} folds of "
                "neighbours. Use fewer, or hold out whole runs."
            )
        stretch[rows] = _cut(run[rows], time_s[rows], n_parts)
    return stretch


def _cut(run: np.ndarray, time_s: np.ndarray, n_parts: int) -> np.ndarray:
    """Cut volumes in the order of runs and time into stretches of like length."""
    if len(run) < 2 * n_parts:
        raise DataError(
            f"{len(run)} training volumes are too few for {n_parts} inner folds of "
            "neighbours. Use fewer."
        )
    stretch = np.empty(len(run), np.int16)
    stretch[np.lexsort((time_s, run))] = np.arange(len(run)) * n_parts // len(run)
    return stretch

"""Refuse a split that shows a model what it is tested on, and say all that is wrong."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from boldwise.errors import LeakageError, name_some
from boldwise.evaluation.grouping import groups_of
from boldwise.evaluation.splits import TEST, TRAIN, Split
from boldwise.features.records import Stimuli, find_rows
from boldwise.responses.records import Trials

HRF_S = 25.0  # Glover's and SPM's response lie within 1 % of their peak from here on.

Seen = Mapping[str, Trials]


def check_split(
    split: Split,
    seen: Seen,
    stimuli: Stimuli,
    *,
    share_runs: bool = False,
    share_groups: bool = False,
    gap_s: float | None = None,
) -> None:
    """Raise unless training and test are apart in stimuli, groups, runs and time.

    Parameters
    ----------
    split : Split
    seen : mapping of subject to Trials
        What every subject was shown, and when.
    stimuli : Stimuli
        Declared groups of near-duplicates.
    share_runs : bool
        Training and test trials may lie in one run.
    share_groups : bool
        Stimuli of one group may lie on both sides.
    gap_s : float, in seconds, or None
        For continuous and block data: where a run is shared, this much time must
        lie between training and test. None for single trials.

    Raises
    ------
    LeakageError
        With every problem of the split in one message, the ids named.
    """
    problems = [*_unknown(split, seen), *_overlapping(split), *_empty(split, seen)]
    if not problems:  # the rest presumes that every id is known
        if not share_groups:
            problems += _torn_groups(split, stimuli)
        if not share_runs:
            problems += _shared_runs(split, seen)
        elif gap_s is not None:
            problems += _too_close(split, seen, gap_s)
    if problems:
        raise LeakageError(
            "\n  ".join([f"split '{split.name}' is refused:", *problems])
        )


def needed_gap_s(
    estimate: str, *, longest_delay: int = 0, tr_s: float | None = None
) -> float | None:
    """Time that must lie between training and test within a run.

    Parameters
    ----------
    estimate : str
        How responses were estimated. ``"timeseries"`` and ``"block_mean"`` carry
        the response to what was shown before.
    longest_delay : int, in volumes
        Largest delay of an encoder.
    tr_s : float, in seconds
        Repetition time.

    Returns
    -------
    gap_s : float or None
        The longest delay plus a haemodynamic response of 25 s; None for the
        single-trial estimates, which model their neighbours.
    """
    if estimate not in ("timeseries", "block_mean"):
        return None
    return longest_delay * (tr_s or 0.0) + HRF_S


def audit_split(
    split: Split, seen: Seen, *, gap_s: float | None = None
) -> dict[str, Any]:
    """Count what lies on which side, for the report.

    Parameters
    ----------
    split : Split
    seen : mapping of subject to Trials
    gap_s : float, in seconds, or None
        As for ``check_split``.

    Returns
    -------
    audit : dict
        ``n_train`` and ``n_test`` (stimuli, per fold), ``subjects`` (the same for
        each subject, with ``n_shared_runs`` per fold: runs with trials of both), and,
        where runs are shared, ``gap_s`` and ``least_gap_s``: what must lie between
        training and test within a run, and what does at the closest.
    """
    subjects = {}
    for subject, trials in seen.items():
        ids = np.unique(trials.stimulus_id)
        part = split.part[:, find_rows(split.stimulus_id, ids, what="split")]
        shared = [len(runs) for runs in _runs_of_both(split, trials)]
        subjects[subject] = {**_count_parts(part), "n_shared_runs": shared}
    found: dict[str, Any] = {**_count_parts(split.part), "subjects": subjects}
    if gap_s is not None:
        least_s = min(_gaps_s(split, seen), default=float("inf"))
        if np.isfinite(least_s):
            found |= {"gap_s": gap_s, "least_gap_s": least_s}
    return found


def neighbour_correlation(response: np.ndarray, trials: Trials) -> np.ndarray:
    """Correlate each voxel's responses with those one trial later in the run.

    Single-trial estimates of a fast design smear into their neighbours; a split
    whose parts share runs then leaks. The mean of each run is removed; for
    independent trials the expected value is about -1 / (trials per run).

    Parameters
    ----------
    response : array of shape (n_trials, n_voxels)
        Any unit.
    trials : Trials

    Returns
    -------
    correlation : array of shape (n_voxels,)
        NaN for a voxel that does not vary, and where onsets are not known.
    """
    covariance = np.zeros(response.shape[1])
    variance = np.zeros((2, response.shape[1]))
    for rows in _rows_by_run(trials).values():
        if not np.isfinite(trials.onset_s[rows]).all():
            continue  # the order of the trials is not known
        rows = rows[np.argsort(trials.onset_s[rows], kind="stable")]
        run = response[rows] - response[rows].mean(axis=0, dtype=np.float64)
        covariance += (run[:-1] * run[1:]).sum(axis=0)
        variance += (run[:-1] ** 2).sum(axis=0), (run[1:] ** 2).sum(axis=0)
    scale = np.sqrt(variance.prod(axis=0))
    correlation = np.full(len(scale), np.nan)
    np.divide(covariance, scale, out=correlation, where=scale > 0)
    return correlation


def _unknown(split: Split, seen: Seen) -> Iterator[str]:
    shown = np.concatenate([trials.stimulus_id for trials in seen.values()])
    used = split.stimulus_id[(split.part == TEST).any(axis=0)]
    lost = np.setdiff1d(used, shown).tolist()
    if lost:
        yield f"{len(lost)} test stimuli were shown to nobody: {name_some(lost)}."
    lost = np.setdiff1d(shown, split.stimulus_id).tolist()
    if lost:
        yield f"{len(lost)} shown stimuli are not in the split: {name_some(lost)}."


def _overlapping(split: Split) -> Iterator[str]:
    for fold, name in enumerate(split.fold_name):
        both = np.intersect1d(split.train_ids(fold), split.test_ids(fold))
        if len(both):
            yield (
                f"fold {name}: {len(both)} stimuli are in training and test: "
                f"{name_some(both.tolist())}."
            )


def _empty(split: Split, seen: Seen) -> Iterator[str]:
    for fold, name in enumerate(split.fold_name):
        parts = {"training": split.train_ids(fold), "test": split.test_ids(fold)}
        for part, ids in parts.items():
            if not len(ids):
                yield f"fold {name}: the {part} part is empty."
                continue
            without = [
                s for s, t in seen.items() if not np.isin(ids, t.stimulus_id).any()
            ]
            if without:
                yield (
                    f"fold {name}: no {part} stimulus was shown to subject "
                    f"{name_some(without)}; leave the subject out of dataset.subjects "
                    "or split by something else."
                )


def _torn_groups(split: Split, stimuli: Stimuli) -> Iterator[str]:
    groups, group = np.unique(
        groups_of(split.stimulus_id, stimuli), return_inverse=True
    )
    sides = np.zeros((2, len(groups)), bool)
    torn = np.zeros(len(groups), bool)
    for part in split.part:
        sides[:] = False
        sides[0, group[part == TRAIN]] = True
        sides[1, group[part == TEST]] = True
        torn |= sides.all(axis=0)
    if torn.any():
        ids = split.stimulus_id[torn[group]].tolist()
        yield (
            f"{int(torn.sum())} declared groups lie on both sides: "
            f"{name_some(groups[torn].tolist())} (stimuli {name_some(ids)}). Split by "
            "group, or say share_groups: true where exemplars may be shared."
        )


def _shared_runs(split: Split, seen: Seen) -> Iterator[str]:
    for subject, trials in seen.items():
        folds = _runs_of_both(split, trials)
        runs = sorted({run for found in folds for run in found})
        if runs:
            yield (
                f"subject {subject}: {len(runs)} runs hold trials of training and "
                f"test: {name_some(runs)}. Hold out whole runs, or say share_runs: "
                "true for independent trials; the report then shows how neighbouring "
                "responses correlate."
            )


def _too_close(split: Split, seen: Seen, gap_s: float) -> Iterator[str]:
    for subject, trials in seen.items():
        found = [
            run
            for part in split.part[:, _split_rows(split, trials)]
            for run, rows in _rows_by_run(trials).items()
            if _distance_s(trials.onset_s[rows], part[rows]) < gap_s
        ]
        if found:
            yield (
                f"subject {subject}: in {len(set(found))} runs less than {gap_s:g} s "
                f"(longest delay + haemodynamic response) lie between training and "
                f"test: {name_some(sorted(set(found)))}. Hold out whole runs, or "
                "contiguous parts with that gap."
            )


def _gaps_s(split: Split, seen: Seen) -> Iterator[float]:
    """Least time between training and test, in each run of each fold."""
    for trials in seen.values():
        for part in split.part[:, _split_rows(split, trials)]:
            for rows in _rows_by_run(trials).values():
                yield _distance_s(trials.onset_s[rows], part[rows])


def _distance_s(onset_s: np.ndarray, part: np.ndarray) -> float:
    """Least time from the end of one part to the start of the other, in one run."""
    train, test = np.sort(onset_s[part == TRAIN]), onset_s[part == TEST]
    if not len(train) or not len(test):
        return float("inf")
    # How long a block lasts is not in the trial table; it cannot exceed the spacing.
    duration_s = np.diff(np.unique(onset_s)).min(initial=np.inf)
    place = np.searchsorted(train, test)
    before = test - train[np.maximum(place - 1, 0)]
    after = train[np.minimum(place, len(train) - 1)] - test
    return float(np.minimum(np.abs(before), np.abs(after)).min() - duration_s)


def _runs_of_both(split: Split, trials: Trials) -> list[list[str]]:
    """Name the runs with trials of training and of test, per fold."""
    runs = _rows_by_run(trials)
    return [
        [
            run
            for run, rows in runs.items()
            if (part[rows] == TRAIN).any() and (part[rows] == TEST).any()
        ]
        for part in split.part[:, _split_rows(split, trials)]
    ]


def _split_rows(split: Split, trials: Trials) -> np.ndarray:
    return find_rows(split.stimulus_id, trials.stimulus_id, what="split")


def _rows_by_run(trials: Trials) -> dict[str, np.ndarray]:
    session = np.strings.add(np.strings.add("ses-", trials.session), "_run-")
    runs, index = np.unique(np.strings.add(session, trials.run), return_inverse=True)
    order = np.argsort(index, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(index))[:-1])
    return {str(run): rows for run, rows in zip(runs, parts, strict=True)}


def _count_parts(part: np.ndarray) -> dict[str, list[int]]:
    return {
        "n_train": (part == TRAIN).sum(axis=1).tolist(),
        "n_test": (part == TEST).sum(axis=1).tolist(),
    }

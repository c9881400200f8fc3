"""Make a split from what every subject saw: one function for each kind."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from boldwise.errors import DataError, LeakageError, name_some
from boldwise.evaluation.alignment_ids import draw_for_alignment
from boldwise.evaluation.contiguous_folds import cut_contiguous
from boldwise.evaluation.grouping import (
    Labels,
    blocks_of,
    deal_blocks,
    groups_of,
    label_stimuli,
    strata_of,
)
from boldwise.evaluation.splits import TEST, TRAIN, Split
from boldwise.features.records import Stimuli
from boldwise.responses.records import Trials

Seen = Mapping[str, Trials]
Parted = tuple[np.ndarray, np.ndarray, str]


def make_split(
    seen: Seen, stimuli: Stimuli, *, name: str, options: Mapping[str, Any]
) -> Split:
    """Part the stimuli that were shown into training and test, by one rule for all.

    A stimulus is on the same side for every subject: a stimulus that one subject
    is tested on trains nobody, so models over several subjects cannot leak it.
    The result is not checked; that is the work of ``check_split``.

    Parameters
    ----------
    seen : mapping of subject to Trials
        What every subject was shown; only the trial tables are used.
    stimuli : Stimuli
        Their declared groups and categories.
    name : str
        Name of the split.
    options : mapping
        ``kind`` is ``shared_images``, ``leave_group_out``, ``k_fold``, ``listed``
        or ``contiguous``; further keys as in the config (``by``, ``n_folds``, ``seed``,
        ``cv_by``, ``n_cv_folds``, ``share_groups``). ``test`` holds the listed ids.

    Returns
    -------
    split : Split
        Stimuli in the order of their sorted ids. Equal input gives an equal split.

    Raises
    ------
    DataError
        If the stimuli cannot be parted that way, with the reason.
    """
    if options["kind"] == "contiguous":
        return cut_contiguous(seen, name=name, options=options)
    shown = np.concatenate([trials.stimulus_id for trials in seen.values()])
    stimulus_id = np.unique([*shown, *options["test"]] if "test" in options else shown)
    test, fold_name, reason = MAKERS[options["kind"]](
        stimulus_id, seen, stimuli, options
    )
    labels = label_stimuli(options.get("cv_by", "group"), stimulus_id, seen, stimuli)
    stratum = strata_of(stimulus_id, seen)
    folds = [
        _inner_folds(
            ~held_out, labels, stratum, options, seed=[options.get("seed", 0), k]
        )
        for k, held_out in enumerate(test)
    ]
    return Split(
        name=name,
        stimulus_id=stimulus_id,
        part=np.where(test, TEST, TRAIN).astype(np.int8),
        cv_fold=np.array(folds, np.int16).reshape(test.shape),
        fold_name=fold_name,
        reason=reason,
    )


def hold_out_shared(
    stimulus_id: np.ndarray, seen: Seen, stimuli: Stimuli, options: Mapping[str, Any]
) -> Parted:
    """Test on the stimuli that all subjects saw, or on some of them; train on the rest.

    Where every stimulus was seen by all (one subject, say), those of them count as
    shared that every subject saw more than once.

    Parameters
    ----------
    stimulus_id : array of str, shape (n_stimuli,)
    seen : mapping of subject to Trials
    stimuli : Stimuli
        Declared groups: one lies wholly on one side.
    options : mapping
        ``align_share``, the share of these stimuli that trains all the same, so that
        subjects can be aligned on them, and its ``seed``; absent: none.

    Returns
    -------
    test : array of bool, shape (1, n_stimuli)
    fold_name : array of str, shape (1,)
    reason : str
    """
    counts = [_count_shown(stimulus_id, trials) for trials in seen.values()]
    fewest = np.min(counts, axis=0)
    at_least = 1 if (fewest < 1).any() else 2
    test = fewest >= at_least
    if test.all() or not test.any():
        raise DataError(
            f"{int(test.sum())} of {len(test)} stimuli were seen by all {len(seen)} "
            "subjects, and repeats do not set some of them apart: shared_images has "
            "nothing to part. Use k_fold, leave_group_out or listed."
        )
    times = "" if at_least == 1 else " more than once"
    reason = (
        f"The {int(test.sum())} stimuli that all {len(seen)} subjects saw{times} are "
        f"held out for every subject; the other {int((~test).sum())} train."
    )
    share = options.get("align_share", 0.0)
    if share:
        kept = draw_for_alignment(
            groups_of(stimulus_id, stimuli)[test], share=share, seed=options["seed"]
        )
        test[np.flatnonzero(test)[kept]] = False
        reason = (
            f"Of the {len(kept)} stimuli that all {len(seen)} subjects saw{times}, "
            f"{int(kept.sum())} train, so that subjects can be aligned on them (drawn "
            f"with seed {options['seed']}); the other {int((~kept).sum())} are held "
            "out for every subject."
        )
    return test[None], np.array(["shared"]), reason


def leave_group_out(
    stimulus_id: np.ndarray, seen: Seen, stimuli: Stimuli, options: Mapping[str, Any]
) -> Parted:
    """Hold out one run, session, group or category at a time.

    Parameters
    ----------
    stimulus_id : array of str, shape (n_stimuli,)
    seen : mapping of subject to Trials
    stimuli : Stimuli
    options : mapping
        ``by``.

    Returns
    -------
    test : array of bool, shape (n_folds, n_stimuli)
    fold_name : array of str, shape (n_folds,)
    reason : str
    """
    by = options["by"]
    if by == "group" and stimuli.group is None:
        raise DataError(
            "leave_group_out by group: the stimuli declare no groups. Give "
            "dataset.stimuli.group, or go by something else."
        )
    labels = label_stimuli(by, stimulus_id, seen, stimuli)
    if len(labels.name) < 2:
        raise DataError(
            f"leave_group_out by {by}: all stimuli lie in one ({labels.name[0]}), so "
            "nothing is left to train on."
        )
    if by != "category":
        _refuse_shown_twice(by, stimulus_id, labels)
    test = np.array([labels.carriers(k) for k in range(len(labels.name))])
    prefix = f"{by}-" if by in ("group", "category") else ""
    reason = f"One {by} at a time is held out: {len(test)} folds."
    return test, np.strings.add(prefix, labels.name), reason


def make_k_fold(
    stimulus_id: np.ndarray, seen: Seen, stimuli: Stimuli, options: Mapping[str, Any]
) -> Parted:
    """Hold out folds of whole stimuli, runs, sessions, groups or categories.

    Parameters
    ----------
    stimulus_id : array of str, shape (n_stimuli,)
    seen : mapping of subject to Trials
    stimuli : Stimuli
    options : mapping
        ``by``, ``n_folds``, ``seed`` and, if wanted, ``balance``.

    Returns
    -------
    test : array of bool, shape (n_folds, n_stimuli)
    fold_name : array of str, shape (n_folds,)
    reason : str
    """
    by, n_folds, seed = options["by"], options["n_folds"], options["seed"]
    block = blocks_of(label_stimuli(by, stimulus_id, seen, stimuli))
    balanced = stimuli if options.get("balance") == "category" else None
    stratum = strata_of(stimulus_id, seen, balanced)
    fold = deal_blocks(block, stratum, n_folds=n_folds, seed=seed)
    test = fold == np.arange(n_folds)[:, None]
    reason = (
        f"{n_folds} folds; each {by} stays whole ({block.max() + 1} sets over "
        f"{len(block)} stimuli, dealt with seed {seed}"
        f"{', each category evenly' if balanced else ''})."
    )
    return test, np.array([f"fold-{k + 1}" for k in range(n_folds)]), reason


def hold_out_listed(
    stimulus_id: np.ndarray, seen: Seen, stimuli: Stimuli, options: Mapping[str, Any]
) -> Parted:
    """Test on the stimuli of a list, train on the rest.

    Parameters
    ----------
    stimulus_id : array of str, shape (n_stimuli,)
    seen : mapping of subject to Trials
        Not used.
    stimuli : Stimuli
        Not used.
    options : mapping
        ``test``: sequence of ids.

    Returns
    -------
    test : array of bool, shape (1, n_stimuli)
    fold_name : array of str, shape (1,)
    reason : str
    """
    test = np.isin(stimulus_id, np.array(options["test"], dtype=str))
    reason = (
        f"The {int(test.sum())} stimuli of a list are held out; the other "
        f"{int((~test).sum())} train."
    )
    return test[None], np.array(["listed"]), reason


MAKERS: dict[str, Callable[..., Parted]] = {
    "shared_images": hold_out_shared,
    "leave_group_out": leave_group_out,
    "k_fold": make_k_fold,
    "listed": hold_out_listed,
}


def _inner_folds(
    train: np.ndarray,
    labels: Labels,
    stratum: np.ndarray,
    options: Mapping[str, Any],
    *,
    seed: list[int],
) -> np.ndarray:
    fold = np.full(len(train), -1, np.int16)
    if not train.any():
        return fold  # an empty part is reported with all other problems
    n_folds = options["n_cv_folds"]
    block = blocks_of(labels.take(train))[train]
    try:
        fold[train] = deal_blocks(block, stratum[train], n_folds=n_folds, seed=seed)
    except DataError as error:
        by = options.get("cv_by", "group")
        error.add_note(f"inner folds: cv_by is {by}, n_cv_folds is {n_folds}; lower it")
        raise
    return fold


def _count_shown(stimulus_id: np.ndarray, trials: Trials) -> np.ndarray:
    ids, counts = np.unique(trials.stimulus_id, return_counts=True)
    shown = np.zeros(len(stimulus_id), np.int64)
    shown[np.searchsorted(stimulus_id, ids)] = counts
    return shown


def _refuse_shown_twice(by: str, stimulus_id: np.ndarray, labels: Labels) -> None:
    n_labels = np.bincount(labels.stimulus, minlength=labels.n_stimuli)
    twice = stimulus_id[n_labels > 1].tolist()
    if twice:
        raise LeakageError(
            f"{len(twice)} stimuli were shown in more than one {by}: "
            f"{name_some(twice)}. To hold out one {by} at a time would test on what "
            f"was trained. Use k_fold by {by}, which keeps linked {by}s together, or "
            "shared_images."
        )

"""What ties stimuli together, and folds that never tear it apart."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from boldwise.errors import DataError
from boldwise.features.records import Stimuli, find_rows
from boldwise.responses.records import Trials

LABELS = ("stimulus", "run", "session", "group", "category")


@dataclass(frozen=True)
class Labels:
    """Which stimuli carry which labels; a stimulus may carry several or none.

    Attributes
    ----------
    name : array of str, shape (n_labels,)
        Sorted.
    stimulus, label : array of int, shape (n_pairs,)
        Index of the stimulus and of the label of each pair, without doubles.
    n_stimuli : int
    """

    name: np.ndarray
    stimulus: np.ndarray
    label: np.ndarray
    n_stimuli: int

    def take(self, keep: np.ndarray) -> "Labels":
        """Labels of the stimuli in a mask of shape (n_stimuli,), others unlabelled."""
        kept = keep[self.stimulus]
        return Labels(self.name, self.stimulus[kept], self.label[kept], self.n_stimuli)

    def carriers(self, label: int) -> np.ndarray:
        """Mask of shape (n_stimuli,) of the stimuli that carry a label."""
        mask = np.zeros(self.n_stimuli, bool)
        mask[self.stimulus[self.label == label]] = True
        return mask


def label_stimuli(
    by: str, stimulus_id: np.ndarray, seen: Mapping[str, Trials], stimuli: Stimuli
) -> Labels:
    """Label stimuli by what a split or its inner folds keep together.

    Parameters
    ----------
    by : str
        ``"stimulus"``, ``"run"``, ``"session"`` (where each was shown, to any
        subject), ``"group"`` or ``"category"`` (several, separated by ``;``).
    stimulus_id : array of str, shape (n_stimuli,)
    seen : mapping of subject to Trials
    stimuli : Stimuli
        A stimulus without a group is a group of its own.

    Returns
    -------
    labels : Labels

    Raises
    ------
    DataError
        If a stimulus is unknown, or there are no categories to go by.
    """
    if by in ("run", "session"):
        shown = [_place(by, trials, seen) for trials in seen.values()]
        ids = np.concatenate([trials.stimulus_id for trials in seen.values()])
        return _pair(find_rows(stimulus_id, ids, what="split"), shown, len(stimulus_id))
    rows = np.arange(len(stimulus_id))
    if by == "category":
        row, names = _split_categories(_column(stimuli, "category", stimulus_id))
        return _pair(row, [names], len(stimulus_id))
    names = stimulus_id if by == "stimulus" else groups_of(stimulus_id, stimuli)
    return _pair(rows, [names], len(stimulus_id))


def groups_of(stimulus_id: np.ndarray, stimuli: Stimuli) -> np.ndarray:
    """Look up the declared group of each stimulus; its own id where there is none.

    Parameters
    ----------
    stimulus_id : array of str, shape (n_stimuli,)
    stimuli : Stimuli

    Returns
    -------
    group : array of str, shape (n_stimuli,)
    """
    if stimuli.group is None:
        return stimulus_id
    group = _column(stimuli, "group", stimulus_id)
    return np.where(group == "", stimulus_id, group)


def blocks_of(labels: Labels) -> np.ndarray:
    """Find the smallest sets of stimuli that share no label with one another.

    Stimuli that share a label lie in one block, and so do those that are linked
    through others: if A shares a run with B and B with C, all three stay together.

    Parameters
    ----------
    labels : Labels

    Returns
    -------
    block : array of int, shape (n_stimuli,)
        Connected components; a stimulus without a label is a block of its own.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    size = labels.n_stimuli + len(labels.name)
    ends = (labels.stimulus, labels.label + labels.n_stimuli)
    graph = coo_array((np.ones(len(labels.label)), ends), shape=(size, size))
    _, component = connected_components(graph, directed=False)
    return np.unique(component[: labels.n_stimuli], return_inverse=True)[1]


def deal_blocks(
    block: np.ndarray, stratum: np.ndarray, *, n_folds: int, seed: int | list[int]
) -> np.ndarray:
    """Deal whole blocks into folds of like size, within each stratum and overall.

    Large blocks are dealt first, in an order drawn from the seed; each goes to
    the fold that has fewest stimuli of its stratum, then fewest of all.

    Parameters
    ----------
    block : array of int, shape (n_stimuli,)
        Stimuli of one block share a fold.
    stratum : array of int, shape (n_stimuli,)
        What to balance, for example which subjects saw the stimulus.
    n_folds : int
    seed : int or list of int

    Returns
    -------
    fold : array of int16, shape (n_stimuli,)

    Raises
    ------
    DataError
        If there are fewer blocks than folds.
    """
    names, first, block, size = np.unique(
        block, return_index=True, return_inverse=True, return_counts=True
    )
    if len(names) < n_folds:
        raise DataError(
            f"{n_folds} folds were asked for, but the stimuli fall into only "
            f"{len(names)} sets that must stay together."
        )
    order = np.random.default_rng(seed).permutation(len(names))
    order = order[np.argsort(-size[order], kind="stable")]
    strata, stratum = np.unique(stratum, return_inverse=True)
    filled = np.zeros((len(strata), n_folds))
    total = np.zeros(n_folds)
    fold = np.empty(len(names), np.int16)
    for i in order:
        own = filled[stratum[first[i]]]
        fold[i] = np.lexsort((total, own))[0]
        own[fold[i]] += size[i]
        total[fold[i]] += size[i]
    return fold[block]


def strata_of(
    stimulus_id: np.ndarray,
    seen: Mapping[str, Trials],
    stimuli: Stimuli | None = None,
) -> np.ndarray:
    """Tell stimuli apart by which subjects saw them, and by category if wanted.

    Parameters
    ----------
    stimulus_id : array of str, shape (n_stimuli,)
    seen : mapping of subject to Trials
    stimuli : Stimuli, optional
        Whose categories count as well.

    Returns
    -------
    stratum : array of int, shape (n_stimuli,)
        Equal where the same subjects saw the stimulus (and it shows the same).

    Raises
    ------
    DataError
        If there are no categories to go by.
    """
    saw = [
        np.isin(stimulus_id, trials.stimulus_id).astype(np.int64)
        for trials in seen.values()
    ]
    if stimuli is not None:
        category = _column(stimuli, "category", stimulus_id)
        saw.append(np.unique(category, return_inverse=True)[1])
    return np.unique(np.array(saw), axis=1, return_inverse=True)[1].ravel()


def _place(by: str, trials: Trials, seen: Mapping[str, Trials]) -> np.ndarray:
    """Label of the run or session of each trial: ``run-03``, ``ses-2_run-03``."""
    if by == "session":
        return np.strings.add("session-", trials.session)
    sessions = {name for other in seen.values() for name in np.unique(other.session)}
    run = np.strings.add("run-", trials.run)
    if len(sessions) == 1:
        return run
    return np.strings.add(
        np.strings.add("ses-", trials.session), np.strings.add("_", run)
    )


def _pair(row: np.ndarray, names: list[np.ndarray], n_stimuli: int) -> Labels:
    name, label = np.unique(np.concatenate(names), return_inverse=True)
    pairs = np.unique(np.stack([row, label]), axis=1)
    return Labels(name, pairs[0], pairs[1], n_stimuli)


def _column(stimuli: Stimuli, name: str, stimulus_id: np.ndarray) -> np.ndarray:
    values = getattr(stimuli, name)
    if values is None:
        raise DataError(
            f"the split goes by {name}, but the stimuli have no column '{name}'. Give "
            "one in the table of dataset.stimuli, or go by something else."
        )
    column: np.ndarray = values[
        find_rows(stimuli.stimulus_id, stimulus_id, what="row in the stimuli")
    ]
    return column


def _split_categories(category: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    pairs = [
        (row, name.strip())
        for row, names in enumerate(category)
        for name in names.split(";")
        if name.strip()
    ]
    if not pairs:
        raise DataError("the split goes by category, but no stimulus has one.")
    rows, names = zip(*pairs, strict=True)
    return np.array(rows), np.array(names)

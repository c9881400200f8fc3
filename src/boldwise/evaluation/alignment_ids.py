"""Stimuli to align subjects on: seen by all of them, and tested in no way."""

import numpy as np

from boldwise.errors import DataError, LeakageError, name_some
from boldwise.evaluation.splits import Split


def alignment_ids(split: Split, fold: int, shared: np.ndarray) -> np.ndarray:
    """List the stimuli that an alignment may be fitted on in an outer fold.

    Parameters
    ----------
    split : Split
    fold : int
    shared : array of str, shape (n_shared,)
        Stimuli that all subjects saw.

    Returns
    -------
    stimulus_id : array of str, shape (n_align,)
        Sorted.

    Raises
    ------
    LeakageError
        If the fold tests on every stimulus that the subjects share.
    """
    kept = np.intersect1d(shared, split.train_ids(fold))
    if not len(kept):
        tested = np.intersect1d(shared, split.test_ids(fold))
        raise LeakageError(
            f"fold {split.fold_name[fold]} of split '{split.name}' tests on all "
            f"{len(tested)} stimuli that the subjects share ({name_some(tested)}): an "
            "alignment could only be fitted on what it is tested on. Part them, for "
            "example by shared_images with `align_share: 0.8`, or write `alignment: "
            "{kind: anatomical}` without a readout."
        )
    return kept


def refuse_tested(split: Split, fold: int, stimulus_id: np.ndarray) -> None:
    """Refuse an alignment that was, or is to be, fitted on test stimuli.

    Parameters
    ----------
    split : Split
    fold : int
    stimulus_id : array of str, shape (n_align,)
        What the alignment is fitted on.

    Raises
    ------
    LeakageError
        Naming the stimuli.
    """
    tested = np.intersect1d(stimulus_id, split.test_ids(fold))
    if len(tested):
        raise LeakageError(
            f"an alignment on {len(np.unique(stimulus_id))} stimuli, {len(tested)} of "
            f"which fold {split.fold_name[fold]} of split '{split.name}' tests: "
            f"{name_some(tested)}. Fit it on training stimuli alone."
        )


def draw_for_alignment(group: np.ndarray, *, share: float, seed: int) -> np.ndarray:
    """Draw whole groups of shared stimuli to align subjects on; the rest are tested.

    Parameters
    ----------
    group : array of str, shape (n_shared,)
        Of each stimulus that all subjects saw.
    share : float
        Of the stimuli, about; at least one group is left on either side.
    seed : int

    Returns
    -------
    kept : array of bool, shape (n_shared,)

    Raises
    ------
    DataError
        If all stimuli are of one group.
    """
    names, label, count = np.unique(group, return_inverse=True, return_counts=True)
    if len(names) < 2:
        raise DataError(
            f"the {len(group)} stimuli that all subjects saw are of one group "
            f"({name_some(names)}): align_share has nothing to part."
        )
    order = np.random.default_rng(seed).permutation(len(names))
    drawn = np.cumsum(count[order])
    wanted = int(np.abs(drawn - share * len(group)).argmin()) + 1
    chosen = order[: min(wanted, len(names) - 1)]
    return np.isin(label, chosen)

"""Stimuli to align subjects on: seen by all of them, and tested in no way."""

import numpy as np

from boldwise.errors import LeakageError, name_some
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

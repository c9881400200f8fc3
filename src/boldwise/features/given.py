"""Features that somebody else computed, put in the order of the stimuli."""

from collections.abc import Sequence
from difflib import get_close_matches

import numpy as np

from boldwise.errors import DataError, name_some
from boldwise.features.records import (
    FeatureSpace,
    Stimuli,
    find_rows,
    refuse_not_finite,
)


def take_given(
    stimuli: Stimuli, given: FeatureSpace, *, columns: Sequence[str] = ()
) -> FeatureSpace:
    """Pick the rows of the stimuli, and the columns that were asked for.

    Parameters
    ----------
    stimuli : Stimuli
    given : FeatureSpace
        As read from a file; may hold other stimuli too, in any order.
    columns : sequence of str
        Which to keep, in this order; empty: all.

    Returns
    -------
    space : FeatureSpace
        In the order of the stimuli.

    Raises
    ------
    DataError
        If a stimulus has no features or one that is no number, or a column is not
        there.
    """
    rows = find_rows(given.stimulus_id, stimuli.stimulus_id, what="given features")
    kept = _places(given, columns) if columns else np.arange(given.feature.shape[1])
    space = FeatureSpace(
        stimuli.stimulus_id,
        np.ascontiguousarray(given.feature[rows][:, kept], np.float32),
        given.notes,
        column=None if given.column is None else given.column[kept],
    )
    refuse_not_finite(space)
    return space


def _places(given: FeatureSpace, columns: Sequence[str]) -> np.ndarray:
    known = [] if given.column is None else given.column.tolist()
    for name in columns:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"did you mean '{close[0]}'?" if close else f"{name_some(known)}."
            raise DataError(
                f"no column '{name}' among {len(known)} named columns of the given "
                f"features; {hint}"
            )
    return np.array([known.index(name) for name in columns])

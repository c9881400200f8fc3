"""Features that somebody else computed, put in the order of the stimuli."""

from collections.abc import Sequence
from difflib import get_close_matches

import numpy as np

from boldwise.errors import DataError
from boldwise.features.records import FeatureSpace, Stimuli, find_rows


def take_given(
    stimuli: Stimuli,
    given: FeatureSpace,
    *,
    names: Sequence[str],
    columns: Sequence[str] = (),
) -> FeatureSpace:
    """Pick the rows of the stimuli, and the columns that were asked for.

    Parameters
    ----------
    stimuli : Stimuli
    given : FeatureSpace
        As read from a file; may hold other stimuli too, in any order.
    names : sequence of str, length n_given
        Name of each column.
    columns : sequence of str
        Which to keep, in this order; empty: all.

    Returns
    -------
    space : FeatureSpace
        In the order of the stimuli; the names of the columns stand in the notes.

    Raises
    ------
    DataError
        If a stimulus has no features, or a column is not there.
    """
    lost = [name for name in columns if name not in names]
    if lost:
        close = get_close_matches(lost[0], names, n=1)
        hint = f"did you mean '{close[0]}'?" if close else f"it has {', '.join(names)}."
        raise DataError(f"no column '{lost[0]}' among the given features; {hint}")
    rows = find_rows(given.stimulus_id, stimuli.stimulus_id, what="given features")
    chosen = list(columns) or list(names)
    places = [list(names).index(name) for name in chosen]
    notes = {**given.notes, "columns": ";".join(chosen)}
    feature = np.ascontiguousarray(given.feature[rows][:, places], np.float32)
    return FeatureSpace(stimuli.stimulus_id, feature, notes)

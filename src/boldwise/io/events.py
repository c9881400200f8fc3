"""Events of a run: what was shown when."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from boldwise.errors import DataError
from boldwise.io.stimulus_ids import IdRule, fill_template
from boldwise.io.tables import numbers, read_table


@dataclass(frozen=True)
class Events:
    """The events of a run that show a stimulus, in the order of time.

    Attributes
    ----------
    stimulus_id : array of str, shape (n_events,)
    onset_s, duration_s : array of shape (n_events,)
        Seconds from the first volume.
    category : array of str, shape (n_events,), or None
        Column ``trial_type``, if there is one.
    n_skipped : int
        Rows without a stimulus, such as rest.
    """

    stimulus_id: np.ndarray
    onset_s: np.ndarray
    duration_s: np.ndarray
    category: np.ndarray | None
    n_skipped: int


def read_events(
    path: str | Path,
    *,
    template: str,
    labels: Mapping[str, str],
    id_rule: IdRule,
) -> Events:
    """Read an ``events.tsv`` file as BIDS defines it.

    Parameters
    ----------
    path : path
        With the columns ``onset`` and ``duration``, in seconds.
    template : str
        Stimulus id of a row, for example ``{stimulus_id}``. Rows that have no
        value there are skipped.
    labels : mapping of str
        What the template may use beside columns: subject, session, run.
    id_rule : IdRule
        From the filled template to the id.

    Returns
    -------
    events : Events

    Raises
    ------
    DataError
        If a column is missing, or no row shows a stimulus.
    """
    table = read_table(path, needed=("onset", "duration"))
    try:
        names, named = fill_template(template, table, labels)
    except DataError as error:
        raise DataError(f"{path}: {error}") from error
    if not named.any():
        raise DataError(
            f"{path}: none of {len(named)} events has a stimulus id '{template}'. Fill "
            "in the column, or mend `dataset.stimulus_id`."
        )
    onset = numbers(table["onset"], name="onset", path=path)[named]
    duration = numbers(table["duration"], name="duration", path=path)[named]
    category = table["trial_type"][named] if "trial_type" in table else None
    order = np.argsort(onset, kind="stable")
    return Events(
        stimulus_id=id_rule.all(names)[order],
        onset_s=onset[order],
        duration_s=duration[order],
        category=None if category is None else category[order],
        n_skipped=int((~named).sum()),
    )

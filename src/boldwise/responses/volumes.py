"""Ids of volumes: the stimuli of time series, by run and number."""

import numpy as np

from boldwise.errors import DataError, name_some


def read_volume_ids(stimulus_id: np.ndarray) -> list[tuple[str, int]]:
    """Read run and number from the ids of volumes.

    Parameters
    ----------
    stimulus_id : array of str, shape (n_volumes,)
        As ``responses.runs.volume_ids`` makes them.

    Returns
    -------
    volumes : list of (str, int)
        Run, and number of the volume in it, from 0.

    Raises
    ------
    DataError
        Naming the ids that are of no volume.
    """
    parts = [str(one).partition("_volume-") for one in stimulus_id]
    wrong = [
        f"{run}{mark}{number}"
        for run, mark, number in parts
        if not run.startswith("run-") or not number.isdecimal()
    ]
    if wrong:
        raise DataError(
            f"{len(wrong)} ids name no run and volume (as 'run-01_volume-0000'): "
            f"{name_some(wrong)}. Delays are for the volumes of time series."
        )
    return [(run.removeprefix("run-"), int(number)) for run, _, number in parts]


def count_volumes(stimulus_id: np.ndarray) -> dict[str, int]:
    """Count the volumes of each run by their highest number.

    Parameters
    ----------
    stimulus_id : array of str, shape (n_volumes,)

    Returns
    -------
    count : dict of int
        By run; volumes that are missing in between count.

    Raises
    ------
    DataError
        If ids are of no volume.

    Examples
    --------
    >>> count_volumes(np.array(["run-a_volume-0000", "run-a_volume-0002"]))
    {'a': 3}
    """
    count: dict[str, int] = {}
    for run, number in read_volume_ids(stimulus_id):
        count[run] = max(count.get(run, 0), number + 1)
    return count

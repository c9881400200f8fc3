"""Delays by the id of the volume: right across runs, folds and scrubbed volumes."""

from collections.abc import Sequence

import numpy as np

from boldwise.errors import DataError, name_some
from boldwise.responses.volumes import read_volume_ids


def delay_volumes(
    features: np.ndarray,
    known: np.ndarray,
    wanted: np.ndarray,
    *,
    delays: Sequence[int],
) -> np.ndarray:
    """Set beside each volume's features those of earlier volumes of its run.

    The features of all volumes are looked up by run and number, so that volumes which
    were scrubbed from the responses still count: a stimulus was heard in them.
    Dropping them first would join what lay further apart, and shift all delays.

    Parameters
    ----------
    features : array of shape (n_known, n_features)
        Centred; rows for all volumes, also those without a response.
    known : array of str, shape (n_known,)
        Ids of these rows, ``run-<run>_volume-<number>``.
    wanted : array of str, shape (n_wanted,)
        Ids of the volumes to describe.
    delays : sequence of int, in volumes
        From 0 up.

    Returns
    -------
    delayed : array of shape (n_wanted, n_delays * n_features)
        All features at the first delay, then all at the second, and so on. Zero
        where a delay reaches back beyond the start of the run.

    Raises
    ------
    DataError
        If ids name no run and volume, a delay is negative, or the features of a
        volume in between are not known.

    Examples
    --------
    >>> ids = np.array(["run-1_volume-0000", "run-1_volume-0001", "run-2_volume-0000"])
    >>> delay_volumes(np.array([[1.0], [2], [3]]), ids, ids, delays=[0, 1]).tolist()
    [[1.0, 0.0], [2.0, 1.0], [3.0, 0.0]]
    """
    if not len(delays) or min(delays) < 0:
        raise DataError(
            f"delays must be whole numbers of volumes from 0 up, got {list(delays)}."
        )
    place = {volume: row for row, volume in enumerate(read_volume_ids(known))}
    volumes = read_volume_ids(wanted)
    rows = np.full((len(delays), len(volumes)), -1)
    lost = set()
    for number, delay in enumerate(delays):
        for item, (run, volume) in enumerate(volumes):
            earlier = (run, volume - delay)
            if volume >= delay and earlier not in place:
                lost.add(f"run-{run}_volume-{volume - delay:04d}")
            rows[number, item] = place.get(earlier, -1)
    if lost:
        raise DataError(
            f"{len(lost)} volumes lie within the delays of others but have no "
            f"features: {name_some(sorted(lost))}. Describe all volumes of a run, also "
            "those that are scrubbed from the responses."
        )
    padded = np.concatenate([features, np.zeros((1, features.shape[1]))])
    return np.concatenate(list(padded[rows]), axis=1, dtype=features.dtype)

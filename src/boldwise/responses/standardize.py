"""Z-scores within runs or sessions, with a note of where their statistics are from."""

from dataclasses import replace
from typing import Literal

import numpy as np

from boldwise.errors import DataError, name_some
from boldwise.responses.records import Responses


def standardize(
    responses: Responses, *, within: Literal["run", "session"]
) -> Responses:
    """Z-score each voxel over the rows of each run (or session).

    Parameters
    ----------
    responses : Responses
        Not modified.
    within : {"run", "session"}
        Rows that share mean and standard deviation. Runs of the same name in
        different sessions are different runs.

    Returns
    -------
    responses : Responses
        In unit ``"z"``. Voxels that are constant within a run (or session) are left
        out and counted in the notes, as is the source of the statistics.

    Raises
    ------
    DataError
        If a run (or session) has a single row, or no voxel is left.
    """
    label, group = _groups(responses, within)
    single = label[np.bincount(group) < 2]
    if len(single):
        raise DataError(
            f"{len(single)} {within}s hold a single trial ({name_some(single)}), which "
            "has no spread to divide by. Set `standardize: session` or `none`."
        )
    mean, spread = _statistics(responses.response, group, len(label))
    varies = np.asarray((spread > 0).all(0))
    if not varies.any():
        raise DataError(
            f"none of {len(varies)} voxels varies within every {within}; nothing can "
            "be standardized. Check that responses differ between trials."
        )
    scaled = responses.response[:, varies] - mean[group][:, varies]
    scaled /= spread[group][:, varies]
    notes = {
        "standardize": f"z-scored over the rows of each {within}; mean and standard "
        f"deviation (ddof 0) come from those rows, training and test alike, without "
        "their labels",
        f"voxels_constant_within_a_{within}": f"{(~varies).sum()} of {len(varies)}",
    }
    return replace(
        responses,
        response=scaled.astype(np.float32),
        voxels=responses.voxels.take(varies),
        fit={name: values[varies] for name, values in responses.fit.items()},
        unit="z",
        notes={**responses.notes, **notes},
    )


def _groups(responses: Responses, within: str) -> tuple[np.ndarray, np.ndarray]:
    trials = responses.trials
    names = trials.session
    if within == "run":
        names = np.char.add(np.char.add(trials.session, "/"), trials.run)
    return np.unique(names, return_inverse=True)


def _statistics(
    response: np.ndarray, group: np.ndarray, n_groups: int
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each group, each (n_groups, n_voxels)."""
    shape = (n_groups, response.shape[1])
    mean, spread = np.empty(shape, np.float32), np.empty(shape, np.float32)
    for g in range(n_groups):
        rows = response[group == g]
        mean[g] = rows.mean(0, dtype=np.float64)
        constant = rows.max(0) == rows.min(0)
        spread[g] = np.where(constant, 0, rows.std(0, dtype=np.float64))
    return mean, spread

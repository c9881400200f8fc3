"""From the times of words and sounds to the times of volumes, run by run."""

from typing import Literal

import numpy as np

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.features.timeline import Timeline

LOBES = 3
Method = Literal["lanczos", "box"]
Combine = Literal["sum", "mean"]


def lanczos_resample(
    values: np.ndarray,
    time_s: np.ndarray,
    volume_time_s: np.ndarray,
    *,
    cutoff_hz: float,
    lobes: int = LOBES,
    combine: Combine = "sum",
) -> np.ndarray:
    """Low-pass values given at any times, and sample them at the times of volumes.

    The weight of a value at time τ for a volume at time t is sinc(x) sinc(x / lobes)
    with x = cutoff (t − τ), and 0 where |x| >= lobes [1]_. With a cutoff of 1 / TR
    the pass band ends at the highest frequency that the volumes can carry. As in the
    practice of language encoding [2]_ the weights are not normalised: the sum then
    grows with the number of values, so that word rate is part of every feature.

    Parameters
    ----------
    values : array of shape (n_values, n_features)
        For example one row per word. Not modified.
    time_s : array of shape (n_values,)
        In any order, seconds.
    volume_time_s : array of shape (n_volumes,)
        Seconds of the same clock.
    cutoff_hz : float
        1 / TR.
    lobes : int
        Half width of the filter, in units of 1 / cutoff.
    combine : str
        ``"sum"``: un-normalised. ``"mean"``: divided by the sum of the weights, but
        by no less than 1, one value's worth: dense values give a true mean, and
        silence tends to 0 instead of to noise.

    Returns
    -------
    resampled : array of float64, shape (n_volumes, n_features)

    Raises
    ------
    ShapeMismatchError
        If there is not one time per value.

    References
    ----------
    .. [1] Duchon (1979), "Lanczos filtering in one and two dimensions", Journal of
       Applied Meteorology 18:1016-1022.
    .. [2] Huth et al. (2016), "Natural speech reveals the semantic maps that tile
       human cerebral cortex", Nature 532:453-458, Methods.

    Examples
    --------
    >>> word = np.ones((1, 1))
    >>> t = np.array([0.0, 1.0, 2.0, 9.0])
    >>> lanczos_resample(word, np.zeros(1), t, cutoff_hz=0.5).ravel().round(3)
    array([1.   , 0.608, 0.   , 0.   ])
    """
    values, time_s = _in_order(values, time_s)
    reach_s = lobes / cutoff_hz
    first = np.searchsorted(time_s, volume_time_s - reach_s, side="right")
    last = np.searchsorted(time_s, volume_time_s + reach_s, side="left")
    resampled = np.zeros((len(volume_time_s), values.shape[1]))
    for row, (start, stop) in enumerate(zip(first, last, strict=True)):
        x = cutoff_hz * (volume_time_s[row] - time_s[start:stop])
        weight = np.sinc(x) * np.sinc(x / lobes)
        divisor = max(weight.sum(), 1.0) if combine == "mean" else 1.0
        resampled[row] = weight @ values[start:stop] / divisor
    return resampled


def box_average(
    values: np.ndarray,
    time_s: np.ndarray,
    volume_time_s: np.ndarray,
    *,
    tr_s: float,
    combine: Combine = "mean",
) -> np.ndarray:
    """Average (or sum) what falls into each volume, from half a TR before its time.

    Simpler than Lanczos, and with more aliasing: what is faster than the volumes can
    carry comes back as slower changes.

    Parameters
    ----------
    values : array of shape (n_values, n_features)
    time_s : array of shape (n_values,)
        In any order, seconds.
    volume_time_s : array of shape (n_volumes,)
        Middle of each volume, seconds of the same clock.
    tr_s : float
        Repetition time, in seconds.
    combine : str
        ``"mean"`` or ``"sum"``.

    Returns
    -------
    resampled : array of float64, shape (n_volumes, n_features)
        0 where nothing falls into a volume.

    Raises
    ------
    ShapeMismatchError
        If there is not one time per value.
    """
    values, time_s = _in_order(values, time_s)
    first = np.searchsorted(time_s, volume_time_s - tr_s / 2, side="left")
    last = np.searchsorted(time_s, volume_time_s + tr_s / 2, side="left")
    resampled = np.zeros((len(volume_time_s), values.shape[1]))
    for row, (start, stop) in enumerate(zip(first, last, strict=True)):
        resampled[row] = values[start:stop].sum(axis=0)
    if combine == "mean":
        resampled /= np.maximum(last - first, 1)[:, None]
    return resampled


def resample_runs(
    values: np.ndarray,
    run: np.ndarray,
    time_s: np.ndarray,
    timeline: Timeline,
    *,
    method: Method = "lanczos",
    combine: Combine = "sum",
) -> np.ndarray:
    """Bring values to the volumes of their own run; nothing crosses into another.

    Parameters
    ----------
    values : array of shape (n_values, n_features)
    run : array of str, shape (n_values,)
        Run of each value.
    time_s : array of shape (n_values,)
        On the clock of that run's story, seconds.
    timeline : Timeline
        Of shape (n_volumes,).
    method : str
        ``"lanczos"`` (3 lobes, cutoff 1 / TR) or ``"box"``.
    combine : str
        ``"sum"`` or ``"mean"``.

    Returns
    -------
    resampled : array of float64, shape (n_volumes, n_features)
        In the order of the timeline.

    Raises
    ------
    DataError
        If values belong to a run that has no volumes.
    """
    lost = np.setdiff1d(run, timeline.run).tolist()
    if lost:
        raise DataError(
            f"{int(np.isin(run, lost).sum())} of {len(run)} values belong to runs "
            f"without volumes ({', '.join(lost)}). Name the same runs in dataset.runs."
        )
    resampled = np.zeros((len(timeline), values.shape[1]))
    for name in np.unique(run):
        here, volumes = run == name, timeline.run == name
        given = values[here], time_s[here], timeline.time_s[volumes]
        if method == "box":
            part = box_average(*given, tr_s=timeline.tr_s, combine=combine)
        else:
            part = lanczos_resample(
                *given, cutoff_hz=1 / timeline.tr_s, combine=combine
            )
        resampled[volumes] = part
    return resampled


def _in_order(values: np.ndarray, time_s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if len(values) != len(time_s):
        raise ShapeMismatchError(
            f"{len(values)} values, but {len(time_s)} times: one time per value is "
            "needed."
        )
    order = np.argsort(time_s, kind="stable")
    return np.asarray(values, np.float64)[order], np.asarray(time_s)[order]

"""Alignment piece by piece: a map of its own for each parcel of the voxels."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from boldwise.decoders.alignment.linear_map import Alignment, centre_pair
from boldwise.errors import DataError

Fit = Callable[[np.ndarray, np.ndarray], Alignment]
Parcels = Sequence[np.ndarray]


def fit_by_parcel(
    fit: Fit,
    source: np.ndarray,
    target: np.ndarray,
    *,
    source_parcels: Parcels,
    target_parcels: Parcels,
) -> Alignment:
    """Fit a map between each parcel of the source and its counterpart.

    Regions, or small parcels that stand for searchlights, keep a map from mixing
    places that lie far apart.

    Parameters
    ----------
    fit : callable
        A method of a pair, ``fit(source, target) -> Alignment``.
    source : array of shape (n_align, n_source)
    target : array of shape (n_align, n_target)
        Rows show the same stimuli.
    source_parcels, target_parcels : sequence of array of int, shape (n_in_parcel,)
        Columns of each parcel, counterparts at the same place. Target parcels do not
        overlap; a column in none stays at its mean.

    Returns
    -------
    alignment : Alignment

    Raises
    ------
    DataError
        If the numbers of parcels differ, or target parcels overlap.
    """
    if len(source_parcels) != len(target_parcels):
        raise DataError(
            f"the source has {len(source_parcels)} parcels, the target "
            f"{len(target_parcels)}; each needs a counterpart."
        )
    columns = np.concatenate([*target_parcels, np.empty(0, np.int64)])
    twice = len(columns) - len(np.unique(columns))
    if twice:
        raise DataError(
            f"{twice} voxels of the target lie in two parcels; cut them so that they "
            "do not overlap."
        )
    source_mean, target_mean, *_ = centre_pair(source, target)
    pieces = []
    for here, there in zip(source_parcels, target_parcels, strict=True):
        found = fit(source[:, here], target[:, there])
        pieces += [
            replace(one, source=here[one.source], target=there[one.target])
            for one in found.pieces
        ]
    return Alignment(source_mean, target_mean, pieces)


def cut_into_parcels(place: np.ndarray, n_parcels: int) -> list[np.ndarray]:
    """Cut voxels into compact parcels of equal size up to one voxel per cut.

    The largest parcel is halved across its longest side until there are enough.

    Parameters
    ----------
    place : array of shape (n_voxels, n_axes)
        Coordinates of the voxels, in any unit that is the same along all axes.
    n_parcels : int
        At most one per voxel.

    Returns
    -------
    parcels : list of array of int, shape (n_in_parcel,)
        Every voxel lies in one.

    Raises
    ------
    DataError
        If there are fewer voxels than parcels.

    Examples
    --------
    >>> line = np.array([[0.0], [9.0], [1.0], [8.0]])
    >>> [one.tolist() for one in cut_into_parcels(line, 2)]
    [[0, 2], [1, 3]]
    """
    if len(place) < n_parcels:
        raise DataError(
            f"{len(place)} voxels cannot be cut into {n_parcels} parcels. Lower "
            "n_parcels."
        )
    parcels = [np.arange(len(place))]
    while len(parcels) < n_parcels:
        largest = int(np.argmax([len(one) for one in parcels]))
        voxels = parcels.pop(largest)
        axis = int(np.argmax(np.ptp(place[voxels], axis=0)))
        ordered = voxels[np.argsort(place[voxels, axis], kind="stable")]
        halves = np.array_split(ordered, 2)
        parcels[largest:largest] = [np.sort(half) for half in halves]
    return parcels

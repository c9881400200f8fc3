"""Which learned queries each voxel reads: those of its regions, stream or hemisphere.

Letters for shapes: R queries, V voxels, S distinct sets of queries.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from boldwise.errors import ConfigError, DataError, ShapeMismatchError, name_some

GRANULARITIES = ("roi", "stream", "hemisphere", "voxel", "learned")
ELSEWHERE = "elsewhere"  # the query of voxels that lie in none of the regions


@dataclass(frozen=True)
class QueryGroups:
    """Queries by name, and the voxels that read each.

    Attributes
    ----------
    name : array of str, shape (R,)
        For example ``FFA-1 L``.
    member : array of bool, shape (R, V)
        A voxel may read several queries; each voxel reads at least one.
    """

    name: np.ndarray
    member: np.ndarray


def group_queries(
    roi: Mapping[str, np.ndarray],
    hemisphere: np.ndarray,
    *,
    granularity: str = "roi",
    streams: Mapping[str, Sequence[str]] | None = None,
) -> QueryGroups:
    """Give voxels their queries: one per region and hemisphere, or coarser, or finer.

    Parameters
    ----------
    roi : mapping of array of bool, shape (V,)
        Regions of interest by name; they may overlap.
    hemisphere : array of str, shape (V,)
        ``"L"``, ``"R"`` or ``""`` where not known.
    granularity : {"roi", "stream", "hemisphere", "voxel"}
        ``voxel``: a query for each.
    streams : mapping of sequence of str, optional
        By stream, its regions; for ``stream`` only.

    Returns
    -------
    groups : QueryGroups
        Queries that no voxel reads are left out.

    Raises
    ------
    ConfigError
        If the granularity is not known, or a stream names an unknown region.
    ShapeMismatchError
        If a mask has another length than ``hemisphere``.

    Examples
    --------
    >>> face = np.array([True, False, True])
    >>> group_queries({"face": face}, np.array(["L", "L", "R"])).name.tolist()
    ['face L', 'face R', 'elsewhere L']
    """
    wrong = {name: len(mask) for name, mask in roi.items()}
    wrong = {name: n for name, n in wrong.items() if n != len(hemisphere)}
    if wrong:
        raise ShapeMismatchError(
            f"there are {len(hemisphere)} voxels, but masks of length {wrong}."
        )
    if granularity == "voxel":
        names = np.array([f"voxel {v}" for v in range(len(hemisphere))])
        return QueryGroups(names, np.eye(len(hemisphere), dtype=bool))
    regions = _regions(roi, len(hemisphere), granularity, streams or {})
    found = {
        f"{name} {side}".strip(): inside & (hemisphere == side)
        for name, inside in regions.items()
        for side in np.unique(hemisphere)
    }
    found = {name: mask for name, mask in found.items() if mask.any()}
    return QueryGroups(np.array(list(found)), np.array(list(found.values())))


def check_readers(member: np.ndarray | tuple[int, int], n_voxels: int) -> None:
    """Refuse queries of other voxels, and voxels without a query.

    Parameters
    ----------
    member : array of bool, shape (R, V), or (int, int)
        R and V, for queries that voxels learn to choose.
    n_voxels : int
        Of the responses.

    Raises
    ------
    DataError
    """
    soft = isinstance(member, tuple)
    n_readers = member[1] if soft else np.shape(member)[1]
    if n_readers != n_voxels:
        raise DataError(
            f"queries are given for {n_readers} voxels, but the responses have "
            f"{n_voxels}. Take regions and responses from one store."
        )
    unread = np.zeros(0, bool) if soft else ~np.any(member, axis=0)  # (V,)
    alone = np.flatnonzero(unread)
    if len(alone):
        raise DataError(
            f"{len(alone)} of {n_voxels} voxels read no query (voxel {alone[0]} "
            "first): nothing could predict them. Give voxels outside all regions a "
            "query of their own."
        )


def _regions(
    roi: Mapping[str, np.ndarray],
    n_voxels: int,
    granularity: str,
    streams: Mapping[str, Sequence[str]],
) -> dict[str, np.ndarray]:
    """Masks of shape (V,) by name, with one for the voxels that are left over."""
    if granularity == "hemisphere":
        return {"": np.ones(n_voxels, bool)}
    if granularity == "roi":
        found = {name: np.asarray(mask, bool) for name, mask in roi.items()}
    elif granularity == "stream":
        found = {
            stream: np.any([_mask(roi, name, stream) for name in names], axis=0)
            for stream, names in streams.items()
            if names
        }
    else:
        raise ConfigError(
            f"granularity '{granularity}' is not known; known are "
            f"{', '.join(GRANULARITIES)}."
        )
    taken = np.any(list(found.values()), axis=0) if found else np.zeros(n_voxels, bool)
    return {**found, ELSEWHERE: ~taken}


def _mask(roi: Mapping[str, np.ndarray], name: str, stream: str) -> np.ndarray:
    if name not in roi:
        raise ConfigError(
            f"stream '{stream}' names region '{name}', but the responses have "
            f"{name_some(roi)}."
        )
    return np.asarray(roi[name], bool)


def distinct_sets(member: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find the distinct sets of queries that voxels read.

    Parameters
    ----------
    member : array of bool, shape (R, V)

    Returns
    -------
    sets : array of bool, shape (S, R)
    set_of : array of int, shape (V,)
        Which set each voxel reads.
    """
    packed = np.packbits(member, axis=0)  # (R / 8, V)
    _, first, set_of = np.unique(packed, axis=1, return_index=True, return_inverse=True)
    return np.ascontiguousarray(member[:, first].T), set_of.reshape(-1)

"""Shared response model: few components that all subjects' voxels carry."""

from collections.abc import Sequence

import numpy as np

from boldwise.decoders.alignment.linear_map import check_rows
from boldwise.decoders.alignment.procrustes import rotation
from boldwise.decoders.alignment.template import Template, as_alignment, common_start


def fit_shared_response(
    subjects: Sequence[np.ndarray], *, n_components: int = 40, n_iterations: int = 20
) -> Template:
    """Find components S, and a basis W with orthonormal columns for each subject.

    The deterministic model [1]_ minimises ``Σ |X_i - S W_i'|²``: by turns, each W_i
    is the rotation of X_i onto S, and S the mean of all ``X_i W_i``. Differs from the
    paper's code in its start, the principal components of all subjects together, so
    that there is no seed and the order of the subjects does not matter.
    ``fit_procrustes(new, template.pattern)`` places a new subject, which changes
    nothing about the others.

    Parameters
    ----------
    subjects : sequence of array, each of shape (n_align, n_voxels)
        Rows show the same stimuli; numbers of voxels may differ.
    n_components : int
        At most ``n_align - 1`` are found.
    n_iterations : int

    Returns
    -------
    template : Template
        ``pattern`` of shape (n_align, n_components), in the unit of the responses.

    Raises
    ------
    ShapeMismatchError, DataError
        As ``check_rows``.

    References
    ----------
    .. [1] Chen et al. (2015). Advances in Neural Information Processing Systems 28.
    """
    means = [one.mean(axis=0, dtype=np.float64) for one in check_rows(subjects)]
    centred = [one - mean for one, mean in zip(subjects, means, strict=True)]
    shared, spans = common_start(centred, n_components=n_components)
    for _ in range(n_iterations):
        turned = [_turn(along, shared) for along, _ in spans]
        moved = [along @ w for (along, _), w in zip(spans, turned, strict=True)]
        shared = np.mean(moved, axis=0)
    alignments = [
        as_alignment(mean, axes @ w, None, shared.shape[1])
        for mean, (_, axes), w in zip(means, spans, turned, strict=True)
    ]
    return Template(shared, alignments)


def _turn(along: np.ndarray, shared: np.ndarray) -> np.ndarray:
    left, right, _ = rotation(along, shared)
    return np.asarray(left @ right)

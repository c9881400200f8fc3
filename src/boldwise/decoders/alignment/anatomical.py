"""No alignment: a voxel means the same place in both subjects."""

import numpy as np

from boldwise.decoders.alignment.linear_map import Alignment, Piece, centre_pair
from boldwise.errors import ShapeMismatchError


def fit_anatomical(source: np.ndarray, target: np.ndarray) -> Alignment:
    """Take each voxel as it is, and move its mean to that of the target.

    Parameters
    ----------
    source, target : array of shape (n_align, n_voxels)
        Rows show the same stimuli, columns are the same places.

    Returns
    -------
    alignment : Alignment

    Raises
    ------
    ShapeMismatchError
        If the subjects differ in their number of stimuli or voxels.

    Examples
    --------
    >>> one = np.array([[0.0, 1.0], [2.0, 3.0]])
    >>> fit_anatomical(one, one + 10).apply(one).tolist()
    [[10.0, 11.0], [12.0, 13.0]]
    """
    source_mean, target_mean, *_ = centre_pair(source, target)
    if len(source_mean) != len(target_mean):
        raise ShapeMismatchError(
            f"one subject has {len(source_mean)} voxels, the other "
            f"{len(target_mean)}: without a common space they need an alignment by "
            "function, such as procrustes."
        )
    return Alignment(source_mean, target_mean, [Piece(slice(None), slice(None))])

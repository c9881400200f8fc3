"""What every method of alignment gives: centres, and a linear map kept as factors."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boldwise.errors import DataError, ShapeMismatchError, name_some


@dataclass(frozen=True)
class Piece:
    """A linear map from some columns to some others, as a product of two matrices.

    Two factors hold what few stimuli can determine without a voxel by voxel matrix.

    Attributes
    ----------
    source : array of int, shape (n_from,), or slice
        Columns of the source that the map reads.
    target : array of int, shape (n_to,), or slice
        Columns of the target that it writes.
    left : array of shape (n_from, rank), or None
        None stands for the identity.
    right : array of shape (rank, n_to), or None
    """

    source: np.ndarray | slice
    target: np.ndarray | slice
    left: np.ndarray | None = None
    right: np.ndarray | None = None

    def move(self, centred: np.ndarray) -> np.ndarray:
        """Map centred rows (n_rows, n_source) to rows (n_rows, n_to)."""
        moved: np.ndarray = centred[:, self.source]
        for factor in (self.left, self.right):
            if factor is not None:
                moved = moved @ factor
        return moved


@dataclass(frozen=True)
class Alignment:
    """A fitted map from the responses of a source to the columns of a target.

    Attributes
    ----------
    source_mean : array of shape (n_source,)
        Mean response over the alignment stimuli, in the unit of the source.
    target_mean : array of shape (n_target,)
        In the unit of the target.
    pieces : sequence of Piece
        No two write the same column; a column that none writes stays at its mean.
    """

    source_mean: np.ndarray
    target_mean: np.ndarray
    pieces: Sequence[Piece]

    def apply(self, response: np.ndarray) -> np.ndarray:
        """Bring responses of the source into the columns of the target.

        Parameters
        ----------
        response : array of shape (n_rows, n_source)
            Any stimuli; in the unit of the responses that were fitted.

        Returns
        -------
        aligned : array of float64, shape (n_rows, n_target)
            In the unit of the target.

        Raises
        ------
        ShapeMismatchError
            If the responses have other columns than those that were fitted.
        """
        if response.shape[1] != len(self.source_mean):
            raise ShapeMismatchError(
                f"responses have {response.shape[1]} voxels, but the alignment was "
                f"fitted on {len(self.source_mean)}."
            )
        centred = response - self.source_mean
        aligned = np.zeros((len(response), len(self.target_mean)))
        for piece in self.pieces:
            aligned[:, piece.target] = piece.move(centred)
        return np.asarray(aligned + self.target_mean)


def centre_pair(
    source: np.ndarray, target: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Check the responses of two subjects, and centre them over the stimuli.

    Parameters
    ----------
    source : array of shape (n_align, n_source)
    target : array of shape (n_align, n_target)
        Rows show the same stimuli.

    Returns
    -------
    source_mean, target_mean : array of float64, shape (n_source,) and (n_target,)
    source, target : array of float64, shapes as given
        Centred.

    Raises
    ------
    ShapeMismatchError
        If they differ in their number of rows.
    DataError
        If there are fewer than 2 rows, or a response is not finite.
    """
    pair = check_rows([source, target])
    source_mean, target_mean = (one.mean(axis=0, dtype=np.float64) for one in pair)
    return source_mean, target_mean, source - source_mean, target - target_mean


def check_rows(subjects: Sequence[np.ndarray]) -> Sequence[np.ndarray]:
    """Refuse subjects whose rows cannot show the same stimuli.

    Parameters
    ----------
    subjects : sequence of array, each of shape (n_align, n_voxels)

    Returns
    -------
    subjects : sequence of array
        As they came.

    Raises
    ------
    ShapeMismatchError
        If they differ in their number of rows.
    DataError
        If there is no subject, fewer than 2 rows, or a response is not finite.
    """
    n_rows = [len(one) for one in subjects]
    if not n_rows:
        raise DataError("no subject to align: give the responses of 1 or more.")
    if len(set(n_rows)) > 1:
        raise ShapeMismatchError(
            f"subjects to align have {name_some(n_rows)} rows; each row must be the "
            "response to one stimulus, the same in all."
        )
    if n_rows[0] < 2:
        raise DataError(
            f"subjects cannot be aligned on {n_rows[0]} stimulus: the mean over the "
            "stimuli is removed. Give 2 or more."
        )
    bad = [int((~np.isfinite(one)).any(axis=0).sum()) for one in subjects]
    if any(bad):
        raise DataError(
            f"{sum(bad)} voxels of the subjects to align hold NaN or infinity. Mask "
            "them out."
        )
    return subjects

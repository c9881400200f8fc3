"""A pattern that several subjects have in common, and the way of each into it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boldwise.decoders.alignment.anatomical import fit_anatomical
from boldwise.decoders.alignment.linear_map import Alignment, Piece, check_rows
from boldwise.decoders.alignment.procrustes import span


@dataclass(frozen=True)
class Template:
    """Responses of a group to the alignment stimuli, in common columns.

    Attributes
    ----------
    pattern : array of shape (n_align, n_common)
        A new subject is placed by aligning its responses with it.
    alignments : list of Alignment
        Of each subject, in the order given, to the common columns.
    """

    pattern: np.ndarray
    alignments: list[Alignment]

    def average(self, subjects: Sequence[np.ndarray]) -> np.ndarray:
        """Mean over the group of new responses, in the common columns.

        Parameters
        ----------
        subjects : sequence of array, each of shape (n_rows, n_voxels)
            Of the subjects of the group, in their order; rows show the same stimuli.

        Returns
        -------
        mean : array of float64, shape (n_rows, n_common)
        """
        aligned = [
            alignment.apply(one)
            for alignment, one in zip(self.alignments, subjects, strict=True)
        ]
        return np.asarray(np.mean(aligned, axis=0))


def average_anatomy(subjects: Sequence[np.ndarray]) -> Template:
    """Template without alignment: the mean response of each place.

    Parameters
    ----------
    subjects : sequence of array, each of shape (n_align, n_voxels)
        Rows show the same stimuli, columns are the same places.

    Returns
    -------
    template : Template

    Raises
    ------
    ShapeMismatchError
        If the subjects differ in their number of stimuli or voxels.
    """
    alignments = [fit_anatomical(one, subjects[0]) for one in check_rows(subjects)]
    mean = np.asarray(np.mean(subjects, axis=0, dtype=np.float64))
    centre = mean.mean(axis=0)
    alignments = [Alignment(a.source_mean, centre, a.pieces) for a in alignments]
    return Template(mean, alignments)


def common_start(
    subjects: Sequence[np.ndarray], *, n_components: int
) -> tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray]]]:
    """First guess of the common pattern, the same in whatever order subjects come.

    The principal components of all subjects' voxels side by side. Each subject has
    the same sum of squares there, so that none leads by its unit or its many voxels.

    Parameters
    ----------
    subjects : sequence of array, each of shape (n_align, n_voxels)
        Centred.
    n_components : int
        At most as many as the stimuli determine.

    Returns
    -------
    pattern : array of shape (n_align, n_kept)
        The sign of a component is such that its largest value is positive.
    spans : list of (array of shape (n_align, rank), array of shape (n_voxels, rank))
        Of each subject, as ``span`` gives them.
    """
    spans = [span(one) for one in subjects]
    gram = sum(along @ along.T / max((along**2).sum(), 1e-300) for along, _ in spans)
    squared, vectors = np.linalg.eigh(gram)
    kept = np.flatnonzero(squared > 1e-10 * squared[-1])[::-1][:n_components]
    vectors = vectors[:, kept]
    largest = np.abs(vectors).argmax(axis=0)
    vectors = vectors * np.sign(vectors[largest, np.arange(len(kept))])
    energy = np.mean([(along**2).sum() for along, _ in spans])
    return vectors * np.sqrt(squared[kept] * energy / len(spans)), spans


def as_alignment(
    mean: np.ndarray, left: np.ndarray, right: np.ndarray | None, n_common: int
) -> Alignment:
    """Alignment of all voxels with a centred template.

    Parameters
    ----------
    mean : array of shape (n_voxels,)
        Over the alignment stimuli.
    left : array of shape (n_voxels, rank)
    right : array of shape (rank, n_common), or None
    n_common : int
        Columns of the template.

    Returns
    -------
    alignment : Alignment
    """
    piece = Piece(slice(None), slice(None), left, right)
    return Alignment(mean, np.zeros(n_common), [piece])

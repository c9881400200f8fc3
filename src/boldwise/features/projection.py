"""Fewer columns at random: distances between stimuli stay, and nothing is fitted."""

from math import sqrt
from typing import Any

import numpy as np

from boldwise.features.blocks import cut_rows


def projection_size(n_stimuli: int, *, epsilon: float) -> int:
    """Count the columns that keep all distances between stimuli.

    Parameters
    ----------
    n_stimuli : int
        Training and test: their number is all that counts, never their features.
    epsilon : float
        Squared distances change by at most this share, with high probability.

    Returns
    -------
    n_columns : int
        ``4 ln(n) / (epsilon² / 2 − epsilon³ / 3)`` [1]_.

    References
    ----------
    .. [1] Dasgupta & Gupta (2003), "An elementary proof of a theorem of Johnson and
       Lindenstrauss", Random Structures & Algorithms 22:60, theorem 2.1; as
       scikit-learn rounds it.

    Examples
    --------
    >>> projection_size(73_000, epsilon=0.1)
    9598
    """
    from sklearn.random_projection import johnson_lindenstrauss_min_dim

    return int(johnson_lindenstrauss_min_dim(n_stimuli, eps=epsilon))


def draw_projection(n_features: int, n_columns: int, *, seed: int = 0) -> Any:
    """Draw a sparse random matrix to multiply features with.

    Distances stay as ``projection_size`` promises where they lie in many columns, as
    those of networks do. Where few columns hold most of a distance, so sparse a matrix
    meets them seldom, and the change can be larger: seen .44 instead of .40 with column
    scales from a gamma distribution of shape 0.3.

    Parameters
    ----------
    n_features, n_columns : int
        Before and after.
    seed : int

    Returns
    -------
    matrix : scipy sparse CSR array of float64, shape (n_columns, n_features)
        Mostly 0: one entry in ``sqrt(n_features)`` is ``±sqrt(sqrt(n_features) /
        n_columns)`` [1]_, so that squared lengths stay in expectation.

    References
    ----------
    .. [1] Li, Hastie & Church (2006), "Very sparse random projections", KDD, section
       2, after Achlioptas (2003), Journal of Computer and System Sciences 66:671.
    """
    from sklearn.random_projection import SparseRandomProjection

    drawn = SparseRandomProjection(n_columns, density="auto", random_state=seed)
    return drawn.fit(np.zeros((1, n_features))).components_


class ProjectedRows:
    """Rows of projected features, made when they are sliced.

    Parameters
    ----------
    feature : sliceable of shape (n_stimuli, n_features)
        May lie on disk.
    epsilon, seed : float, int
        As for ``projection_size`` and ``draw_projection``.

    Attributes
    ----------
    shape : tuple of int
        (n_stimuli, n_columns); as many columns as before where they are fewer than
        distances need: then nothing is changed.
    about : str
        What was done, for the notes of a store.
    """

    ndim = 2
    dtype = np.dtype(np.float32)

    def __init__(self, feature: Any, *, epsilon: float, seed: int = 0) -> None:
        n_stimuli, n_features = feature.shape
        n_columns = projection_size(n_stimuli, epsilon=epsilon)
        self.feature, self.matrix = feature, None
        self.shape = (n_stimuli, min(n_columns, n_features))
        needs = (
            f"the {n_columns:,} columns with which squared distances between "
            f"{n_stimuli:,} stimuli change by at most {epsilon:g} (Johnson-"
            "Lindenstrauss)"
        )
        if n_columns < n_features:
            self.matrix = draw_projection(n_features, n_columns, seed=seed)
            density = f"one entry in {sqrt(n_features):.0f} is not 0, seed {seed}"
            self.about = f"from {n_features:,} columns to {needs}; {density}"
        else:
            self.about = f"none: {n_features:,} columns are no more than {needs}"

    def __len__(self) -> int:
        return int(self.shape[0])

    def __getitem__(self, rows: slice) -> np.ndarray:
        """Project some rows: float32, shape (n_rows, n_columns)."""
        n, width = self.feature.shape
        start, stop, _ = rows.indices(n)
        projected = np.empty((max(stop - start, 0), self.shape[1]), np.float32)
        for block in cut_rows(rows, n, width):
            taken = np.asarray(self.feature[block])
            if self.matrix is not None:
                taken = (self.matrix @ taken.T).T
            projected[block.start - start : block.stop - start] = taken
        return projected

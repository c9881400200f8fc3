"""Join feature spaces so that none outweighs another by its units or its size."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boldwise.errors import ShapeMismatchError


@dataclass(frozen=True)
class Design:
    """How feature spaces become one matrix; fitted on training rows.

    Each feature is centred, and all features of a space are divided by one number,
    the root of the variance of the space summed over its features. Within a space
    the proportions stay; over spaces the total variance is the same, 1.

    Attributes
    ----------
    mean : tuple of array, each of shape (n_features of the space,)
    scale : tuple of float
        In the units of the space; 1 where it does not vary.
    """

    mean: tuple[np.ndarray, ...]
    scale: tuple[float, ...]

    def join(self, spaces: Sequence[np.ndarray]) -> np.ndarray:
        """Centre, scale and join the spaces of any rows.

        Parameters
        ----------
        spaces : sequence of array, each of shape (n_rows, n_features of the space)

        Returns
        -------
        design : array of float64, shape (n_rows, n_features of all spaces)

        Raises
        ------
        ShapeMismatchError
            If the spaces are not those that the design was fitted on.
        """
        got, wanted = [x.shape[1] for x in spaces], [len(m) for m in self.mean]
        if got != wanted:
            raise ShapeMismatchError(
                f"feature spaces have {got} features, but the model was fitted on "
                f"{wanted}. Give the same spaces in the same order."
            )
        parts = zip(spaces, self.mean, self.scale, strict=True)
        return np.concatenate([(x - mean) / scale for x, mean, scale in parts], axis=1)

    def columns(self, n_delays: int = 0) -> list[np.ndarray]:
        """Columns of each space in the joined design, delay by delay.

        Parameters
        ----------
        n_delays : int
            0: not delayed.

        Returns
        -------
        columns : list of array of int

        Examples
        --------
        >>> both = Design((np.zeros(1), np.zeros(2)), (1.0, 1.0))
        >>> [own.tolist() for own in both.columns(n_delays=2)]
        [[0, 3], [1, 2, 4, 5]]
        """
        widths = [len(mean) for mean in self.mean]
        number = np.tile(np.repeat(np.arange(len(widths)), widths), max(1, n_delays))
        return [np.flatnonzero(number == space) for space in range(len(widths))]


def fit_design(spaces: Sequence[np.ndarray]) -> Design:
    """Measure the mean of each feature and the scale of each space.

    Parameters
    ----------
    spaces : sequence of array, each of shape (n_train, n_features of the space)
        Training rows only.

    Returns
    -------
    design : Design
    """
    mean = tuple(x.mean(axis=0, dtype=np.float64) for x in spaces)
    scale = tuple(
        float(np.sqrt(np.square(x - m).mean(axis=0).sum()))
        for x, m in zip(spaces, mean, strict=True)
    )
    return Design(mean, tuple(s if s > 0 else 1.0 for s in scale))

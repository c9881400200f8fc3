"""Z-scores by the statistics of the training rows."""

from dataclasses import dataclass

import numpy as np

from boldwise.errors import DataError, ShapeMismatchError


@dataclass(frozen=True)
class Standardiser:
    """Mean and standard deviation of each column, measured on training rows.

    Attributes
    ----------
    mean, spread : array of float64, shape (n_columns,)
        In the unit of the column. The spread of a constant column is infinite, so
        that it becomes 0 everywhere.
    """

    mean: np.ndarray
    spread: np.ndarray

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Z-score rows (n_rows, n_columns) of any origin; the result is unitless."""
        if values.shape[1] != len(self.mean):
            raise ShapeMismatchError(
                f"rows have {values.shape[1]} columns, but the model was fitted on "
                f"{len(self.mean)}."
            )
        return np.asarray((values - self.mean) / self.spread)


def fit_standardiser(values: np.ndarray, *, what: str) -> Standardiser:
    """Measure mean and spread of training rows.

    Parameters
    ----------
    values : array of shape (n_train, n_columns)
    what : str
        What the columns are; named in the message.

    Returns
    -------
    standardiser : Standardiser

    Raises
    ------
    DataError
        If a value is not finite.
    """
    bad = ~np.isfinite(values).all(axis=0)
    if bad.any():
        raise DataError(
            f"{int(bad.sum())} of {len(bad)} {what} hold NaN or infinity, the first is "
            f"number {int(np.argmax(bad))}. Mask them out."
        )
    spread = values.std(axis=0, dtype=np.float64)
    constant = values.max(axis=0) == values.min(axis=0)
    return Standardiser(
        values.mean(axis=0, dtype=np.float64), np.where(constant, np.inf, spread)
    )

"""Principal components of rows that do not fit into memory, read block by block.

Letters for shapes: n rows, p columns, m training rows, k components. Blocks are as
large whatever the memory, so that bytes never vary.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from boldwise.errors import DataError
from boldwise.features.blocks import cut_rows
from boldwise.features.reduction import (
    N_POWER_ITERATIONS,
    OVERSAMPLING,
    Pca,
    name_axes,
    refuse_constant,
)

EXACT_UP_TO = 10_000  # of the shorter side: 800 MB of products in float64
AXES = 3 * 10**8  # numbers of all axes


def fit_streamed_pca(
    feature: Any, train: np.ndarray, *, n_components: int, seed: int = 0
) -> Pca:
    """Find the principal components of training rows, in passes over the blocks.

    Up to 10,000 columns exact, from the products of the columns in two passes; up to
    10,000 training rows exact, from the products of the rows; beyond that by
    randomised subspace iteration [1]_ in nine passes. Products square the range of
    the singular values, so that axes with less than about a millionth of the largest
    are left out; the others agree with ``fit_pca`` within 1e-6.

    Parameters
    ----------
    feature : sliceable of shape (n, p)
        Rows are read by slices. Computed in float64.
    train : array of bool, shape (n,)
        Rows to fit; no other enters a sum.
    n_components : int
        At most so many: fewer if the rows span fewer dimensions.
    seed : int
        Of the randomised method.

    Returns
    -------
    pca : Pca

    Raises
    ------
    DataError
        If all training rows are equal, or the axes would not fit into memory.

    References
    ----------
    .. [1] Halko, Martinsson & Tropp (2011), "Finding structure with randomness",
       SIAM Review 53:217, algorithms 4.4 and 5.1.
    """
    n_train, p = int(train.sum()), feature.shape[1]
    k = min(n_components, n_train, p)
    if p * (k + OVERSAMPLING) > AXES:
        raise DataError(
            f"{k:,} principal components of {p:,} columns would take "
            f"{8e-9 * p * k:.0f} GB of memory. Ask for fewer, or add `projection: "
            "{epsilon: 0.1}`, which leaves fewer columns."
        )
    mean, total = _measure(feature, train)
    rows = _Centred(feature, train, mean)
    if p <= EXACT_UP_TO:
        variance, axes = _from_columns(rows, k)
    elif n_train <= EXACT_UP_TO:
        variance, axes = _from_rows(rows, k)
    else:
        variance, axes = _randomised(rows, k, seed)
    noise = np.finfo(np.float64).eps * max(n_train, p)
    kept = variance > max(variance[0], 0) * noise
    return Pca(mean, name_axes(axes[kept]), variance[kept] / total)


class _Centred:
    """Training rows in float64, less their mean, block by block."""

    def __init__(self, feature: Any, train: np.ndarray, mean: np.ndarray) -> None:
        self.feature, self.train, self.mean = feature, train, mean
        self.n_train, self.p = int(train.sum()), len(mean)

    def __iter__(self) -> Iterator[np.ndarray]:
        for rows in cut_rows(slice(None), *self.feature.shape):
            if self.train[rows].any():
                block = np.asarray(self.feature[rows])[self.train[rows]]
                yield block - self.mean


def _measure(feature: Any, train: np.ndarray) -> tuple[np.ndarray, float]:
    """Mean of the training rows, and their sum of squares about it."""
    total, largest = np.zeros(feature.shape[1]), 0.0
    for block in _Centred(feature, train, np.zeros(feature.shape[1])):
        total += block.sum(axis=0)
        largest = max(largest, float(np.abs(block).max(initial=0)))
    mean = total / train.sum()
    squares = sum(float((b**2).sum()) for b in _Centred(feature, train, mean))
    shape = (int(train.sum()), len(mean))
    refuse_constant(squares, largest, shape)
    return mean, squares


def _from_columns(rows: _Centred, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Variances (k,) and axes (k, p) from the products of columns."""
    product = np.zeros((rows.p, rows.p))
    for block in rows:
        product += block.T @ block
    variance, vectors = _largest(product, k)
    return variance, vectors.T


def _from_rows(rows: _Centred, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Variances (k,) and axes (k, p) from the products of rows, pair by pair."""
    product = np.zeros((rows.n_train, rows.n_train))
    start = 0
    for one in rows:
        here, at = slice(start, start + len(one)), 0
        for other in rows:
            if at > start:
                break
            product[here, at : at + len(other)] = one @ other.T
            at += len(other)
        start += len(one)
    variance, vectors = _largest(product, k)
    axes, start = np.zeros((k, rows.p)), 0
    for block in rows:
        axes += vectors[start : start + len(block)].T @ block
        start += len(block)
    length = np.linalg.norm(axes, axis=1, keepdims=True)
    return variance, axes / np.where(length > 0, length, 1)


def _largest(product: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Take the k largest eigenvalues, falling, and their vectors (columns)."""
    from scipy.linalg import eigh

    n = len(product)
    values, vectors = eigh(
        product.T,  # in the order of columns, so that it is no copy
        lower=False,  # the lower half of the products
        subset_by_index=(n - k, n - 1),
        overwrite_a=True,
    )
    return values[::-1], vectors[:, ::-1]


def _randomised(rows: _Centred, k: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Variances (k,) and axes (k, p) by subspace iteration, one pass each."""
    rng = np.random.default_rng(seed)
    basis = rng.standard_normal((rows.p, k + OVERSAMPLING))
    for _ in range(N_POWER_ITERATIONS):
        image = np.zeros_like(basis)
        for block in rows:
            image += block.T @ (block @ basis)
        basis, _ = np.linalg.qr(image)
    small = np.zeros((basis.shape[1],) * 2)
    for block in rows:
        seen = block @ basis
        small += seen.T @ seen
    variance, turn = _largest(small, k)
    return variance, (basis @ turn).T

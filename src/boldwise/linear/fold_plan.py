"""One inner fold of a ridge fit, as far as it does not depend on the targets.

Letters for shapes: n rows, p features, k directions, m of them seen in validation,
q what moments are along: features and a constant (primal), or rows to fit (dual).
"""

from dataclasses import dataclass

import numpy as np

from boldwise.linear.arrays import (
    Array,
    cast,
    namespace,
    put,
    to_numpy,
    upper_triangle,
)
from boldwise.linear.decomposition import find_directions
from boldwise.linear.shrinkage import Band, compress_shrinkage

TOLERANCE = {"float32": 3e-5, "float64": 1e-12}
"""Relative error of a shrinkage factor, by precision; the shrinkage of a grid of
penalties is spanned by about 5 terms, or 11."""

Rows = slice | np.ndarray


@dataclass(frozen=True)
class FoldPlan:
    """How targets become predictions for the rows that a fold leaves out.

    Attributes
    ----------
    fit, validate, rest : slice or array of int
        Rows; the rest are not fitted, which may be more than are validated.
    n_fit, n_validate : int
    into : array of shape (q, k)
        From moments to the directions of the rows to fit.
    seen : array of shape (k, m)
        The directions as the rows to validate see them; where these are more than
        the directions, turned into k rows (upper triangle of a QR decomposition).
    lean : array of shape (k,), or None
        Sum of what the rows see; None if ``seen`` was not turned.
    bands : list of Band
        Ridge's shrinkage for all penalties.
    """

    fit: Rows
    validate: Rows
    rest: Rows
    n_fit: int
    n_validate: int
    into: Array
    seen: Array
    lean: Array | None
    bands: list[Band]


@dataclass(frozen=True)
class FoldOptions:
    """What all folds of a plan share.

    Attributes
    ----------
    alphas : array of shape (n_alphas,)
    centre : bool
    correlate : bool
        Whether rows are scored by correlation.
    dtype : numpy dtype
        Of everything that meets targets.
    """

    alphas: np.ndarray
    centre: bool
    correlate: bool
    dtype: type


def plan_fold(
    base: Array,
    gram: Array,
    rows: tuple[np.ndarray, np.ndarray],
    options: FoldOptions,
) -> FoldPlan:
    """Decompose the rows to fit, and see how the rows left out lie along them.

    Parameters
    ----------
    base : array or tensor of float64, shape (n, p)
        Centred on all rows.
    gram : array or tensor of float64, shape (p, p), or (n, n) for the dual form
    rows : (array of int, array of int)
        To fit and to validate.
    options : FoldOptions

    Returns
    -------
    fold : FoldPlan
    """
    fit, validate = rows
    rest = np.setdiff1d(np.arange(len(base)), fit)
    sides = [shorten(side) for side in (fit, validate, rest)]
    form = _dual_form if len(gram) == len(base) < base.shape[1] else _primal_form
    squared, into, seen = form(base, gram, sides, options)
    lean = cast(seen.sum(0), options.dtype)
    if options.correlate:
        seen = seen - seen.mean(0)
    turned = len(seen) > seen.shape[1] and form is _primal_form
    if turned:
        seen = upper_triangle(seen)
    bands = compress_shrinkage(
        to_numpy(squared),
        options.alphas,
        tolerance=TOLERANCE[np.dtype(options.dtype).name],
    )
    into, seen = cast(into, options.dtype), cast(seen.T, options.dtype)
    bands = [
        Band(band.directions, put(band.basis, like=into), put(band.mix, like=into))
        for band in bands
    ]
    return FoldPlan(
        fit=sides[0],
        validate=sides[1],
        rest=sides[2],
        n_fit=len(fit),
        n_validate=len(validate),
        into=into,
        seen=seen,
        lean=lean if turned else None,
        bands=bands,
    )


def shorten(rows: np.ndarray) -> Rows:
    """Write neighbouring rows, of shape (n_rows,), as a slice, which copies nothing."""
    if len(rows) and np.array_equal(rows, np.arange(rows[0], rows[0] + len(rows))):
        return slice(int(rows[0]), int(rows[0]) + len(rows))
    return rows


def _primal_form(
    base: Array, gram: Array, sides: list[Rows], options: FoldOptions
) -> tuple[Array, Array, Array]:
    """Squared singular values (k,), into (p + 1, k) and seen (n_validate, k)."""
    xp = namespace(base)
    fit, validate, rest = (base[side] for side in sides)
    inner = gram - rest.T @ rest if len(rest) < len(fit) else fit.T @ fit
    mean = fit.mean(0) * options.centre
    inner -= len(fit) * xp.outer(mean, mean)
    squared, right = find_directions(
        inner, fit - mean, by_rows=False, smallest_alpha=options.alphas.min()
    )
    into = xp.concatenate([right, -(mean @ right)[None]])
    return squared, into, (validate - mean) @ right


def _dual_form(
    base: Array, gram: Array, sides: list[Rows], options: FoldOptions
) -> tuple[Array, Array, Array]:
    """Squared singular values (k,), into (n_fit, k) and seen (n_validate, k)."""
    fit, validate, _ = sides
    inner, across = gram[fit][:, fit], gram[validate][:, fit]
    mean = inner.mean(0) * options.centre
    inner = inner - mean - mean[:, None] + mean.mean()
    centred = base[fit] - base[fit].mean(0) * options.centre
    squared, left = find_directions(
        inner, centred, by_rows=True, smallest_alpha=options.alphas.min()
    )
    singular = squared**0.5
    return squared, left * singular, ((across - mean) @ left) / singular

"""One inner fold of a ridge fit, as far as it does not depend on the targets.

Letters for shapes: n rows, p features, k directions, m of them seen in validation,
q what moments are along: features and a constant (primal), or rows to fit (dual).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from boldwise.linear.arrays import (
    Array,
    cast,
    namespace,
    to_numpy,
    upper_triangle,
)
from boldwise.linear.decomposition import find_directions
from boldwise.linear.pairs import Pairs, pair_directions
from boldwise.linear.shrinkage import Band, compress_shrinkage

TOLERANCE = {"float32": 3e-5, "float64": 1e-12}
"""Relative error of a shrinkage factor, by precision; the shrinkage of a grid of
penalties is spanned by about 5 terms, or 11."""

PAY = 1.5
"""Factor of work that pairs must spare: they take k by k numbers for each fold."""

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
        The directions as the rows to validate see them, turned so that a direction
        is seen by rows up to its number only (R of a QR decomposition, transposed):
        lengths stay, and half of the numbers are 0.
    across : array of shape (n_validate, k), or None
        The same, not turned: what meets the targets of these rows.
    lean : array of shape (k,), or None
        Sum of what the rows see, where moments meet the directions instead because
        they are fewer than the rows.
    bands : list of Band
        Ridge's shrinkage for all penalties.
    pairs : Pairs, or None
        What gives the lengths of predictions where that is less work; then there are
        no bands, and no rows are seen.
    """

    fit: Rows
    validate: Rows
    rest: Rows
    n_fit: int
    n_validate: int
    into: Array
    seen: Array
    across: Array | None
    lean: Array | None
    bands: list[Band]
    pairs: Pairs | None = None


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
    into = cast(into, options.dtype)
    judged = judge_rows(
        to_numpy(squared),
        seen,
        options,
        moments=form is _primal_form,
        tolerance=TOLERANCE[np.dtype(options.dtype).name],
    )
    return FoldPlan(
        fit=sides[0],
        validate=sides[1],
        rest=sides[2],
        n_fit=len(fit),
        n_validate=len(validate),
        into=into,
        **judged,
    )


def judge_rows(
    squared: np.ndarray,
    seen: Array,
    options: FoldOptions,
    *,
    moments: bool,
    tolerance: float,
) -> dict[str, Any]:
    """Prepare the scores of all penalties, by pairs or by predictions.

    Parameters
    ----------
    squared : array of shape (k,)
        Squared singular values, falling.
    seen : array of shape (n_validate, k)
        The directions, as the rows to validate see them.
    options : FoldOptions
    moments : bool
        Whether moments of these rows will be at hand.
    tolerance : float
        Relative error of a shrinkage factor, where bands span it.

    Returns
    -------
    fields : dict
        ``seen``, ``across``, ``lean``, ``bands`` and ``pairs`` of a FoldPlan, in the
        options' precision.
    """
    bands = compress_shrinkage(squared, options.alphas, tolerance=tolerance)
    met = _meet_targets(seen, options, moments=moments)
    if _pairs_pay(bands, min(seen.shape), options):
        pairs = pair_directions(squared, to_numpy(seen.T @ seen), options.alphas)
        nothing = cast(seen[:0].T, options.dtype)
        return {"seen": nothing, "bands": [], "pairs": pairs.put(nothing), **met}
    if options.correlate:
        seen = seen - seen.mean(0)
    turned = cast(upper_triangle(seen).T, options.dtype)
    bands = [band.put(turned) for band in bands]
    return {"seen": turned, "bands": bands, "pairs": None, **met}


def _pairs_pay(bands: list[Band], n_seen: int, options: FoldOptions) -> bool:
    """Whether pairs of directions are clearly less work than predictions.

    Their precision is that of single numbers, and relative to targets: correlation
    would need it relative to predictions, however small.
    """
    if options.dtype is not np.float32 or options.correlate:
        return False
    n_alphas, k = len(options.alphas), bands[-1].directions.stop
    predictions = 0
    for band in bands:
        start, stop = band.directions.start, band.directions.stop
        mixed = 0 if band.mix is None else n_alphas * n_seen
        predictions += len(band.basis) * ((stop - start) * min(stop, n_seen) + mixed)
    return bool(PAY * (k * k + 3 * n_alphas * k) <= predictions)


def _meet_targets(
    seen: Array, options: FoldOptions, *, moments: bool
) -> dict[str, Array | None]:
    """Prepare products of the rows seen with their targets, in the lesser form."""
    if moments and len(seen) > seen.shape[1]:
        return {"across": None, "lean": cast(seen.sum(0), options.dtype)}
    if options.correlate:
        seen = seen - seen.mean(0)
    return {"across": cast(seen, options.dtype), "lean": None}


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

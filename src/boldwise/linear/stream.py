"""Ridge of more targets than memory holds.

A streamed fit gives the same bytes as the fit of all targets at once: both work on
the same tiles. Only what is in memory differs.

Letters for shapes: n rows, p features, w targets of a block.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from boldwise.linear.arrays import precision_of, to_numpy
from boldwise.linear.blocks import Clock, Progress, Sink, stream_blocks
from boldwise.linear.memory import choose_width, plan_bytes, work_bytes
from boldwise.linear.plan import RidgePlan
from boldwise.linear.solve import choose_alphas, cross_validate, fit_tiles


@dataclass(frozen=True)
class Wanted:
    """What a streamed fit gives beside the penalties and their scores.

    Attributes
    ----------
    features : array of shape (n_new, p), or None
        Rows to predict the targets for.
    weights : bool
        Whether to give weights and intercepts: as many numbers as p rows of targets.
    alpha_per_target : bool
        Choose for each target by itself; otherwise one penalty for all, which reads
        the targets twice.
    """

    features: np.ndarray | None = None
    weights: bool = False
    alpha_per_target: bool = True


def stream_fit(
    plan: RidgePlan,
    targets: Any,
    sink: Sink,
    *,
    wanted: Wanted = Wanted(),
    memory_gb: float = 1.0,
    progress: Progress | None = None,
) -> None:
    """Choose penalties and fit all rows, reading targets block by block.

    Parameters
    ----------
    plan : RidgePlan
    targets : array or sliceable of float, shape (n, n_targets)
        Anything with shape and dtype that can be read as ``targets[:, a:b]``, for
        example a dataset of HDF5. The next block is read during the work on one.
    sink : callable
        Called for every block in order, with the columns (a slice) and the results by
        name: ``alpha`` and ``cv_score`` of shape (w,), and if wanted ``prediction``
        of shape (n_new, w), ``weight`` of shape (p, w), ``intercept`` of shape (w,).
    wanted : Wanted
    memory_gb : float
        Budget in GiB for plan, blocks, work and results, above what Python and its
        libraries take. Results do not depend on it.
    progress : callable
        Told the number of targets done, and the seconds left, after every block.

    Raises
    ------
    DataError
        If the budget does not hold the plan and the work on a single tile.

    Examples
    --------
    >>> from boldwise.linear.blocks import Gather
    >>> from boldwise.linear.folds import contiguous_folds
    >>> from boldwise.linear.plan import plan_ridge
    >>> X = np.eye(4)[[0, 1, 2, 3, 0, 1, 2, 3]]
    >>> y = X @ [[0.0], [1.0], [2.0], [3.0]]
    >>> plan = plan_ridge(X, contiguous_folds(8, 2), alphas=[0.1, 1e3])
    >>> found = Gather(1)
    >>> stream_fit(plan, y, found)
    >>> found.results["alpha"]
    array([0.1])
    """
    held = {
        "decompositions": plan_bytes(plan, wanted.features),
        "work": work_bytes(plan),
    }
    results = _result_bytes(plan, targets, wanted)
    width = choose_width(targets, memory_gb=memory_gb, held=held, results=results)
    n_passes = 1 if wanted.alpha_per_target else 2
    clock = Clock(targets.shape[1], progress, n_passes=n_passes)
    work = partial(fit_block, plan, wanted=wanted)
    if not wanted.alpha_per_target:
        shared = _find_shared(plan, targets, width=width, clock=clock)
        work = partial(_fit_shared, plan, shared, wanted)
    stream_blocks(targets, work, sink, width=width, clock=clock)


def fit_block(
    plan: RidgePlan,
    targets: Any,
    *,
    wanted: Wanted = Wanted(),
    alpha: np.ndarray | None = None,
) -> dict[str, np.ndarray]:
    """Choose penalties and fit all rows, for targets whose results fit in memory.

    Parameters
    ----------
    plan : RidgePlan
    targets : array or sliceable of float, shape (n, w)
    wanted : Wanted
    alpha : array of shape (w,), optional
        Penalties that are chosen already; then scores are NaN.

    Returns
    -------
    results : dict of array
        As ``stream_fit`` gives them to its sink.
    """
    dtype, n_targets = precision_of(targets), targets.shape[1]
    found = {"alpha": np.empty(n_targets), "cv_score": np.empty(n_targets)}
    feature_mean, reader = to_numpy(plan.whole.mean), None
    if wanted.features is not None:
        reader = plan.whole.project(wanted.features)
        found["prediction"] = np.empty((len(wanted.features), n_targets), dtype)
    if wanted.weights:
        found["weight"] = np.empty((len(feature_mean), n_targets), dtype)
        found["intercept"] = np.empty(n_targets, dtype)
    for tile in fit_tiles(plan, targets, alpha=alpha):
        here, mean = tile.columns, to_numpy(tile.mean)
        found["alpha"][here], found["cv_score"][here] = tile.alpha, tile.best
        if reader is not None:
            predicted = reader @ tile.coordinates
            found["prediction"][:, here] = to_numpy(predicted) + mean
        if wanted.weights:
            weight = to_numpy(plan.whole.expand(tile.coordinates))
            found["weight"][:, here] = weight
            found["intercept"][here] = mean - feature_mean @ weight
    return found


def _fit_shared(
    plan: RidgePlan, shared: int, wanted: Wanted, block: np.ndarray
) -> dict[str, np.ndarray]:
    """Results of one block with one penalty, named by its place in the grid."""
    alpha = np.full(block.shape[1], plan.alphas[shared])
    found = fit_block(plan, block, wanted=wanted, alpha=alpha)
    found["cv_score"] = cross_validate(plan, block)[shared]
    return found


def _result_bytes(plan: RidgePlan, targets: Any, wanted: Wanted) -> int:
    """Memory for the results of one target."""
    rows = 0 if wanted.features is None else len(wanted.features)
    rows += len(plan.whole.mean) + 1 if wanted.weights else 0
    scores = 2 if wanted.alpha_per_target else 2 * len(plan.alphas)
    return rows * int(np.dtype(precision_of(targets)).itemsize) + 8 * (scores + 2)


def _find_shared(plan: RidgePlan, targets: Any, *, width: int, clock: Clock) -> int:
    """Place of the one penalty that serves all targets best."""
    total = np.zeros(len(plan.alphas))

    def work(block: np.ndarray) -> Mapping[str, np.ndarray]:
        return {"score": cross_validate(plan, block)}

    def add(_: slice, results: Mapping[str, np.ndarray]) -> None:
        score = results["score"]
        total[:] += score[:, np.isfinite(score).all(axis=0)].sum(axis=1)

    stream_blocks(targets, work, add, width=width, clock=clock)
    alpha, _ = choose_alphas(total[:, None], plan.alphas)
    return int(np.flatnonzero(plan.alphas == alpha)[0])

"""Which haemodynamic response a voxel has, by one response to all trials alike.

A model of single trials has enough freedom to fit with a wrong curve; a model with one
regressor for all trials (on or off) has not. So the curve is chosen by the second.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from boldwise.responses.glm_plan import RunPlan


@dataclass(frozen=True)
class OnOff:
    """The on-off model of every voxel.

    Attributes
    ----------
    usable : array of bool, shape (n_voxels,)
        False where a voxel is constant, not finite, or of no positive mean in any run.
    mean : array of shape (n_voxels,)
        Of the BOLD over runs, in the unit of the scanner.
    hrf_index : array of int16, shape (n_voxels,)
        The curve that explains most.
    r2 : array of float32, shape (n_voxels,)
        Share of variance that the on-off response explains with that curve, after
        drifts and confounds.
    left_out_r2 : array of float32, shape (n_voxels,)
        The same for each run by the amplitude of the others; at most 0 where the
        response does not come again.
    """

    usable: np.ndarray
    mean: np.ndarray
    hrf_index: np.ndarray
    r2: np.ndarray
    left_out_r2: np.ndarray


def fit_on_off(plans: Sequence[RunPlan], blocks: Iterable[slice]) -> OnOff:
    """Fit one response to all trials, for every curve; keep the best.

    Parameters
    ----------
    plans : sequence of RunPlan
        Regressors of shape (n_curves, n_volumes, n_trials).
    blocks : iterable of slice
        From ``voxel_blocks``.

    Returns
    -------
    on_off : OnOff
    """
    parts = [_fit_block(plans, columns) for columns in blocks]
    names = OnOff.__dataclass_fields__
    return OnOff(**{n: np.concatenate([getattr(p, n) for p in parts]) for n in names})


def _fit_block(plans: Sequence[RunPlan], columns: slice) -> OnOff:
    products, energies, sizes, means = [], [], [], []
    usable = np.ones(columns.stop - columns.start, bool)
    for plan in plans:
        signal, good, mean = plan.read(columns)
        usable &= good
        on_off = plan.on_off
        products.append(on_off @ signal)
        energies.append(np.einsum("tv,tv->v", signal, signal))
        sizes.append((on_off.astype(np.float64) ** 2).sum(axis=1))
        means.append(mean)
    product = np.stack(products).astype(np.float64)  # (n_runs, n_curves, n_voxels)
    size = np.stack(sizes)[:, :, None]
    energy = np.maximum(np.sum(energies, axis=0, dtype=np.float64), 1e-30)
    r2 = product.sum(axis=0) ** 2 / size.sum(axis=0) / energy
    chosen = r2.argmax(axis=0)
    voxel = np.arange(len(chosen))
    left_out = _left_out(product[:, chosen, voxel], size[:, chosen, 0]) / energy
    return OnOff(
        usable=usable,
        mean=np.mean(means, axis=0),
        hrf_index=chosen.astype(np.int16),
        r2=np.where(usable, r2[chosen, voxel], np.nan).astype(np.float32),
        left_out_r2=np.where(usable, left_out, np.nan).astype(np.float32),
    )


def _left_out(product: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Variance (n_voxels,) that amplitudes of other runs explain; (n_runs, n_voxels).

    The squared error falls by ``2 b x'y - b² x'x`` when ``b x`` is taken off.
    """
    if len(product) == 1:
        return np.full(product.shape[1], np.nan)
    amplitude = (product.sum(axis=0) - product) / (size.sum(axis=0) - size)
    explained: np.ndarray = (2 * amplitude * product - amplitude**2 * size).sum(axis=0)
    return explained

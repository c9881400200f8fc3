"""Noise that voxels share, learned where no response is.

Kay et al. (2013), Frontiers in Neuroscience 7:247 (GLMdenoise): principal components
of voxels that do not follow the experiment are regressors of no interest for all.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from boldwise.responses.glm_plan import RunPlan
from boldwise.responses.hrf_choice import OnOff

BRIGHT_PERCENTILE, BRIGHT_SHARE = 99, 0.1
VOXELS_PER_COMPONENT = 5
STOP = 1.05  # A gain within 5 % of the best needs no more components.


def choose_pool(on_off: OnOff) -> np.ndarray:
    """Find bright voxels whose on-off response does not come again in other runs.

    Parameters
    ----------
    on_off : OnOff
        Of n_voxels voxels.

    Returns
    -------
    pool : array of bool, shape (n_voxels,)
        Usable, brighter than a tenth of the 99th percentile, and with an on-off
        response that explains nothing of the run left out (R² at most 0). There is
        no threshold to tune; about half of the voxels without a response pass it.
    """
    usable = on_off.usable
    bright = on_off.mean > BRIGHT_SHARE * np.percentile(
        on_off.mean[usable], BRIGHT_PERCENTILE
    )
    pool: np.ndarray = usable & bright & (on_off.left_out_r2 <= 0)
    return pool


def pool_components(
    plans: Sequence[RunPlan],
    blocks: Iterable[slice],
    pool: np.ndarray,
    *,
    n_components: int,
) -> list[np.ndarray]:
    """Principal components of the pool's time courses, run by run.

    Parameters
    ----------
    plans : sequence of RunPlan
    blocks : iterable of slice
        From ``voxel_blocks``.
    pool : array of bool, shape (n_voxels,)
    n_components : int
        At most so many; fewer where runs are short or the pool is small.

    Returns
    -------
    components : list of array of float32, shape (n_volumes, n_components)
        For each run; orthonormal, strongest first, orthogonal to its nuisance. Every
        voxel counts alike: time courses have length 1 after cleaning.
    """
    room = min(p.nuisance.shape[0] - p.nuisance.shape[1] for p in plans) // 4
    n_components = min(n_components, room, int(pool.sum()) // VOXELS_PER_COMPONENT)
    grams = [np.zeros((len(p.nuisance), len(p.nuisance))) for p in plans]
    for columns in blocks:
        chosen = pool[columns]
        if not chosen.any() or n_components < 1:
            continue
        for plan, gram in zip(plans, grams, strict=True):
            signal = plan.read(columns)[0][:, chosen]
            length = np.sqrt(np.einsum("tv,tv->v", signal, signal))
            signal /= np.maximum(length, np.finfo(np.float32).tiny)
            gram += signal @ signal.T
    return [_strongest(gram, n_components) for gram in grams]


def choose_number(scores: np.ndarray) -> int:
    """Choose how many components to remove, from scores on runs left out.

    Parameters
    ----------
    scores : array of shape (n_components + 1,)
        Score with 0, 1, … components; higher is better.

    Returns
    -------
    number : int
        The fewest with which the gain over none is within 5 % of the best gain; 0 if
        none helps. It sees each run only through how well others predict it.

    Examples
    --------
    >>> choose_number(np.array([0.10, 0.17, 0.199, 0.20, 0.15]))
    2
    """
    gain = scores - scores[0]
    if not gain.max() > 0:
        return 0
    return int(np.flatnonzero(gain * STOP >= gain.max())[0])


def _strongest(gram: np.ndarray, n_components: int) -> np.ndarray:
    """Eigenvectors of the largest eigenvalues, each with its largest entry positive."""
    if n_components < 1:
        return np.zeros((len(gram), 0), np.float32)
    vectors = np.linalg.eigh(gram)[1][:, ::-1][:, :n_components]
    largest = np.abs(vectors).argmax(axis=0)
    vectors = vectors * np.sign(vectors[largest, np.arange(n_components)])
    strongest: np.ndarray = vectors.astype(np.float32)
    return strongest

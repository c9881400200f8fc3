"""Where each voxel's field should begin: where the map goes with its response.

A field that begins far from its place feels no pull towards it: the gradient of a
Gaussian vanishes where it is flat. One matrix product over the training rows tells
where to begin. Where features begin near 0, fields shrink in the meantime, since
means over small fields vary more; so features begin at the length that fits best.

Letters for shapes: n training rows that are looked at, T places of the map, D
features, K directions that they are projected on, V voxels.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from boldwise.encoders.map_study import Scale, read_blocks
from boldwise.encoders.readouts import Grid, Readout

AT_MOST = 1000  # rows to look at
N_DIRECTIONS = 32
SURE = 4.0  # standard deviations above what noise gives
VOXELS = 2000  # at once, which bounds the memory
TINY = 1e-12  # of a power, below which there is nothing to scale


def start_readout(
    readout: Readout,
    maps: Any,
    rows: np.ndarray,
    responses: np.ndarray,
    *,
    scale: Scale,
    seed: int,
) -> None:
    """Begin where each voxel responds, to what it responds there.

    Parameters
    ----------
    readout : Readout
        Changed in place.
    maps : sliceable of shape (n_stimuli, T, D)
    rows : array of int, shape (n_train,)
        Row of ``maps`` for each response.
    responses : array of shape (n_train, V)
        Standardised.
    scale : Scale
        Of the D features.
    seed : int
        Of the rows that are looked at.
    """
    chosen = np.sort(np.random.default_rng(seed).permutation(len(rows))[:AT_MOST])
    rows, responses = rows[chosen], responses[chosen]
    place = where_it_responds(maps, rows, responses, scale=scale, seed=seed)
    readout.start_at(torch.from_numpy(place))

    def blocks() -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        start = 0
        for block in read_blocks(maps, rows):
            wanted = responses[start : start + len(block)]
            yield torch.from_numpy(scale.apply(block)), torch.from_numpy(wanted)
            start += len(block)

    start_tuning(readout, blocks)


def start_tuning(
    readout: Readout, blocks: Callable[[], Iterator[tuple[torch.Tensor, torch.Tensor]]]
) -> None:
    """Take one step from 0 down the gradient of the squared error, of the best length.

    Parameters
    ----------
    readout : Readout
        Its ``tuning`` is changed in place.
    blocks : callable
        Gives pairs of maps, tensors of shape (B, T, D), and responses (B, V) of mean
        0; read twice.
    """
    grid: Grid = readout.shape.grid
    with torch.no_grad():
        readout.tuning.zero_()
        readout.bias.zero_()
    slope = torch.zeros_like(readout.tuning)  # (V, D)
    for maps, wanted in blocks():
        drive = (readout(maps, grid) * wanted).sum()
        slope += torch.autograd.grad(drive, readout.tuning)[0]  # covariance, (V, D)
    with torch.no_grad():
        readout.tuning.copy_(slope)
        pairs = [(readout(maps, grid), wanted) for maps, wanted in blocks()]
        told = torch.cat([one for one, _ in pairs])  # (n, V)
        told -= told.mean(0)
        overlap = (told * torch.cat([wanted for _, wanted in pairs])).sum(0)  # (V,)
        length = overlap / told.square().sum(0).clamp_min(TINY)
        readout.tuning.mul_(length[:, None])  # (V, D)


def where_it_responds(
    maps: Any, rows: np.ndarray, responses: np.ndarray, *, scale: Scale, seed: int
) -> np.ndarray:
    """Find the places whose features go with each voxel's response.

    The squared covariance of features and response, summed over features, less what
    noise alone gives; places of less than half of the best are left out.

    Parameters
    ----------
    maps : sliceable of shape (n_stimuli, T, D)
    rows : array of int, shape (n_train,)
        Row of ``maps`` for each response.
    responses : array of shape (n_train, V)
        Standardised.
    scale : Scale
        Of the D features.
    seed : int
        Of the directions.

    Returns
    -------
    place : array of float32, shape (V, T)
        Sums to 1; uniform for voxels that follow no place.
    """
    direction = _directions(maps.shape[2], np.random.default_rng(seed))  # (D, K)
    seen = np.concatenate(
        [scale.apply(block) @ direction for block in read_blocks(maps, rows)]
    )  # (n, T, D) (D, K) -> (n, T, K)
    seen -= seen.mean(0)
    n, n_places, n_directions = seen.shape
    power = (seen**2).mean(0).sum(1)  # (n, T, K) -> (T,)
    flat = seen.reshape(n, -1).T / n  # (T K, n)
    place = np.empty((responses.shape[1], n_places), np.float32)
    for start in range(0, len(place), VOXELS):
        block = slice(start, start + VOXELS)
        covariance = flat @ responses[:, block]  # (T K, n) (n, V) -> (T K, V)
        shape = (n_places, n_directions, -1)
        energy = (covariance.reshape(shape) ** 2).sum(1)  # (T, V)
        place[block] = _sure_places(energy.T, power / n, n_directions)
    return place


def _directions(n_features: int, rng: np.random.Generator) -> np.ndarray:
    """Orthonormal directions (D, K) in the space of features."""
    drawn = rng.standard_normal((n_features, min(n_features, N_DIRECTIONS)))
    return np.linalg.qr(drawn)[0].astype(np.float32)


def _sure_places(
    energy: np.ndarray, noise: np.ndarray, n_directions: int
) -> np.ndarray:
    """Weights (V, T) from energies (V, T), and what noise gives at each place (T,)."""
    above = energy - noise * (1 + SURE * np.sqrt(2 / n_directions))  # (V, T)
    best = above.max(1, keepdims=True)  # (V, 1)
    kept = np.where((above >= 0.5 * best) & (best > 0), above, 0.0)
    kept[best[:, 0] <= 0] = 1.0
    return np.asarray(kept / kept.sum(1, keepdims=True), np.float32)

"""Gabor energy within receptive fields: the truth of the early visual voxels.

Shares no code and no grid with the Gabor feature extractor: fields lie anywhere,
with any size, orientation and frequency.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from boldwise.simulate.scenes import LUMINANCE

NODES = 2  # of the quadrature over a field, per axis
CYCLES = 0.4  # standard deviation of a filter's window, in cycles
TURNS = (-0.4, 0.0, 0.4)  # orientations that a voxel pools, in radians from its own
OCTAVES = (-0.36, 0.36)  # frequencies that it pools, in octaves from its own
FLOOR = 0.05  # of the energy, below which the logarithm levels off
BLOCK = 32  # fields computed at once, which bounds the memory


@dataclass(frozen=True)
class ReceptiveFields:
    """Where and to what early visual voxels respond.

    Attributes
    ----------
    x, y : array of shape (n_fields,)
        Centre, in shares of the image's side from the top left corner.
    size : array of shape (n_fields,)
        Standard deviation of the Gaussian field, as a share of the side.
    orientation : array of shape (n_fields,)
        Direction across the bars, in radians from the x axis towards the bottom.
    frequency : array of shape (n_fields,)
        Cycles per image.
    """

    x: np.ndarray
    y: np.ndarray
    size: np.ndarray
    orientation: np.ndarray
    frequency: np.ndarray

    def take(self, columns: np.ndarray | slice) -> "ReceptiveFields":
        """Keep the given fields (indices, mask or slice)."""
        kept = {name: values[columns] for name, values in vars(self).items()}
        return ReceptiveFields(**kept)


def draw_fields(n_fields: int, *, rng: np.random.Generator) -> ReceptiveFields:
    """Draw receptive fields anywhere within the image.

    Parameters
    ----------
    n_fields : int
    rng : numpy.random.Generator

    Returns
    -------
    fields : ReceptiveFields
    """
    return ReceptiveFields(
        x=rng.uniform(0.2, 0.8, n_fields),
        y=rng.uniform(0.2, 0.8, n_fields),
        size=rng.uniform(0.06, 0.13, n_fields),
        orientation=rng.uniform(0, np.pi, n_fields),
        frequency=np.exp(rng.uniform(np.log(4), np.log(9), n_fields)),
    )


def gabor_energy(image: np.ndarray, fields: ReceptiveFields) -> np.ndarray:
    """Logarithm of the Gabor energy within each Gaussian receptive field.

    A voxel pools complex cells [1]_: quadrature pairs at the Gauss-Hermite nodes
    of its field, at some orientations and frequencies around its own.

    Parameters
    ----------
    image : array of uint8, shape (n_images, size_px, size_px, 3)
    fields : ReceptiveFields

    Returns
    -------
    energy : array of shape (n_images, n_fields)
        0 for a uniform image; no unit.

    References
    ----------
    .. [1] Adelson & Bergen (1985), "Spatiotemporal energy models for the
       perception of motion", J Opt Soc Am A 2:284.
    """
    size_px = image.shape[1]
    light = image @ (np.array(LUMINANCE, np.float32) / 255)
    light = light.reshape(len(image), -1)
    energy = np.zeros((len(image), len(fields.x)))
    for start in range(0, len(fields.x), BLOCK):
        block = slice(start, start + BLOCK)
        cells = list(_complex_cells(fields.take(block)))
        for cell in cells:
            pair = (light @ _quadrature_pairs(cell, size_px)).reshape(len(light), 2, -1)
            energy[:, block] += (pair**2).sum(1) / len(cells)
    return np.asarray(np.log1p(energy / FLOOR))


def _complex_cells(fields: ReceptiveFields) -> Iterator[ReceptiveFields]:
    """Points of equal weight in the field, and around its tuning."""
    nodes = np.polynomial.hermite.hermgauss(NODES)[0] * np.sqrt(2)
    for right, down, turn, octave in product(nodes, nodes, TURNS, OCTAVES):
        yield replace(
            fields,
            x=fields.x + right * fields.size,
            y=fields.y + down * fields.size,
            orientation=fields.orientation + turn,
            frequency=fields.frequency * 2**octave,
        )


def _quadrature_pairs(cells: ReceptiveFields, size_px: int) -> np.ndarray:
    """Gabor filters of unit energy (size_px ** 2, 2 * n_cells): even, then odd."""
    centres = ((np.arange(size_px) + 0.5) / size_px)[:, None]
    dx, dy = (centres - cells.x)[None], (centres - cells.y)[:, None]
    spread = 2 * (CYCLES / cells.frequency) ** 2
    window = np.exp(-(dx**2) / spread) * np.exp(-(dy**2) / spread)
    across = np.cos(cells.orientation) * dx + np.sin(cells.orientation) * dy
    phase = 2 * np.pi * cells.frequency * across
    even, odd = window * np.cos(phase), window * np.sin(phase)
    even -= window * (even.sum((0, 1)) / window.sum((0, 1)))
    pair = np.stack([even, odd], axis=2)
    pair /= np.sqrt((pair**2).sum((0, 1)))
    return np.asarray(pair.reshape(size_px**2, -1), np.float32)

"""Where voxels lie: a brain-shaped ribbon with populations apart from each other."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from boldwise.errors import ConfigError
from boldwise.simulate.layout import POPULATIONS

CENTRE_MM, RADII_MM = (0.0, -18.0, 16.0), (66.0, 84.0, 58.0)  # about the MNI brain
BASE_MM = -40.0  # the brain is flat below
VOXEL_MM = (6.0, 5.0, 4.0, 3.0, 2.0)
GAP = 3  # voxels, from one population to the next: resampling reaches 2 at most

# Where each population grows from; several seeds share it.
SEEDS_MM = {
    "early_visual": ((0, -102, 4),),
    "category": ((46, -56, -22), (-46, -56, -22)),
    "semantic": ((56, -46, 34), (-56, -46, 34)),
    "confound": ((0, -40, 74),),
    "noise": ((0, 66, 10),),
}


@dataclass(frozen=True)
class Anatomy:
    """The head of one subject on its grid.

    Attributes
    ----------
    affine : array of shape (4, 4)
        From voxel indices to mm, in MNI-like space.
    tissue : array of int8, shape (nx, ny, nz)
        0 outside, 1 grey matter, 2 white matter, 3 cerebrospinal fluid.
    ijk : array of int, shape (n_voxels, 3)
        The voxels of all populations, sorted.
    population : array of str, shape (n_voxels,)
    """

    affine: np.ndarray
    tissue: np.ndarray
    ijk: np.ndarray
    population: np.ndarray

    @property
    def mask(self) -> np.ndarray:
        """Voxels of all populations, as bool of shape (nx, ny, nz)."""
        inside = np.zeros(self.tissue.shape, bool)
        inside[tuple(self.ijk.T)] = True
        return inside


def place_populations(n_voxels: dict[str, int], *, rng: np.random.Generator) -> Anatomy:
    """Grow populations on the ribbon, on the coarsest grid that holds them.

    Parameters
    ----------
    n_voxels : dict of int
        Wanted voxels of each of ``layout.POPULATIONS``.
    rng : numpy.random.Generator
        Moves the seeds by some millimetres: no two subjects are alike.

    Returns
    -------
    anatomy : Anatomy
        Voxels of two populations are at least ``GAP`` indices apart along an axis.

    Raises
    ------
    ConfigError
        If even the finest grid is too small.
    """
    shift = {name: rng.normal(0, 3, 3) for name in POPULATIONS}
    for voxel_mm in VOXEL_MM:
        affine, xyz, tissue = _head(voxel_mm)
        label = _grow(n_voxels, xyz, tissue == 1, shift)
        if label is not None:
            ijk = np.argwhere(label >= 0)
            population = np.array(POPULATIONS)[label[tuple(ijk.T)]]
            return Anatomy(affine, tissue, ijk, population)
    raise ConfigError(
        f"{sum(n_voxels.values())} simulated voxels do not fit a brain of "
        f"{VOXEL_MM[-1]:g} mm voxels. Lower dataset.n_responsive or dataset.n_noise."
    )


def _head(voxel_mm: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Affine, positions (nx, ny, nz, 3) in mm and tissue of a head."""
    low = np.array(CENTRE_MM) - RADII_MM - voxel_mm
    low = np.floor(low / voxel_mm) * voxel_mm
    counts = np.ceil((np.array(CENTRE_MM) + RADII_MM + voxel_mm - low) / voxel_mm)
    grid = np.indices([int(n) + 1 for n in counts])
    xyz = np.moveaxis(grid, 0, -1) * voxel_mm + low
    radius = np.sqrt((((xyz - CENTRE_MM) / RADII_MM) ** 2).sum(-1))
    brain = (radius < 1) & (xyz[..., 2] > BASE_MM)
    depth_mm = ndimage.distance_transform_edt(np.pad(brain, 1))[1:-1, 1:-1, 1:-1]
    depth_mm = depth_mm * voxel_mm
    tissue = np.where(brain, np.where(depth_mm > 13, 2, 1), 0).astype(np.int8)
    ventricle = np.abs(xyz - (0, -16, 16)) / (16, 26, 12)
    tissue[(ventricle**2).sum(-1) < 1] = 3
    affine = np.diag([voxel_mm] * 3 + [1.0])
    affine[:3, 3] = low
    return affine, xyz, tissue


def _grow(
    n_voxels: dict[str, int],
    xyz: np.ndarray,
    grey: np.ndarray,
    shift: dict[str, np.ndarray],
) -> np.ndarray | None:
    """Label the nearest free voxels of each seed in turn; None if they run out."""
    label = np.full(grey.shape, -1)
    reach = np.ones((2 * GAP - 1,) * 3, bool)
    free = grey.copy()
    for index, name in enumerate(POPULATIONS):
        seeds = np.array(SEEDS_MM[name]) + shift[name]
        distance = np.min([((xyz - seed) ** 2).sum(-1) for seed in seeds], axis=0)
        order = np.argsort(np.where(free, distance, np.inf), axis=None, kind="stable")
        if free.sum() < n_voxels[name]:
            return None
        chosen = np.unravel_index(order[: n_voxels[name]], grey.shape)
        label[chosen] = index
        free &= ~ndimage.binary_dilation(label == index, reach)
    return label

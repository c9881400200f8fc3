"""Atlases that nilearn fetches: with a network once, from its folder afterwards."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from boldwise.errors import DataError, first_line
from boldwise.responses.records import Voxels

FETCHERS = {
    "schaefer_2018": "fetch_atlas_schaefer_2018",
    "harvard_oxford": "fetch_atlas_harvard_oxford",
    "juelich": "fetch_atlas_juelich",
    "aal": "fetch_atlas_aal",
    "destrieux_surface": "fetch_atlas_surf_destrieux",
}
SURFACE = "destrieux_surface"
SURFACE_SIZE = 10242  # fsaverage5


def fetch_labels(
    name: str, options: Mapping[str, Any], voxels: Voxels, *, space: str
) -> tuple[np.ndarray, dict[int, str]]:
    """Look up the label of each voxel in an atlas of nilearn.

    Parameters
    ----------
    name : str
        A key of ``FETCHERS``.
    options : mapping
        Of nilearn's fetcher, for example ``n_rois``.
    voxels : Voxels
        In MNI space (any grid; the nearest label is taken), or on fsaverage5 for
        ``destrieux_surface``.
    space : str

    Returns
    -------
    values : array of shape (n_voxels,)
    names : dict of str
        By value.

    Raises
    ------
    DataError
        If the voxels lie in another space, or the atlas cannot be fetched.
    """
    from nilearn import datasets

    on_mesh = name == SURFACE
    fits = voxels.on_surface.all() if on_mesh else voxels.affine is not None
    if not fits or not space.startswith("fsaverage5" if on_mesh else "MNI"):
        raise DataError(
            f"atlas '{name}' lies in {'fsaverage5' if on_mesh else 'MNI'} space, the "
            f"responses in '{space}'. Give a label image of that space by `path`."
        )
    atlas = _fetch(name, getattr(datasets, FETCHERS[name]), options)
    pairs = zip(atlas.lut["index"], atlas.lut["name"], strict=True)
    names = {int(value): str(label) for value, label in pairs}
    if on_mesh:
        sides = {"L": np.asarray(atlas.map_left), "R": np.asarray(atlas.map_right)}
        both = np.stack([sides["L"], sides["R"]])
        side = (voxels.hemisphere == "R").astype(int)
        return both[side, np.asarray(voxels.vertex)], names
    return _nearest(atlas.maps, voxels), names


def _fetch(name: str, fetcher: Callable[..., Any], options: Mapping[str, Any]) -> Any:
    try:
        return fetcher(**options, verbose=0)
    except TypeError as error:
        raise DataError(
            f"atlas '{name}': {first_line(error)}. Mend its `options`; they are those "
            f"of nilearn.datasets.{FETCHERS[name]}."
        ) from error
    except (OSError, ValueError) as error:  # requests' errors are OSErrors
        raise DataError(
            f"atlas '{name}' cannot be fetched ({first_line(error)}). Without a "
            f"network: call nilearn.datasets.{FETCHERS[name]} where there is one and "
            "copy its folder here (NILEARN_DATA names it), or give a label image by "
            "`path` and its names by `lookup`."
        ) from error


def _nearest(maps: Any, voxels: Voxels) -> np.ndarray:
    """Label of the atlas voxel nearest to the middle of each voxel."""
    import nibabel as nib

    image: Any = nib.load(maps) if isinstance(maps, str) else maps
    data = np.asanyarray(image.dataobj)
    affine = np.asarray(voxels.affine)
    mm = voxels.ijk @ affine[:3, :3].T + affine[:3, 3]
    to_index = np.linalg.inv(image.affine)
    index = np.rint(mm @ to_index[:3, :3].T + to_index[:3, 3]).astype(int)
    inside = ((index >= 0) & (index < data.shape)).all(axis=1) & ~voxels.on_surface
    values = np.zeros(len(voxels))
    values[inside] = data[tuple(index[inside].T)]
    return values

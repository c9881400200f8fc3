"""A view of the brain that a reader can click through, in one piece, without a network.

nilearn's viewer counts its slices from 0 but writes the position of the next one
(seen in nilearn 0.13.1): pictures are moved by one voxel, so that a voxel and the
position written beside it agree.
"""

from typing import Any

import numpy as np

from boldwise.reporting.maps import VISIBLE
from boldwise.reporting.regions import table_of_regions, without_places
from boldwise.reporting.style import SEQUENTIAL
from boldwise.reporting.surfaces import view_surface
from boldwise.reporting.template import RESOLUTION_MM, little_garbage, load_template
from boldwise.reporting.volumes import fill_map, is_mni, to_canonical
from boldwise.responses.records import Voxels


@little_garbage()
def view_accuracy(
    r: np.ndarray, significant: np.ndarray, voxels: Voxels, *, space: str, title: str
) -> str:
    """Make an interactive view of the score of the significant voxels.

    Parameters
    ----------
    r : array of shape (n_voxels,)
        Correlations on the test stimuli.
    significant : array of bool, shape (n_voxels,)
        Voxels to show.
    voxels : Voxels
        Without an affine, positions are voxel indices.
    space : str
        In MNI space the template lies behind; else nothing.
    title : str

    Returns
    -------
    html : str
        A whole page that opens at the highest score; all its scripts are inside.
    """
    if voxels.on_surface.any():
        return view_surface(r, significant, voxels, space=space, title=title)
    if without_places(voxels):
        return table_of_regions(r, significant, voxels, title=title)
    from nilearn import plotting

    shown = np.where(significant, np.clip(r, 0, None), 0)
    placed = to_canonical(voxels)
    affine = np.eye(4) if placed.affine is None else placed.affine
    mni = is_mni(placed, space)
    step = np.full(3, RESOLUTION_MM) if mni else affine[:3, :3].sum(axis=1)
    # A margin of one voxel all round: the viewer cannot show a single slice.
    volume = np.pad(fill_map(shown, placed, empty=0), 1)
    template = load_template()
    view = plotting.view_img(
        _image(volume, affine, shift=-affine[:3, :3].sum(axis=1) - step),
        bg_img=_image(template.get_fdata(), template.affine, shift=-step)
        if mni
        else False,
        cut_coords=tuple(_highest_mm(shown, placed, affine)),
        cmap=SEQUENTIAL,
        symmetric_cmap=False,
        vmin=0,
        vmax=float(max(0.1, shown.max(initial=0.1))),
        threshold=VISIBLE,
        resampling_interpolation="nearest",
        title=title,
        black_bg=False,
        annotate=voxels.affine is not None,  # else nobody knows which side is left
    )
    return str(view.html)


def _image(volume: np.ndarray, affine: np.ndarray, *, shift: np.ndarray) -> Any:
    """Put a volume into space, moved by some mm."""
    from nilearn import image

    moved = affine.copy()
    moved[:3, 3] += shift
    return image.new_img_like(load_template(), volume, moved)


def _highest_mm(shown: np.ndarray, voxels: Voxels, affine: np.ndarray) -> np.ndarray:
    """Position of the voxel with the highest score."""
    ijk = voxels.ijk[int(np.argmax(shown))]
    return np.asarray((affine @ [*ijk, 1])[:3])

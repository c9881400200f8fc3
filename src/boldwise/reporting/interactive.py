"""A view of the brain that a reader can turn, in one piece and without a network."""

import numpy as np

from boldwise.reporting.maps import VISIBLE
from boldwise.reporting.style import SEQUENTIAL
from boldwise.reporting.template import little_garbage, load_template
from boldwise.reporting.volumes import fill_map, is_mni
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
        A whole page; all its scripts are inside.
    """
    from nilearn import image, plotting

    template = load_template()
    shown = np.where(significant, np.clip(r, 0, None), 0)
    volume, affine = _with_margin(fill_map(shown, voxels, empty=0), voxels.affine)
    view = plotting.view_img(
        image.new_img_like(template, volume, affine),
        bg_img=template if is_mni(voxels, space) else False,
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


def _with_margin(
    volume: np.ndarray, affine: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """Add an empty voxel all round: the viewer cannot show a single slice."""
    moved = np.eye(4) if affine is None else affine.copy()
    moved[:3, 3] -= moved[:3, :3].sum(axis=1)
    return np.pad(volume, 1), moved

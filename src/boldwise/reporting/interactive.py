"""A view of the brain that a reader can turn, in one piece and without a network."""

import numpy as np

from boldwise.reporting.maps import TEMPLATE_MM, VISIBLE
from boldwise.reporting.style import SEQUENTIAL
from boldwise.reporting.volumes import fill_map, is_mni
from boldwise.responses.records import Voxels


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
    from nilearn import datasets, image, plotting

    template = datasets.load_mni152_template(resolution=TEMPLATE_MM)
    shown = np.where(significant, np.clip(r, 0, None), 0)
    affine = np.eye(4) if voxels.affine is None else voxels.affine
    view = plotting.view_img(
        image.new_img_like(template, fill_map(shown, voxels, empty=0), affine),
        bg_img=template if is_mni(voxels, space) else False,
        cmap=SEQUENTIAL,
        symmetric_cmap=False,
        vmin=0,
        vmax=float(max(0.1, shown.max(initial=0.1))),
        threshold=VISIBLE,
        resampling_interpolation="nearest",
        title=title,
        black_bg=False,
    )
    return str(view.html)

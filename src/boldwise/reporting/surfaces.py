"""Where on the cortex: inflated hemispheres, or what can be said without a mesh."""

from html import escape
from typing import Any

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from boldwise.reporting.style import (
    DARK,
    PALE,
    PALETTE,
    SEQUENTIAL,
    WHOLE,
    describe,
    new_figure,
)
from boldwise.reporting.template import little_garbage
from boldwise.responses.records import Voxels

MESH = "fsaverage5"  # comes with nilearn
MESH_SIZE = 10242
VISIBLE = 1e-6
SIDES = {"left": "CORTEX_LEFT", "right": "CORTEX_RIGHT"}
PANELS = (
    *(("left", "lateral"), ("left", "medial")),
    *(("right", "medial"), ("right", "lateral")),
)
N_BINS = 40


def has_mesh(voxels: Voxels, space: str) -> bool:
    """Tell whether a mesh for these vertices comes with the workflow.

    Parameters
    ----------
    voxels : Voxels
    space : str
        Finer meshes of ``fsaverage`` start with the vertices of the coarser ones, so
        all from ``fsaverage5`` up are drawn on that one.

    Returns
    -------
    known : bool
    """
    sizes = set(voxels.n_vertices.values())
    family = space.startswith("fsaverage") and bool(voxels.on_surface.all())
    return family and bool(sizes) and all(size >= MESH_SIZE for size in sizes)


@little_garbage()
def draw_surface_map(
    r: np.ndarray, significant: np.ndarray, voxels: Voxels, *, space: str
) -> Figure:
    """Draw the score of the significant vertices on both hemispheres.

    Where no mesh is known (``fsnative``, ``fsLR``), the distribution of the scores is
    drawn for each part of the brain instead.

    Parameters
    ----------
    r : array of shape (n_voxels,)
        Correlations on the test stimuli.
    significant : array of bool, shape (n_voxels,)
        Vertices to colour.
    voxels : Voxels
        With vertices.
    space : str

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    top = float(max(0.1, np.max(r[significant], initial=0.1)))
    counts = f"{int(significant.sum())} of {int(np.isfinite(r).sum())}"
    if not has_mesh(voxels, space):
        return describe(
            _draw_histograms(r, significant, voxels),
            f"Distribution of r by part of the brain, as no mesh of '{space}' comes "
            f"with boldwise: {counts} vertices and voxels are predicted better than "
            "chance. Open the maps in freeview, wb_view or FSLeyes to see where.",
        )
    return describe(
        _draw_hemispheres(np.where(significant, np.clip(r, 0, None), 0), voxels, top),
        f"Both hemispheres from outside and inside: {counts} vertices are predicted "
        f"better than chance; colours reach from 0 to {top:.2f}.",
    )


def view_surface(
    r: np.ndarray, significant: np.ndarray, voxels: Voxels, *, space: str, title: str
) -> str:
    """Make an interactive view of the score of the significant vertices.

    Parameters
    ----------
    r, significant, voxels, space
        As for ``draw_surface_map``; arrays of shape (n_voxels,).
    title : str

    Returns
    -------
    html : str
        A whole page, all its scripts inside; a sentence where no mesh is known.
    """
    if not has_mesh(voxels, space):
        return (
            f"<!doctype html><html lang='en'><title>{escape(title)}</title><p>"
            f"No mesh of {escape(space)} comes with boldwise, so there is no view to "
            "turn here. Open the GIfTI or CIFTI maps of this subject in freeview, "
            "wb_view or FSLeyes.</p></html>"
        )
    from nilearn import plotting
    from nilearn.surface import SurfaceImage

    shown = np.where(significant, np.clip(r, 0, None), 0)
    mesh, _ = _load_mesh()
    data = {side: _on_mesh(shown, voxels, name) for side, name in SIDES.items()}
    view = plotting.view_surf(
        mesh,
        SurfaceImage(mesh, data),
        hemi="both",
        cmap=SEQUENTIAL,
        symmetric_cmap=False,
        vmin=0,
        vmax=float(max(0.1, shown.max(initial=0.1))),
        threshold=VISIBLE,
        title=title,
    )
    return str(view.html)


def _load_mesh() -> tuple[Any, Any]:
    """Inflated hemispheres, and how deep their folds are."""
    from nilearn import datasets

    mesh = datasets.load_fsaverage(MESH)["inflated"]
    return mesh, datasets.load_fsaverage_data(mesh=MESH, data_type="sulcal").data


def _on_mesh(shown: np.ndarray, voxels: Voxels, structure: str) -> np.ndarray:
    """Values of the vertices that the mesh has; 0 where there are none."""
    vertex = np.asarray(voxels.vertex)
    here = (voxels.structure == structure) & (vertex < MESH_SIZE)
    values = np.zeros(MESH_SIZE, np.float32)
    values[vertex[here]] = np.nan_to_num(shown[here])
    return values


def _draw_hemispheres(shown: np.ndarray, voxels: Voxels, top: float) -> Figure:
    from nilearn import plotting

    mesh, folds = _load_mesh()
    figure = Figure(figsize=(WHOLE, 2.6))
    for i, (side, view) in enumerate(PANELS):
        place = (0.235 * i, 0.0, 0.23, 0.9)
        axis: Any = figure.add_axes(place, projection="3d")
        plotting.plot_surf_stat_map(
            mesh.parts[side],
            stat_map=_on_mesh(shown, voxels, SIDES[side]),
            hemi=side,
            view=view,
            bg_map=folds.parts[side],
            axes=axis,
            figure=figure,
            engine="matplotlib",
            colorbar=False,
            threshold=VISIBLE,
            cmap=SEQUENTIAL,
            symmetric_cbar=False,
            vmin=0,
            vmax=top,
        )
        axis.set_box_aspect(None, zoom=1.2)  # nilearn's 1.3 cuts the poles off
        axis.set_title(f"{side}, {view}", loc="center", fontweight="normal")
    bar = figure.add_axes((0.945, 0.2, 0.012, 0.6))
    figure.colorbar(ScalarMappable(Normalize(0, top), SEQUENTIAL), cax=bar)
    bar.set_title("r", loc="center", color=DARK)
    return figure


def _draw_histograms(r: np.ndarray, significant: np.ndarray, voxels: Voxels) -> Figure:
    structure = np.asarray(voxels.structure)
    cortex = [name for name in SIDES.values() if (structure == name).any()]
    parts = {name.replace("_", " ").lower(): structure == name for name in cortex}
    other = ~np.isin(structure, cortex)
    parts |= {"below the cortex": other} if other.any() else {}
    figure = new_figure(WHOLE, 2.6)
    axes = figure.subplots(1, len(parts), squeeze=False, sharex=True).ravel()
    known = r[np.isfinite(r)]
    edges = np.linspace(known.min(initial=-0.1), known.max(initial=0.1), N_BINS + 1)
    for axis, (name, inside) in zip(axes, parts.items(), strict=True):
        axis.hist(r[inside & np.isfinite(r)], edges, color=PALE, label="tested")
        axis.hist(r[inside & significant], edges, color=PALETTE[0], label="significant")
        axis.set(title=name, xlabel="r", ylabel="vertices or voxels")
    axes[0].legend()
    return figure

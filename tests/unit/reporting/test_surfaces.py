"""Maps of the cortex: on the mesh that ships, or in words and histograms."""

import numpy as np
import pytest

from boldwise.io.grids import place_vertices
from boldwise.reporting.interactive import view_accuracy
from boldwise.reporting.maps import draw_accuracy_map
from boldwise.reporting.surfaces import MESH_SIZE, has_mesh
from boldwise.responses.records import Voxels

nilearn_is_behind = pytest.mark.filterwarnings("ignore::DeprecationWarning:nilearn.*")


@pytest.fixture(scope="module")
def average():
    """Lay every tenth vertex of fsaverage6 out, and a score for each."""
    every = place_vertices((40962, 40962))
    voxels = every.take(every.vertex % 10 == 0)
    return np.linspace(-0.2, 0.6, len(voxels)), voxels


@pytest.fixture
def native():
    voxels = place_vertices((30, 32))
    return np.linspace(-0.2, 0.6, 62), voxels


@pytest.mark.parametrize(
    ("space", "size", "known"),
    [
        ("fsaverage5", MESH_SIZE, True),
        ("fsaverage", 163842, True),
        ("fsaverage4", 2562, False),
        ("fsnative", 140000, False),
    ],
)
def test_the_mesh_that_ships_serves_its_finer_kin(space, size, known):
    voxels = place_vertices((size, size)).take(np.arange(9))

    assert has_mesh(voxels, space) == known


def test_voxels_below_the_cortex_have_no_mesh():
    mixed = Voxels(
        ijk=np.zeros((1, 3), int),
        volume_shape=(1, 1, 1),
        vertex=np.array([-1]),
        structure=np.array(["THALAMUS_LEFT"]),
        n_vertices={"CORTEX_LEFT": MESH_SIZE},
    )

    assert not has_mesh(mixed, "fsaverage5")


@nilearn_is_behind
def test_both_hemispheres_are_drawn_from_two_sides(average):
    r, voxels = average

    figure = draw_accuracy_map(r, r > 0.3, voxels, space="fsaverage6")

    titles = [axis.get_title("center") for axis in figure.axes]
    assert titles == [
        "left, lateral",
        "left, medial",
        "right, medial",
        "right, lateral",
        "r",
    ]
    assert "3073 of 8194 vertices are predicted better" in figure.get_label()


@nilearn_is_behind
def test_a_view_to_turn_holds_both_hemispheres(average):
    r, voxels = average

    page = view_accuracy(r, r > 0.3, voxels, space="fsaverage6", title="gabor: r")

    assert "gabor: r" in page
    assert page == view_accuracy(
        r, r > 0.3, voxels, space="fsaverage6", title="gabor: r"
    )


@pytest.mark.parametrize("space", ["fsnative", "fsLR"])
def test_without_a_mesh_scores_are_shown_by_hemisphere(native, space):
    r, voxels = native

    figure = draw_accuracy_map(r, r > 0.3, voxels, space=space)

    assert [axis.get_title("left") for axis in figure.axes] == [
        "cortex left",
        "cortex right",
    ]
    assert f"no mesh of '{space}' comes with boldwise" in figure.get_label()
    heights = [patch.get_height() for axis in figure.axes for patch in axis.patches]
    assert sum(heights) == len(r) + (r > 0.3).sum()


def test_without_a_mesh_the_view_says_where_to_look(native):
    r, voxels = native

    page = view_accuracy(r, r > 0.3, voxels, space="fsnative", title="<r>")

    assert "No mesh of fsnative comes with boldwise" in page
    assert "&lt;r&gt;" in page


def test_scores_that_are_all_unknown_can_be_shown(native):
    r, voxels = native

    figure = draw_accuracy_map(
        np.full_like(r, np.nan), np.zeros(62, bool), voxels, space="fsnative"
    )

    assert "0 of 0 vertices" in figure.get_label()

"""Maps of the brain: what is coloured, what is grey, and where."""

import numpy as np
import pytest
from tiny_study import N_VOXELS, tiny_voxels

from boldwise.reporting.maps import N_SLICES, draw_accuracy_map
from boldwise.responses.records import Voxels

nilearn_is_behind = pytest.mark.filterwarnings("ignore::DeprecationWarning:nilearn.*")


@pytest.fixture
def r():
    return np.linspace(-0.2, 0.6, N_VOXELS)


def shown_volumes(figure):
    """List the coloured slices in the order drawn: NaN where nothing is coloured."""
    axes = [axis for axis in figure.axes if len(axis.images) == 2]
    return [np.ma.filled(axis.images[1].get_array(), np.nan) for axis in axes]


def test_only_significant_voxels_are_coloured(r):
    significant = r > 0.3

    figure = draw_accuracy_map(r, significant, tiny_voxels(), space="native")

    values = np.concatenate([slice_.ravel() for slice_ in shown_volumes(figure)])
    np.testing.assert_allclose(
        np.sort(values[np.isfinite(values)]), r[significant], rtol=1e-6
    )


def test_every_tested_voxel_is_at_least_grey(r):
    figure = draw_accuracy_map(r, r > 0.3, tiny_voxels(), space="native")

    grey = [axis.images[0].get_array() for axis in figure.axes if len(axis.images) == 2]
    assert sum(np.isfinite(np.ma.filled(g, np.nan)).sum() for g in grey) == N_VOXELS


def test_slices_are_named_by_their_height_and_their_sides(r):
    figure = draw_accuracy_map(r, r > 0.3, tiny_voxels(), space="native")

    assert [axis.get_title("center") for axis in figure.axes[:3]] == [
        *("z = -30 mm", "z = -26 mm", "z = -22 mm"),
    ]
    assert {text.get_text() for text in figure.axes[0].texts} == {"L", "R"}


def test_without_an_affine_slices_are_named_by_index_and_no_side_is_claimed(r):
    figure = draw_accuracy_map(r, r > 0.3, tiny_voxels(affine=False), space="unknown")

    assert [axis.get_title("center") for axis in figure.axes[:3]] == [
        *("k = 10", "k = 11", "k = 12"),
    ]
    assert not figure.axes[0].texts


def test_left_is_drawn_at_the_left_whichever_way_the_scanner_looked():
    """A mirrored volume of the same brain gives the same picture."""
    voxels = tiny_voxels()
    mirrored = voxels.affine.copy()
    mirrored[:, 0] *= -1
    mirrored[:3, 3] += voxels.affine[:3, 0] * (voxels.volume_shape[0] - 1)
    ijk = voxels.ijk.copy()
    ijk[:, 0] = voxels.volume_shape[0] - 1 - ijk[:, 0]
    other = Voxels(ijk, voxels.volume_shape, mirrored, voxels.roi)
    values = np.random.default_rng(0).random(N_VOXELS)
    significant = np.ones(N_VOXELS, bool)

    figures = [
        draw_accuracy_map(values, significant, one, space="native")
        for one in (voxels, other)
    ]

    for a, b in zip(*map(shown_volumes, figures), strict=True):
        np.testing.assert_array_equal(a, b)


def test_one_slice_makes_one_panel(r):
    flat = Voxels(np.argwhere(np.ones((6, 10, 1), bool)), (6, 10, 1), np.eye(4))

    figure = draw_accuracy_map(r, r > 0.3, flat, space="native")

    assert len(shown_volumes(figure)) == 1


def test_no_more_slices_are_drawn_than_a_reader_can_see():
    tall = Voxels(np.argwhere(np.ones((1, 1, 90), bool)), (1, 1, 90), np.eye(4))

    figure = draw_accuracy_map(np.ones(90), np.ones(90, bool), tall, space="native")

    assert len(shown_volumes(figure)) == 2 * N_SLICES


def test_the_description_counts_the_voxels(r):
    r[:4] = np.nan

    figure = draw_accuracy_map(r, r > 0.3, tiny_voxels(), space="native")

    n_significant = int(np.nansum(r > 0.3))
    assert f"{n_significant} of {N_VOXELS - 4} voxels" in figure.get_label()
    assert "from 0 to 0.60" in figure.get_label()


def test_a_map_without_discoveries_is_all_grey(r):
    nothing = np.zeros(N_VOXELS, bool)

    figure = draw_accuracy_map(r, nothing, tiny_voxels(), space="native")

    assert all(np.isnan(slice_).all() for slice_ in shown_volumes(figure))
    assert "0 of 60 voxels" in figure.get_label()


@nilearn_is_behind
def test_in_mni_space_a_glass_brain_stands_above_the_slices(r):
    figure = draw_accuracy_map(r, r > 0.3, tiny_voxels(), space="MNI152NLin2009cAsym")

    figure.canvas.draw()
    heights = [axis.get_position().y0 for axis in figure.axes]
    words = {text.get_text() for axis in figure.axes for text in axis.texts}
    assert max(heights) > 0.4
    assert {"L", "R"} <= words
    assert {"z=-30", "z=-26", "z=-22"} <= words
    assert [
        axis.get_title("center") for axis in figure.axes if axis.get_title("center")
    ] == ["r"]

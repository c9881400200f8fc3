"""Oriented gradients against scikit-image, and against edges that are known."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.features import hog as module
from boldwise.features.hog import oriented_gradients
from boldwise.features.records import Stimuli


def stimuli_of(image):
    return Stimuli(np.array([f"s{i}" for i in range(len(image))]), image)


def noise(*shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


@pytest.mark.parametrize(("side", "cells", "n"), [(64, 8, 9), (48, 4, 6), (30, 3, 7)])
def test_features_are_those_of_scikit_image(side, cells, n):
    image = noise(2, side, side, 3)
    reference = pytest.importorskip("skimage.feature").hog

    space = oriented_gradients(stimuli_of(image), cells=cells, n_orientations=n)

    for row in range(2):
        expected = reference(
            image[row],
            orientations=n,
            pixels_per_cell=(side // cells, side // cells),
            cells_per_block=(2, 2),
            block_norm="L2-Hys",
            channel_axis=-1,
        )
        np.testing.assert_allclose(space.feature[row], expected, atol=1e-6)
    assert space.feature.dtype == np.float32


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
def test_a_ramp_votes_for_the_orientation_across_it(turn):
    y, x = np.mgrid[:64, :64] / 64
    angle = np.pi * (turn + 0.5) / 4
    ramp = 128 + 60 * (np.cos(angle) * (x - 0.5) + np.sin(angle) * (y - 0.5)) * 3
    image = np.repeat(ramp.astype(np.uint8)[None, :, :, None], 3, axis=3)

    space = oriented_gradients(stimuli_of(image), cells=4, n_orientations=4)

    votes = space.feature.reshape(-1, 4).sum(axis=0)
    assert votes.argmax() == turn


def test_an_edge_is_seen_in_its_row_and_column():
    image = np.zeros((1, 64, 64, 3), np.uint8)
    image[0, 20:28, 52:60] = 255

    groups = oriented_gradients(stimuli_of(image)).feature.reshape(7, 7, 2, 2, 9)

    lit = np.argwhere(groups.sum(axis=4) > 0)
    cells = {(row + i, column + j) for row, column, i, j in lit.tolist()}
    assert cells == {(2, 6), (2, 7), (3, 6), (3, 7)}


def test_light_and_contrast_do_not_matter():
    image = noise(1, 64, 64, 3) // 4

    brighter = oriented_gradients(stimuli_of(image + np.uint8(100))).feature
    stronger = oriented_gradients(stimuli_of(image * np.uint8(3))).feature

    plain = oriented_gradients(stimuli_of(image)).feature
    np.testing.assert_array_equal(brighter, plain)
    np.testing.assert_allclose(stronger, plain, atol=1e-5)


def test_uniform_images_have_no_edges():
    assert not oriented_gradients(
        stimuli_of(np.full((1, 32, 32, 3), 9, "u1"))
    ).feature.any()


def test_sides_that_cells_do_not_divide_still_give_each_pixel_one_cell():
    space = oriented_gradients(stimuli_of(noise(1, 50, 37, 3)), cells=5)

    assert space.feature.shape == (1, 4 * 4 * 4 * 9)
    assert (space.feature.reshape(-1, 36).sum(axis=1) > 0).all()


def test_blocks_leave_no_trace(monkeypatch):
    image = noise(11, 32, 32, 3)
    together = oriented_gradients(stimuli_of(image)).feature

    monkeypatch.setattr(module, "images_at_once", lambda image: 4)

    again = oriented_gradients(stimuli_of(image)).feature
    part = oriented_gradients(stimuli_of(image[6:8])).feature
    np.testing.assert_array_equal(again, together)
    np.testing.assert_array_equal(part, together[6:8])


@pytest.mark.parametrize(("side", "cells"), [(12, 8), (64, 1)])
def test_cells_that_do_not_fit_are_refused(side, cells):
    with pytest.raises(DataError, match=rf"{cells} x {cells} cells .* {side} x {side}"):
        oriented_gradients(stimuli_of(noise(1, side, side, 3)), cells=cells)

"""Voxels in their volume, whichever way the scanner looked."""

from itertools import permutations, product

import nibabel as nib
import numpy as np
import pytest
from tiny_study import tiny_voxels

from boldwise.reporting.volumes import (
    choose_slices,
    fill_map,
    height_mm,
    is_mni,
    to_canonical,
)
from boldwise.responses.records import Voxels


def turned(order, signs):
    """Voxels of a volume whose axes are permuted and mirrored."""
    affine = np.zeros((4, 4))
    affine[3, 3] = 1
    for axis, (world, sign) in enumerate(zip(order, signs, strict=True)):
        affine[world, axis] = sign * (axis + 2)
    affine[:3, 3] = [5, -7, 11]
    ijk = np.argwhere(np.random.default_rng(1).random((3, 4, 5)) < 0.3)
    return Voxels(ijk, (3, 4, 5), affine)


def places_mm(voxels):
    return voxels.ijk @ voxels.affine[:3, :3].T + voxels.affine[:3, 3]


def test_values_lie_where_their_indices_say():
    voxels = Voxels(np.array([[0, 1, 2], [1, 0, 0]]), (2, 2, 3))

    volume = fill_map(np.array([5.0, 7.0]), voxels)

    assert volume[0, 1, 2] == 5
    assert volume[1, 0, 0] == 7
    assert np.isnan(volume).sum() == volume.size - 2


def test_empty_places_take_the_value_asked_for():
    voxels = Voxels(np.array([[0, 0, 0]]), (1, 1, 2))

    volume = fill_map(np.array([3.0]), voxels, empty=0)

    np.testing.assert_array_equal(volume, [[[3, 0]]])


@pytest.mark.parametrize(
    ("space", "affine", "fits"),
    [
        ("MNI152NLin2009cAsym", True, True),
        ("mni", True, True),
        ("T1w", True, False),
        ("MNI152NLin2009cAsym", False, False),
        ("unknown", False, False),
    ],
)
def test_a_template_fits_mni_voxels_with_an_affine_only(space, affine, fits):
    assert is_mni(tiny_voxels(affine=affine), space) is fits


def test_slices_are_spread_over_those_that_hold_voxels():
    ijk = np.array([[0, 0, k] for k in (3, 4, 5, 6, 7, 20)])

    chosen = choose_slices(ijk, axis=2, n_slices=3)

    assert chosen.tolist() == [3, 5, 20]


def test_fewer_slices_than_asked_for_come_without_repeats():
    ijk = np.array([[0, 0, 2], [1, 1, 2], [0, 0, 9]])

    chosen = choose_slices(ijk, axis=2, n_slices=8)

    assert chosen.tolist() == [2, 9]


def test_the_height_of_a_slice_is_in_mm_above_the_origin():
    voxels = tiny_voxels()

    assert height_mm(voxels, 10) == pytest.approx(-30)
    assert height_mm(voxels, 11) == pytest.approx(-26)


def test_without_an_affine_no_height_is_known():
    assert height_mm(tiny_voxels(affine=False), 10) is None


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("signs", list(product((1, -1), repeat=3)))
def test_turning_a_volume_agrees_with_nibabel(order, signs):
    voxels = turned(order, signs)
    values = np.arange(1, len(voxels) + 1, dtype=np.float32)
    image = nib.Nifti1Image(fill_map(values, voxels, empty=0), voxels.affine)
    expected = nib.as_closest_canonical(image)

    found = to_canonical(voxels)

    np.testing.assert_allclose(found.affine, expected.affine)
    np.testing.assert_array_equal(
        fill_map(values, found, empty=0), np.asarray(expected.dataobj)
    )


@pytest.mark.parametrize("angle", [0.2, 0.6])
def test_no_voxel_moves_in_mm_even_if_the_volume_is_oblique(angle):
    voxels = turned((1, 2, 0), (-1, 1, -1))
    turn = np.eye(4)
    turn[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    oblique = Voxels(voxels.ijk, voxels.volume_shape, turn @ voxels.affine)

    found = to_canonical(oblique)

    np.testing.assert_allclose(places_mm(found), places_mm(oblique), atol=1e-9)
    assert (np.diag(found.affine)[:3] > 0).all()


def test_turning_keeps_regions_and_order():
    voxels = tiny_voxels()

    found = to_canonical(voxels)

    np.testing.assert_array_equal(found.ijk, voxels.ijk)
    assert found.roi is voxels.roi


def test_without_an_affine_nothing_is_turned():
    voxels = tiny_voxels(affine=False)

    assert to_canonical(voxels) is voxels


def test_turning_leaves_the_input_as_it_was():
    voxels = turned((2, 0, 1), (-1, -1, 1))
    ijk, affine = voxels.ijk.copy(), voxels.affine.copy()

    to_canonical(voxels)

    np.testing.assert_array_equal(voxels.ijk, ijk)
    np.testing.assert_array_equal(voxels.affine, affine)

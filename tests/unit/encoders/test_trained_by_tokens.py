"""Where a voxel lies tells its side, unless its space does."""

import numpy as np
import pytest

from boldwise.encoders.trained_by_tokens import fields_of, sides_of
from boldwise.encoders.trained_rows import FoldRows
from boldwise.encoders.visual_field import FieldShares
from boldwise.responses.records import Voxels

FLIPPED = np.diag([-2.0, 2.0, 2.0, 1.0])  # indices grow to the left, as often in files
FLIPPED[0, 3] = 3.0  # the middle lies between the indices 1 and 2
IJK = np.array([[0, 1, 1], [1, 1, 1], [2, 1, 1], [3, 1, 1]])


def rows_of(voxels):
    n = len(voxels)
    ids = np.array(["s1"])
    return FoldRows(ids, np.zeros((1, n), "f4"), ids, np.array(["s2"]), voxels)


def test_voxels_are_sided_by_their_place_in_mm():
    rows = rows_of(Voxels(IJK, (4, 3, 3), FLIPPED))

    assert sides_of(rows).tolist() == ["R", "R", "L", "L"]


def test_an_oblique_affine_counts_all_three_indices():
    affine = np.eye(4)
    affine[0] = [1, -1, 0, -0.5]  # x = i - j - 0.5
    rows = rows_of(Voxels(IJK, (4, 3, 3), affine))

    assert sides_of(rows).tolist() == ["L", "L", "R", "R"]


def test_without_an_affine_sides_are_not_guessed():
    assert sides_of(rows_of(Voxels(IJK, (4, 3, 3)))).tolist() == [""] * 4


def test_structures_go_before_places_and_vertices_have_none():
    ijk = np.array([[3, 1, 1], [3, 1, 1], [-1, -1, -1], [-1, -1, -1]])
    voxels = Voxels(
        ijk,
        (4, 3, 3),
        FLIPPED,
        vertex=np.array([-1, -1, 5, 6]),
        structure=np.array(["THALAMUS_RIGHT", "BRAIN_STEM", "CORTEX_LEFT", "OTHER"]),
        n_vertices={"CORTEX_LEFT": 10, "OTHER": 10},
    )

    assert sides_of(rows_of(voxels)).tolist() == ["R", "L", "L", ""]


@pytest.mark.parametrize("lead", ["field", "01/field"])
def test_fields_are_named_and_stored_in_single_precision(lead):
    fields = FieldShares(*np.arange(12.0).reshape(4, 3))
    found = fields_of(fields, lead)

    names = ("x", "y", "size_x", "size_y")
    assert list(found) == [f"{lead}/{name}" for name in names]
    assert {one.dtype for one in found.values()} == {np.dtype("f4")}
    np.testing.assert_array_equal(found[f"{lead}/size_x"], fields.size_x)

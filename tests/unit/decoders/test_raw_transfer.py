"""Nearest voxels by brute force; what has no counterpart is the mean."""

import numpy as np
import pytest

from boldwise.decoders.raw_transfer import move_responses, nearest_voxels
from boldwise.responses.records import Voxels

RNG = np.random.default_rng(0)


def voxels(n, affine, seed):
    ijk = np.random.default_rng(seed).integers(0, 10, (n, 3))
    return Voxels(ijk, (10, 10, 10), affine)


AFFINE = np.array([[2.0, 0, 0, -9], [0, 0, 3.0, 4], [0, -1.5, 0, 1], [0, 0, 0, 1]])


@pytest.mark.parametrize("affines", [(AFFINE, np.eye(4)), (AFFINE, None), (None, None)])
def test_the_nearest_is_that_of_brute_force(affines):
    known, new = voxels(40, affines[0], 1), voxels(25, affines[1], 2)
    in_mm = known.affine is not None and new.affine is not None

    found = nearest_voxels(known, new)

    one, two = (v.ijk.astype(float) for v in (known, new))
    if in_mm:
        one = one @ known.affine[:3, :3].T + known.affine[:3, 3]
        two = two @ new.affine[:3, :3].T + new.affine[:3, 3]
    distance = np.linalg.norm(one[:, None] - two[None], axis=2)
    np.testing.assert_allclose(distance[np.arange(40), found], distance.min(1))


def test_on_a_surface_it_is_the_same_vertex():
    sizes = {"CORTEX_LEFT": 5, "CORTEX_RIGHT": 5}

    def surface(vertex, side):
        structure = np.array([f"CORTEX_{one}" for one in side])
        nowhere = np.full((len(vertex), 3), -1)
        return Voxels(
            nowhere,
            (0, 0, 0),
            vertex=np.array(vertex),
            structure=structure,
            n_vertices=sizes,
        )

    known = surface([0, 3, 4], ["LEFT", "RIGHT", "LEFT"])
    new = surface([3, 0, 3], ["LEFT", "LEFT", "RIGHT"])

    assert nearest_voxels(known, new).tolist() == [1, 2, -1]


def test_responses_move_with_their_voxels_and_gaps_are_the_mean():
    standard = RNG.standard_normal((4, 3))

    moved = move_responses(standard, np.array([2, 0, -1, 2]))

    np.testing.assert_allclose(moved[:, [0, 1, 3]], standard[:, [2, 0, 2]], rtol=1e-6)
    assert (moved[:, 2] == 0).all()
    assert moved.dtype == np.float32

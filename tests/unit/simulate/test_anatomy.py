"""Populations on a brain-shaped ribbon: the right number, far enough apart."""

import numpy as np
import pytest

from boldwise.errors import ConfigError
from boldwise.simulate.anatomy import GAP, Anatomy, place_populations
from boldwise.simulate.layout import POPULATIONS

COUNTS = dict(zip(POPULATIONS, (150, 200, 120, 60, 500), strict=True))


@pytest.fixture(scope="module")
def anatomy() -> Anatomy:
    return place_populations(COUNTS, rng=np.random.default_rng(0))


def position_mm(anatomy, name):
    ijk = anatomy.ijk[anatomy.population == name]
    return ijk @ anatomy.affine[:3, :3].T + anatomy.affine[:3, 3]


def test_every_population_has_its_voxels(anatomy):
    names, counts = np.unique(anatomy.population, return_counts=True)

    assert dict(zip(names, counts, strict=True)) == COUNTS
    assert len(np.unique(anatomy.ijk, axis=0)) == sum(COUNTS.values())


def test_populations_keep_their_distance(anatomy):
    steps = np.abs(anatomy.ijk[:, None] - anatomy.ijk[None]).max(2)
    apart = anatomy.population[:, None] != anatomy.population[None]

    assert steps[apart].min() >= GAP


def test_voxels_lie_in_grey_matter_and_make_the_mask(anatomy):
    assert (anatomy.tissue[anatomy.mask] == 1).all()
    assert anatomy.mask.sum() == len(anatomy.ijk)


def test_voxels_are_sorted_as_a_mask_lists_them(anatomy):
    np.testing.assert_array_equal(anatomy.ijk, np.argwhere(anatomy.mask))


def test_vision_is_at_the_back_and_noise_at_the_front(anatomy):
    assert position_mm(anatomy, "early_visual")[:, 1].max() < -60
    assert position_mm(anatomy, "noise")[:, 1].min() > 0


def test_category_and_semantic_voxels_are_on_both_sides(anatomy):
    for name in ("category", "semantic"):
        left = (position_mm(anatomy, name)[:, 0] < 0).mean()
        assert 0.25 < left < 0.75


def test_the_head_has_the_size_of_a_brain_with_margins(anatomy):
    inside = np.argwhere(anatomy.tissue > 0)

    extent_mm = (np.ptp(inside, axis=0) + 1) * np.diag(anatomy.affine)[:3]

    assert (np.abs(extent_mm - (132, 168, 114)) <= 18).all()
    assert (inside.min(0) >= 1).all()
    assert (inside.max(0) <= np.array(anatomy.tissue.shape) - 2).all()
    assert set(np.unique(anatomy.tissue)) == {0, 1, 2, 3}


def test_two_draws_differ():
    other = place_populations(COUNTS, rng=np.random.default_rng(1))
    same = place_populations(COUNTS, rng=np.random.default_rng(1))

    np.testing.assert_array_equal(other.ijk, same.ijk)
    first = place_populations(COUNTS, rng=np.random.default_rng(0))
    assert not np.array_equal(first.ijk, other.ijk)


def test_more_voxels_get_a_finer_grid():
    many = {name: 4 * count for name, count in COUNTS.items()}

    fine = place_populations(many, rng=np.random.default_rng(0))

    assert fine.affine[0, 0] < 6
    assert len(fine.ijk) == sum(many.values())


def test_too_many_voxels_are_refused(monkeypatch):
    monkeypatch.setattr("boldwise.simulate.anatomy.VOXEL_MM", (6.0,))

    with pytest.raises(ConfigError, match=r"10300 simulated voxels do not fit.*6 mm"):
        place_populations(
            {name: 10 * count for name, count in COUNTS.items()},
            rng=np.random.default_rng(0),
        )

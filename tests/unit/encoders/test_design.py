"""Joined feature spaces weigh alike."""

import numpy as np
import pytest

from boldwise.encoders.design import fit_design
from boldwise.errors import ShapeMismatchError

RNG = np.random.default_rng(0)
SPACES = [RNG.standard_normal((50, 3)) * 1e4 + 7, RNG.standard_normal((50, 8)) / 1e3]


def test_every_space_has_total_variance_one():
    design = fit_design(SPACES).join(SPACES)

    assert design.shape == (50, 11)
    np.testing.assert_allclose(design.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(design[:, :3].var(axis=0).sum(), 1.0)
    np.testing.assert_allclose(design[:, 3:].var(axis=0).sum(), 1.0)


def test_proportions_within_a_space_stay():
    space = SPACES[0] * [1.0, 2.0, 4.0]

    spread = fit_design([space]).join([space]).std(axis=0)

    np.testing.assert_allclose(
        spread / spread[0], space.std(axis=0) / space[:, 0].std()
    )


def test_new_rows_do_not_change_the_statistics():
    design = fit_design([space[:40] for space in SPACES])

    alone = design.join([space[:1] for space in SPACES])
    together = design.join(SPACES)

    np.testing.assert_array_equal(alone, together[:1])


def test_a_space_that_does_not_vary_becomes_zero():
    constant = np.full((50, 2), 3.0)

    design = fit_design([constant, SPACES[1]]).join([constant, SPACES[1]])

    assert not design[:, :2].any()
    assert np.isfinite(design).all()


def test_other_spaces_are_refused():
    with pytest.raises(ShapeMismatchError, match=r"\[8, 3\] features, .* on \[3, 8\]"):
        fit_design(SPACES).join(SPACES[::-1])


def test_columns_of_a_space_are_found_behind_every_delay():
    spaces = [np.zeros((4, 2)), np.ones((4, 1))]

    design = fit_design(spaces)

    assert [own.tolist() for own in design.columns()] == [[0, 1], [2]]
    delayed = [own.tolist() for own in design.columns(n_delays=3)]
    assert delayed == [[0, 1, 3, 4, 6, 7], [2, 5, 8]]


@pytest.mark.parametrize("dtype", ["f4", "f8", "i2"])
def test_features_of_any_type_are_centred_in_double_precision(dtype):
    """A mean of 20,000 in single precision would leave an offset behind."""
    values = np.random.default_rng(1).integers(19_990, 20_010, (4000, 2)).astype(dtype)

    joined = fit_design([values]).join([values])

    assert joined.dtype == np.float64
    np.testing.assert_allclose(joined.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(joined.var(axis=0).sum(), 1, rtol=1e-5)


def test_a_space_that_is_given_twice_weighs_twice_and_is_not_modified():
    kept = SPACES[0].copy()

    joined = fit_design([SPACES[0], SPACES[0]]).join([SPACES[0], SPACES[0]])

    np.testing.assert_array_equal(joined[:, :3], joined[:, 3:])
    np.testing.assert_array_equal(SPACES[0], kept)


@pytest.mark.parametrize("n_delays", [0, 1, 4])
def test_columns_of_all_spaces_part_the_design(n_delays):
    columns = fit_design(SPACES).columns(n_delays=n_delays)

    together = np.sort(np.concatenate(columns))
    np.testing.assert_array_equal(together, np.arange(11 * max(1, n_delays)))

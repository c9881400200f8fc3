"""Z-scores by training statistics."""

import numpy as np
import pytest

from boldwise.decoders.standardise import fit_standardiser
from boldwise.errors import DataError, ShapeMismatchError

VALUES = np.random.default_rng(0).standard_normal((30, 4)) * 5 + 100


def test_training_rows_get_mean_0_and_deviation_1():
    z = fit_standardiser(VALUES, what="voxels").apply(VALUES)

    np.testing.assert_allclose(z.mean(axis=0), 0.0, atol=1e-10)
    np.testing.assert_allclose(z.std(axis=0), 1.0)


def test_new_rows_are_measured_by_the_training_rows():
    new = VALUES[:1] + VALUES.std(axis=0)

    standardiser = fit_standardiser(VALUES, what="voxels")

    difference = standardiser.apply(new) - standardiser.apply(VALUES[:1])
    np.testing.assert_allclose(difference, 1.0)


def test_a_constant_column_is_0_for_any_row():
    values = VALUES.copy()
    values[:, 2] = 0.1

    standardiser = fit_standardiser(values, what="voxels")

    assert not standardiser.apply(values)[:, 2].any()
    assert not standardiser.apply(values + 9.0)[:, 2].any()


def test_columns_that_are_not_finite_are_counted():
    values = VALUES.copy()
    values[3, 1] = np.nan
    values[4, 3] = np.inf

    with pytest.raises(DataError, match=r"2 of 4 voxels hold NaN .* first is number 1"):
        fit_standardiser(values, what="voxels")


def test_another_number_of_columns_says_both():
    with pytest.raises(ShapeMismatchError, match=r"have 3 columns, .* fitted on 4"):
        fit_standardiser(VALUES, what="voxels").apply(VALUES[:, :3])

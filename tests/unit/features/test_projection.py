"""Random directions keep distances, and know no stimulus."""

import numpy as np
import pytest
from scipy.spatial.distance import pdist
from sklearn.random_projection import (
    SparseRandomProjection,
    johnson_lindenstrauss_min_dim,
)

from boldwise.features import blocks
from boldwise.features.projection import ProjectedRows, draw_projection, projection_size

N, P, EPSILON = 25, 4000, 0.4
FEATURE = np.random.default_rng(0).standard_normal((N, P)).astype(np.float32)


@pytest.fixture(scope="module")
def projected():
    return ProjectedRows(FEATURE, epsilon=EPSILON, seed=3)


def test_the_size_is_that_of_johnson_and_lindenstrauss():
    closed = 4 * np.log(N) / (EPSILON**2 / 2 - EPSILON**3 / 3)

    assert projection_size(N, epsilon=EPSILON) == int(closed)
    assert projection_size(73_000, epsilon=0.1) == 9598
    assert johnson_lindenstrauss_min_dim(N, eps=EPSILON) == int(closed)


def test_rows_are_those_of_scikit_learn(projected):
    theirs = SparseRandomProjection(eps=EPSILON, random_state=3).fit_transform(FEATURE)

    assert projected.shape == theirs.shape == projected[:].shape
    np.testing.assert_allclose(projected[:], theirs, rtol=1e-5, atol=1e-4)


def test_one_entry_in_the_root_of_the_columns_is_not_zero():
    matrix = draw_projection(P, 300, seed=0)

    assert matrix.nnz / (300 * P) == pytest.approx(1 / np.sqrt(P), rel=0.03)
    assert set(np.round(matrix.data**2 * 300 / np.sqrt(P), 9)) == {1.0}


@pytest.mark.parametrize("seed", range(3))
def test_squared_distances_between_all_stimuli_stay_within_epsilon(seed):
    rng = np.random.default_rng(seed)
    feature = rng.standard_normal((N, P)) * rng.gamma(2.0, size=P)

    found = ProjectedRows(feature, epsilon=EPSILON, seed=seed)[:]

    ratio = pdist(found, "sqeuclidean") / pdist(feature, "sqeuclidean")
    assert np.abs(ratio - 1).max() < EPSILON
    assert np.abs(ratio - 1).max() > EPSILON / 20  # it did project


def test_a_row_is_the_same_whatever_is_read_with_it(projected, monkeypatch):
    whole = projected[:]
    monkeypatch.setattr(blocks, "BLOCK", 3 * P)

    np.testing.assert_array_equal(projected[4:19], whole[4:19])
    np.testing.assert_array_equal(projected[7:8], whole[7:8])


def test_other_features_of_other_stimuli_change_no_row(projected):
    changed = FEATURE.copy()
    changed[20:] = 1e6

    again = ProjectedRows(changed, epsilon=EPSILON, seed=3)

    np.testing.assert_array_equal(again[:20], projected[:20])


def test_the_seed_draws_the_directions(projected):
    other = ProjectedRows(FEATURE, epsilon=EPSILON, seed=4)

    assert not np.array_equal(other[:2], projected[:2])


def test_few_columns_are_left_as_they_are():
    rows = ProjectedRows(FEATURE[:, :150], epsilon=EPSILON)

    np.testing.assert_array_equal(rows[:], FEATURE[:, :150])
    assert rows.about.startswith("none: 150 columns are no more than the 219 columns")


def test_notes_tell_size_and_density(projected):
    assert projected.about == (
        "from 4,000 columns to the 219 columns with which squared distances between "
        "25 stimuli change by at most 0.4 (Johnson-Lindenstrauss); one entry in 63 is "
        "not 0, seed 3"
    )

"""A planted rotation is found again; what stimuli leave open is left at zero."""

import numpy as np
import pytest
from scipy.linalg import orthogonal_procrustes
from scipy.stats import ortho_group

from boldwise.decoders.alignment.procrustes import fit_procrustes
from boldwise.errors import DataError, ShapeMismatchError


def test_the_rotation_is_that_of_scipy():
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((2, 30, 6))
    x, y = x - x.mean(0), y - y.mean(0)

    found = fit_procrustes(x, y).pieces[0]

    np.testing.assert_allclose(
        found.left @ found.right, orthogonal_procrustes(x, y)[0], atol=1e-10
    )


def test_a_planted_rotation_and_gain_are_found():
    rng = np.random.default_rng(0)
    turn = ortho_group.rvs(6, random_state=0)
    x = rng.standard_normal((30, 6)) + 3
    y = 2.5 * x @ turn + 7

    found = fit_procrustes(x, y, scale=True)
    new = rng.standard_normal((5, 6))

    np.testing.assert_allclose(found.apply(new), 2.5 * new @ turn + 7, atol=1e-9)


def test_a_gain_makes_predictions_right_where_gains_differ():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((40, 6))
    y = 3 * x @ ortho_group.rvs(6, random_state=1) + 0.1 * rng.standard_normal((40, 6))

    error = {
        scale: (fit_procrustes(x[:20], y[:20], scale=scale).apply(x[20:]) - y[20:])
        for scale in (False, True)
    }

    assert (error[True] ** 2).mean() < 0.05 * (error[False] ** 2).mean()


def test_lengths_are_kept_within_what_few_stimuli_span():
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((10, 300)), rng.standard_normal((10, 250))

    moved = fit_procrustes(x, y).apply(x)

    own = x - x.mean(axis=0)
    np.testing.assert_allclose(
        np.linalg.norm(moved - y.mean(axis=0), axis=1), np.linalg.norm(own, axis=1)
    )


def test_directions_that_no_stimulus_drove_are_mapped_to_zero():
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((10, 300)), rng.standard_normal((10, 250))
    found = fit_procrustes(x, y)
    axes = np.linalg.svd(x - x.mean(0), full_matrices=False)[2][:9]
    unseen = rng.standard_normal((4, 300))
    unseen -= unseen @ axes.T @ axes

    moved = found.apply(found.source_mean + unseen)

    np.testing.assert_allclose(moved, np.tile(y.mean(0), (4, 1)), atol=1e-9)


def test_a_subject_that_does_not_vary_gives_the_mean():
    y = np.random.default_rng(0).standard_normal((5, 3))

    found = fit_procrustes(np.ones((5, 4)), y, scale=True)

    np.testing.assert_allclose(found.apply(np.zeros((2, 4))), [y.mean(0)] * 2)


def test_another_number_of_stimuli_is_refused():
    with pytest.raises(ShapeMismatchError, match=r"have '5', '6' rows; each row must"):
        fit_procrustes(np.ones((5, 3)), np.ones((6, 3)))


def test_one_stimulus_is_refused():
    with pytest.raises(DataError, match="cannot be aligned on 1 stimulus"):
        fit_procrustes(np.ones((1, 3)), np.ones((1, 3)))


def test_undefined_responses_are_refused():
    x = np.ones((5, 3))
    x[2, 1] = np.nan

    with pytest.raises(DataError, match="1 voxels of the subjects to align hold NaN"):
        fit_procrustes(x, np.ones((5, 3)))


def test_other_voxels_than_those_of_the_fit_are_refused():
    x = np.random.default_rng(0).standard_normal((5, 3))

    with pytest.raises(ShapeMismatchError, match=r"have 4 voxels, but .* fitted on 3"):
        fit_procrustes(x, x).apply(np.ones((2, 4)))

"""Cleaning removes what nilearn removes, and nothing else."""

import numpy as np
import pytest
from nilearn.signal import clean

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.responses.cleaning import (
    nuisance_basis,
    percent_signal_change,
    remove_nuisance,
)

TR_S = 2.0


@pytest.fixture
def signal(rng):
    drift = np.linspace(0, 30, 120)[:, None] * rng.normal(size=25)
    return 1000 + drift + rng.normal(size=(120, 25))


@pytest.mark.filterwarnings("ignore:From release 0.14:DeprecationWarning")
@pytest.mark.parametrize("high_pass_hz", [0.0, 0.008, 0.02])
@pytest.mark.parametrize("n_confounds", [0, 6])
def test_cleaning_is_nilearns(signal, rng, high_pass_hz, n_confounds):
    confounds = rng.normal(size=(120, n_confounds)) + 5 if n_confounds else None

    basis = nuisance_basis(
        120, TR_S, high_pass_hz=high_pass_hz, detrend_order=1, confounds=confounds
    )
    cleaned = remove_nuisance(signal, basis)

    expected = clean(
        signal,
        detrend=True,
        standardize=None,
        standardize_confounds=True,
        confounds=confounds,
        filter="cosine" if high_pass_hz else False,
        high_pass=high_pass_hz or None,
        t_r=TR_S,
    )
    np.testing.assert_allclose(cleaned, expected, atol=1e-6)


def test_polynomials_up_to_the_order_vanish_and_higher_ones_stay(rng):
    time = np.linspace(0, 3, 50)
    quadratic = (4 + time - 2 * time**2)[:, None]

    second = nuisance_basis(50, TR_S, high_pass_hz=0, detrend_order=2)
    first = nuisance_basis(50, TR_S, high_pass_hz=0, detrend_order=1)

    np.testing.assert_allclose(remove_nuisance(quadratic, second), 0, atol=1e-12)
    assert np.abs(remove_nuisance(quadratic, first)).max() > 0.1


def test_the_basis_is_orthonormal_however_confounds_depend_on_each_other(rng):
    motion = 1e6 * rng.normal(size=(60, 3))
    confounds = np.hstack([motion, motion @ rng.normal(size=(3, 2)), np.ones((60, 1))])

    basis = nuisance_basis(
        60, TR_S, high_pass_hz=0, detrend_order=0, confounds=confounds
    )

    assert basis.shape == (60, 4)  # mean and three motions
    np.testing.assert_allclose(basis.T @ basis, np.eye(4), atol=1e-10)


def test_inputs_are_left_as_they_were(signal):
    before = signal.copy()
    basis = nuisance_basis(120, TR_S, high_pass_hz=0.01, detrend_order=1)

    remove_nuisance(signal, basis)
    percent_signal_change(signal)

    np.testing.assert_array_equal(signal, before)


def test_confounds_of_another_length_are_refused():
    with pytest.raises(ShapeMismatchError, match=r"118 rows.*120 volumes"):
        nuisance_basis(
            120, TR_S, high_pass_hz=0, detrend_order=1, confounds=np.ones((118, 2))
        )


def test_a_run_that_is_all_nuisance_is_refused(rng):
    with pytest.raises(DataError, match=r"explain all 10 volumes.*fewer confounds"):
        nuisance_basis(
            10,
            TR_S,
            high_pass_hz=0,
            detrend_order=1,
            confounds=rng.normal(size=(10, 9)),
        )


def test_a_voxel_that_rises_by_a_tenth_changes_by_ten_percent():
    bold = np.array([[90.0], [110.0]])

    signal, usable = percent_signal_change(bold)

    np.testing.assert_allclose(signal, [[-10], [10]], rtol=1e-6)
    assert signal.dtype == np.float32
    assert usable.all()


@pytest.mark.parametrize(
    "voxel", [[5, 5, 5], [np.nan, 1, 2], [-1, -2, -3], [np.inf, 1, 2], [0, 0, 0]]
)
def test_voxels_without_signal_are_marked_and_zero(voxel):
    bold = np.column_stack([voxel, [1.0, 2.0, 3.0]])

    signal, usable = percent_signal_change(bold)

    np.testing.assert_array_equal(usable, [False, True])
    np.testing.assert_array_equal(signal[:, 0], 0)


def test_slow_waves_are_removed_and_fast_ones_are_kept():
    time_s = TR_S * np.arange(300)
    slow, fast = np.cos(2 * np.pi * np.array([[0.005], [0.05]]) * time_s)

    basis = nuisance_basis(300, TR_S, high_pass_hz=0.01, detrend_order=1)

    assert remove_nuisance(slow[:, None], basis).std() < 0.1 * slow.std()
    assert remove_nuisance(fast[:, None], basis).std() > 0.95 * fast.std()


def test_cleaning_twice_changes_nothing(signal, rng):
    confounds = rng.normal(size=(120, 4))
    basis = nuisance_basis(
        120, TR_S, high_pass_hz=0.01, detrend_order=2, confounds=confounds
    )

    once = remove_nuisance(signal, basis)

    np.testing.assert_allclose(remove_nuisance(once, basis), once, atol=1e-9)
    np.testing.assert_allclose(confounds.T @ once, 0, atol=1e-7)


def test_cleaning_keeps_single_precision(signal):
    basis = nuisance_basis(120, TR_S, high_pass_hz=0.01, detrend_order=1)

    assert remove_nuisance(signal.astype(np.float32), basis).dtype == np.float32

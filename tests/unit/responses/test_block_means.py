"""Block means take the right volumes, of a cleaned run."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.responses.block_means import block_means
from boldwise.responses.cleaning import nuisance_basis, remove_nuisance
from boldwise.responses.design import volume_times

TIME_S = volume_times(10, 2.0, start_time_s=1.0)  # 1, 3, … 19 s
NOTHING = np.zeros((10, 0))


def test_a_block_is_the_mean_of_its_volumes_later_by_the_delay():
    signal = np.arange(10.0)[:, None]

    weights = block_means(
        np.array([0.0, 8.0]), np.array([4.0, 6.0]), TIME_S, NOTHING, delay_s=5.0
    )

    # 5 to 9 s: volumes 2 and 3; 13 to 19 s, its end excluded: volumes 6 to 8.
    np.testing.assert_allclose(weights @ signal, [[2.5], [7.0]])


def test_the_run_is_cleaned_before_it_is_averaged(rng):
    signal = rng.normal(size=(10, 4)) + np.arange(10.0)[:, None]
    nuisance = nuisance_basis(10, 2.0, high_pass_hz=0, detrend_order=1)
    onset_s, duration_s = np.array([2.0]), np.array([6.0])

    weights = block_means(onset_s, duration_s, TIME_S, nuisance, delay_s=0.0)

    expected = remove_nuisance(signal, nuisance)[1:4].mean(0)
    np.testing.assert_allclose(weights @ signal, expected[None], atol=1e-12)


def test_a_block_without_volumes_is_named():
    with pytest.raises(
        DataError, match=r"1 blocks \(number '2'\).*4 s, 5 s delayed.*19 s"
    ):
        block_means(
            np.array([0.0, 16.0]), np.array([4.0, 4.0]), TIME_S, NOTHING, delay_s=5.0
        )

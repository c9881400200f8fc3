"""The confounds carry fMRIPrep's names and say what they should."""

import numpy as np
import pytest

from boldwise.io.confounds import GROUPS
from boldwise.responses.confound_table import cosines, tabulate_confounds
from boldwise.responses.motion_measures import framewise_displacement


@pytest.fixture
def bold():
    return np.random.default_rng(0).normal(1000, 5, size=(100, 40))


@pytest.fixture
def motion():
    return np.random.default_rng(1).normal(0, [0.01] * 3 + [1e-4] * 3, size=(100, 6))


def test_the_24_motion_terms_can_be_asked_for_by_their_group(bold, motion):
    table = tabulate_confounds(bold, motion, tr_s=2.0)

    assert set(GROUPS["motion24"]) <= set(table)
    np.testing.assert_array_equal(table["rot_y"], motion[:, 4])
    np.testing.assert_array_equal(
        table["trans_x_derivative1"][1:], np.diff(motion[:, 0])
    )
    np.testing.assert_array_equal(table["trans_z_power2"], motion[:, 2] ** 2)
    np.testing.assert_array_equal(
        table["framewise_displacement"], framewise_displacement(motion)
    )


def test_a_jerk_and_a_spike_become_outliers_one_column_each(bold, motion):
    motion[30:, 1] += 0.8
    bold[60] += 60

    table = tabulate_confounds(bold, motion, tr_s=2.0)

    outliers = [values for name, values in table.items() if "outlier" in name]
    assert [int(np.flatnonzero(one)[0]) for one in outliers] == [30, 60, 61]
    assert all(one.sum() == 1 for one in outliers)


def test_without_realignment_nothing_is_said_about_motion(bold):
    table = tabulate_confounds(bold, None, tr_s=2.0)

    assert not [name for name in table if name.startswith(("trans", "rot", "frame"))]
    assert {"dvars", "std_dvars", "global_signal", "cosine00"} <= set(table)


def test_the_cosines_are_those_slower_than_128_s():
    columns = np.array(list(cosines(100, 2.0).values()))

    assert list(cosines(100, 2.0)) == ["cosine00", "cosine01", "cosine02"]
    np.testing.assert_allclose(columns @ columns.T, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(columns.sum(1), 0, atol=1e-12)
    assert cosines(20, 2.0) == {}

"""Mirrors src/boldwise/training/split.py."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boldwise.errors import DataError
from boldwise.training.split import validation_rows


@settings(deadline=None, derandomize=True, max_examples=50)
@given(
    groups=st.lists(st.integers(0, 12), min_size=20, max_size=60),
    share=st.floats(0.1, 0.5),
    seed=st.integers(0, 99),
)
def test_no_group_is_torn_apart(groups, share, seed):
    groups = np.array(groups)
    sizes = np.unique(groups, return_counts=True)[1]
    if len(sizes) < 5:
        return

    held = validation_rows(groups, share, seed)

    left = np.setdiff1d(np.arange(len(groups)), held)
    assert not set(groups[held]) & set(groups[left])
    assert abs(len(held) - share * len(groups)) <= sizes.max()


def test_single_rows_are_counted_exactly():
    held = validation_rows(np.arange(200), 0.1, seed=0)

    assert len(held) == 20
    assert np.array_equal(held, np.unique(held))


def test_the_draw_hangs_on_the_seed_alone():
    first, again, other = (
        validation_rows(np.arange(100), 0.3, seed=seed).tolist() for seed in (0, 0, 1)
    )

    assert first == again != other


def test_groups_come_in_equally_often():
    groups = np.repeat(np.arange(10), 4)
    counts = sum(
        np.bincount(groups[validation_rows(groups, 0.2, seed)], minlength=10) // 4
        for seed in range(500)
    )

    # 500 draws of 2 in 10: 100 each, standard deviation 9.
    assert counts.sum() == 1000
    assert abs(counts - 100).max() < 36


def test_no_share_holds_nothing_out():
    assert validation_rows(np.arange(3), 0, seed=0).tolist() == []


@pytest.mark.parametrize("share", [-0.1, 1.0, 20])
def test_a_share_out_of_range_is_refused(share):
    with pytest.raises(DataError, match="it must be 0 to below 1"):
        validation_rows(np.arange(9), share, seed=0)


@pytest.mark.parametrize("groups", [np.zeros(10), np.zeros(0)])
def test_one_group_cannot_be_parted(groups):
    with pytest.raises(DataError, match="without tearing a group apart"):
        validation_rows(groups, 0.2, seed=0)

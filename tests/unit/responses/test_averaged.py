"""Averages of the voxels that are asked for are those of all."""

import numpy as np
import pytest

from boldwise.errors import ShapeMismatchError
from boldwise.responses.averaged import STEP, AveragedRepeats
from boldwise.responses.repeats import average_repeats


@pytest.fixture
def trials():
    rng = np.random.default_rng(0)
    ids = rng.permutation(np.repeat([f"s{i}" for i in range(9)], [1, 2, 3] * 3))
    return rng.standard_normal((18, 2 * STEP + 9), "f4"), ids


@pytest.mark.parametrize("start", [0, 1, STEP - 1, STEP + 5])
@pytest.mark.parametrize("width", [0, 1, 7, STEP, 5 * STEP])
def test_any_columns_have_the_bytes_of_the_whole_average(trials, start, width):
    _, expected, _ = average_repeats(*trials)

    mean = AveragedRepeats(*trials)

    assert mean.shape == expected.shape
    assert mean.dtype == expected.dtype
    found = mean[:, start : start + width]
    np.testing.assert_array_equal(found, expected[:, start : start + width])


def test_rows_may_be_chosen(trials):
    mean = AveragedRepeats(*trials)

    np.testing.assert_array_equal(mean[[4, 2], 3:8], mean[:, 3:8][[4, 2]])


def test_nothing_is_read_before_columns_are_sliced(trials):
    class Disk:
        shape, dtype, read = trials[0].shape, trials[0].dtype, []

        def __getitem__(self, key):
            self.read.append((key[1].start, key[1].stop))
            return trials[0][key]

    mean = AveragedRepeats(Disk(), trials[1])
    assert Disk.read == [(None, 0)]

    _ = mean[:, 5 : STEP + 7]

    assert Disk.read[1:] == [(5, STEP + 5), (STEP + 5, STEP + 7)]


def test_one_id_per_trial_is_needed(trials):
    with pytest.raises(ShapeMismatchError, match="18 responses, but 17 stimulus ids"):
        AveragedRepeats(trials[0], trials[1][:17])


def test_the_memory_for_reading_does_not_grow_with_the_voxels(trials):
    response, ids = trials

    few = AveragedRepeats(response[:, :5], ids)

    assert few.reading_bytes == AveragedRepeats(response, ids).reading_bytes
    assert few.reading_bytes >= STEP * (response[:, 0].nbytes + 9 * 20)

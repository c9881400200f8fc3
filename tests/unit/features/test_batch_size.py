"""The batch is what memory holds, and never more than helps."""

from mmap import mmap

import numpy as np
import pytest

from boldwise.features.batch_size import choose_batch, peak_of_process

MIB = 2**20


def choose(memory_mib, *, fixed=100, each=10, most=32, n_lanes=1):
    """Choose for a network of 100 MiB that takes 10 MiB more for each stimulus."""
    run = []

    def measure(function):
        function()
        return (fixed + each * run[-1]) * MIB

    return choose_batch(
        run.append,
        memory_bytes=memory_mib * MIB,
        most=most,
        measure=measure,
        n_lanes=n_lanes,
    )


@pytest.mark.parametrize(
    ("memory_mib", "n_lanes", "batch"),
    [(10_000, 1, 32), (420, 1, 32), (419, 1, 16), (419, 2, 8), (110, 1, 1), (50, 1, 1)],
)
def test_it_is_the_largest_power_of_two_that_fits(memory_mib, n_lanes, batch):
    assert choose(memory_mib, n_lanes=n_lanes) == batch


def test_without_an_account_of_memory_it_is_the_most():
    run = []

    batch = choose_batch(
        run.append, memory_bytes=1, most=16, measure=lambda function: None
    )

    assert batch == 16


def test_the_peak_of_a_process_counts_what_was_freed_again():
    def take():  # Straight from the system: freed memory of this process is no peak.
        np.frombuffer(mmap(-1, 64 * MIB), np.uint8)[:] = 1

    before = peak_of_process(lambda: None)
    peak = peak_of_process(take)

    if before is None:
        pytest.skip("this system keeps no such account")
    assert 60 * MIB < peak - before < 80 * MIB
    assert peak_of_process(lambda: None) < peak - 50 * MIB

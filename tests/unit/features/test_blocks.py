"""Blocks cover every row once."""

from hypothesis import given
from hypothesis import strategies as st

from boldwise.features.blocks import BLOCK, cut_rows


@given(
    n=st.integers(0, 60),
    start=st.integers(0, 70),
    stop=st.none() | st.integers(0, 70),
    at_once=st.integers(1, 9),
)
def test_every_row_is_in_one_block_in_its_order(n, start, stop, at_once):
    rows = slice(start, stop)

    cut = list(cut_rows(rows, n, BLOCK // at_once))

    covered = [row for block in cut for row in range(block.start, block.stop)]
    assert covered == list(range(n))[rows]
    assert all(0 < block.stop - block.start <= at_once for block in cut)


def test_a_row_wider_than_a_block_is_still_read():
    assert len(list(cut_rows(slice(None), 3, 2 * BLOCK))) == 3
    assert len(list(cut_rows(slice(None), 3, 0))) == 1

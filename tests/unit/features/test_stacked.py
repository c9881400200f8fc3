"""Two matrices are read as one, with the columns of the first."""

import numpy as np
import pytest

from boldwise.errors import ShapeMismatchError
from boldwise.features.stacked import StackedRows, place_columns

FIRST, SECOND = np.arange(12.0).reshape(4, 3), 100 + np.arange(6.0).reshape(2, 3)


@pytest.mark.parametrize(
    "rows", [slice(None), slice(1, 3), slice(3, 5), slice(5, 9), slice(2, 2)]
)
def test_a_range_of_rows_is_that_of_the_stack(rows):
    stacked = StackedRows(FIRST, SECOND)

    np.testing.assert_array_equal(stacked[rows], np.concatenate([FIRST, SECOND])[rows])
    assert stacked.shape == (6, 3)


def test_named_columns_go_to_their_place_and_unknown_ones_go():
    columns = place_columns(np.array(["a", "b", "c"]), np.array(["c", "x", "a"]))

    found = StackedRows(FIRST, SECOND, columns)[4:6]

    np.testing.assert_array_equal(found, [[102, 0, 100], [105, 0, 103]])


def test_columns_without_names_are_the_same_or_refused():
    assert place_columns(None, np.array(["a"])) is None
    with pytest.raises(ShapeMismatchError, match="2 columns, those of the study 3"):
        StackedRows(FIRST, SECOND[:, :2])

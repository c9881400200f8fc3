"""One column per category."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.features.category import category_labels
from boldwise.features.records import Stimuli


def labels_of(category):
    ids = np.array([f"s{i}" for i in range(len(category))])
    return category_labels(Stimuli(ids, category=np.array(category)))


def test_each_label_has_a_column_in_sorted_order():
    space = labels_of(["house", "face", "house"])

    assert space.column.tolist() == ["face", "house"]
    np.testing.assert_array_equal(space.feature, [[0, 1], [1, 0], [0, 1]])
    assert space.feature.dtype == np.float32


def test_a_stimulus_may_carry_several_labels_or_none():
    space = labels_of(["face; tool", "", "tool;tool;"])

    assert space.column.tolist() == ["face", "tool"]
    np.testing.assert_array_equal(space.feature, [[1, 1], [0, 0], [0, 1]])


def test_no_label_at_all_is_refused():
    with pytest.raises(DataError, match="none of the 2 stimuli has a category"):
        labels_of(["", ";"])


def test_stimuli_without_categories_say_so():
    with pytest.raises(DataError, match="have no category"):
        category_labels(Stimuli(np.array(["a"])))

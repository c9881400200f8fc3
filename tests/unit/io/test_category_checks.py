"""Checks of features return from their stores as they were written, best first."""

import numpy as np
import pytest

from boldwise.decoders.data import Decoded
from boldwise.errors import LeakageError
from boldwise.evaluation.measures import Measure
from boldwise.evaluation.splits import Split
from boldwise.io.category_checks import COLUMNS, read_checks, write_check


@pytest.fixture
def split():
    part = np.array([[1, 2], [2, 1]], np.int8)
    fold = np.where(part == 1, 0, -1)
    return Split("main", np.array(["a", "b"]), part, fold, np.array(["1", "2"]), "-")


@pytest.fixture
def write(tmp_path, split):
    def write(space, value, split_hash=None):
        path = tmp_path / f"{space}.h5"
        labels = np.array(["cat", "dog"])
        arrays = {"label": labels, "predicted_label": labels, "classes": labels}
        decoded = Decoded(np.array(["b", "a"]), np.array([0, 1]), arrays, "-")
        draws = np.linspace(value - 0.1, value + 0.1, 101)
        accuracy = Measure(value, 0.5, 2.0, draws, np.linspace(0.4, 0.6, 99))
        about = {"split_hash": split_hash or split.hash, "n_features": 7}
        write_check(path, decoded, accuracy, about=about, provenance={})
        return path

    return write


def test_rows_hold_what_was_scored_best_first(write, split):
    rows = read_checks([write("gabor", 0.7), write("clip", 0.8)], split)

    assert [row["feature_space"] for row in rows] == ["clip", "gabor"]
    assert tuple(rows[0]) == COLUMNS
    assert rows[1]["accuracy"] == 0.7
    assert (rows[1]["n_features"], rows[1]["n_stimuli"], rows[1]["n_categories"]) == (
        *(7, 2, 2),
    )
    assert rows[1]["low"] < 0.7 < rows[1]["high"]
    assert rows[1]["p"] == 0.01
    assert rows[1]["shuffled_high"] == pytest.approx(0.595)


def test_a_check_under_another_split_is_refused(write, split):
    with pytest.raises(LeakageError, match="made under a split with hash 0123"):
        read_checks([write("gabor", 0.7, split_hash="0123")], split)

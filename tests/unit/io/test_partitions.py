"""Parts of scores read from the stores of banded encoders."""

import numpy as np
import pytest

from boldwise.errors import LeakageError
from boldwise.evaluation.splits import TEST, TRAIN, Split
from boldwise.io.partitions import read_partitions
from boldwise.io.stores import write_store

SPLIT = Split(
    "main",
    np.array(["a", "b"]),
    np.array([[TRAIN, TEST]]),
    np.array([[0, -1]]),
    np.array(["fold-0"]),
    "-",
)


def write(path, split_hash=SPLIT.hash, **datasets):
    product = np.array([[0.1, 0.2, 0.3], [0.0, 0.1, 0.0]], np.float32)
    write_store(
        path,
        {"product_r2": product, **datasets},
        schema="encoder",
        attributes={"split_hash": split_hash, "features": ["gabor", "words"]},
    )
    return path


def test_parts_come_with_the_names_of_their_spaces(tmp_path):
    unique = np.full((2, 3), 0.05, np.float32)
    path = write(tmp_path / "joint/sub-01.h5", unique_r2=unique)

    found = read_partitions([path], SPLIT)["joint"]

    assert list(found.spaces) == ["gabor", "words"]
    np.testing.assert_allclose(found.product_r2[0], [0.1, 0.2, 0.3])
    np.testing.assert_array_equal(found.unique_r2, unique)


def test_unique_variance_may_be_unknown(tmp_path):
    path = write(tmp_path / "joint/sub-01.h5")

    assert read_partitions([path], SPLIT)["joint"].unique_r2 is None


def test_encoders_of_another_split_are_refused(tmp_path):
    path = write(tmp_path / "joint/sub-01.h5", split_hash="another")

    with pytest.raises(LeakageError):
        read_partitions([path], SPLIT)

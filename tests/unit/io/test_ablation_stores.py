"""Ablations return from their stores as means over the test stimuli."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.decoders.ablation import Ablation
from boldwise.errors import LeakageError
from boldwise.evaluation.splits import Split
from boldwise.io.ablation_stores import read_ablations, write_ablation

SPLIT = Split(
    "main",
    np.array(["a", "b"]),
    np.array([[1, 2]], np.int8),
    np.array([[0, -1]]),
    np.array(["1"]),
    "-",
)
FOUND = Ablation(
    stimulus_id=np.array(["b", "c", "d"]),
    region=np.array(["V1", "brain"]),
    n_voxels=np.array([12, 90]),
    all_voxels=np.array([1.0, 0.8, 0.9]),
    alone=np.array([[0.5, 0.6, 0.7], [1.0, 0.8, 0.9]]),
    left_out=np.array([[0.9, 0.9, 0.9], [np.nan] * 3]),
    alone_p=np.array([0.01, 1.0]),
    lost_p=np.array([0.5, np.nan]),
    too_small=["V4"],
)


def write(folder, found=FOUND, split_hash=SPLIT.hash):
    path = folder / "reader/sub-01.h5"
    write_ablation(path, found, about={"split_hash": split_hash}, provenance={})
    return path


def test_shares_are_means_over_items(tmp_path):
    shares, small = read_ablations([write(tmp_path)], SPLIT)

    one = shares["reader"]["01"]["V1"]
    assert one.n_voxels == 12
    assert (one.all_voxels, one.alone, one.left_out) == pytest.approx((0.9, 0.6, 0.9))
    assert (one.alone_p, one.lost_p) == (0.01, 0.5)
    assert small == {"01": ["V4"]}


def test_nothing_left_stays_unknown(tmp_path):
    shares, _ = read_ablations([write(tmp_path)], SPLIT)

    assert np.isnan(shares["reader"]["01"]["brain"].left_out)


def test_an_ablation_of_another_split_is_refused(tmp_path):
    path = write(tmp_path, replace(FOUND), split_hash="0123")

    with pytest.raises(LeakageError, match="made under a split with hash 0123"):
        read_ablations([path], SPLIT)

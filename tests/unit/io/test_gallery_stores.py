"""Galleries return from their stores as they were made."""

import numpy as np
import pytest

from boldwise.decoders.gallery import Gallery
from boldwise.decoders.nearest_stimuli import NearestStimuli
from boldwise.errors import LeakageError
from boldwise.evaluation.decoding import Decoded
from boldwise.evaluation.held_out import find_held_out
from boldwise.evaluation.likeness import score_items
from boldwise.evaluation.splits import Split
from boldwise.io.gallery_stores import (
    read_gallery_measures,
    read_pointed,
    write_gallery,
)
from boldwise.io.stores import open_store, write_store

IDS = np.array(["a", "b", "c", "d"])
RNG = np.random.default_rng(0)
LESS = score_items(RNG.random((20, 2)), RNG.random((30, 2)), lower_is_better=True)


@pytest.fixture
def split():
    part = np.array([[1, 2, 1, 2]], np.int8)
    return Split("main", IDS, part, np.array([[0, -1, 0, -1]]), np.array(["1"]), "-")


@pytest.fixture
def write(tmp_path, split):
    def write(subject="01", split_hash=None, caption=("a dog", "a cat")):
        path = tmp_path / f"galleries/reader/sub-{subject}.h5"
        held_out = find_held_out(split, IDS)
        decoded = Decoded("ridge", held_out, np.zeros((2, 3)), np.zeros((2, 3)))
        near = np.array([["c", "a"], ["a", "c"]])
        nearest = NearestStimuli(near, np.array([[0.9, 0.1], [0.8, 0.2]]), near[:, 1])
        gallery = Gallery(
            nearest,
            None if caption is None else np.array(caption),
            None,
            items={"swav": np.array([0.1, 0.2])},
            measures={"swav": LESS},
            left_out={"clip": "no weights"},
        )
        about = {"split_hash": split_hash or split.hash}
        write_gallery(path, gallery, decoded, about=about, provenance={})
        return path

    return write


@pytest.fixture
def ranks(tmp_path, split):
    path = tmp_path / "identification/reader/sub-01.h5"
    write_store(
        path,
        {"rank": np.array([2.0, 1.0]), "n_pool": np.array([2, 2])},
        schema="identification",
        attributes={"split_hash": split.hash},
        provenance={},
    )
    return path


def test_measures_keep_their_numbers_and_direction(write, split):
    found, left_out = read_gallery_measures([write(), write("02")], split)

    one = found["reader"]["02"]["swav"]
    assert one.numbers() == pytest.approx(LESS.numbers(), nan_ok=True)
    assert one.lower_is_better
    assert left_out == {"clip": "no weights"}


def test_what_is_pointed_to_stands_beside_its_rank(write, ranks, split):
    one = read_pointed([write()], [ranks], split)["reader"]["01"]

    assert one.stimulus_id.tolist() == ["b", "d"]
    assert one.nearest.tolist() == ["c", "a"]
    assert one.caption.tolist() == ["a dog", "a cat"]
    assert one.rank.tolist() == [2, 1]
    assert one.r.tolist() == pytest.approx([0.9, 0.8])


def test_stimuli_without_captions_have_none(write, ranks, split):
    one = read_pointed([write(caption=None)], [ranks], split)["reader"]["01"]

    assert one.caption is None


def test_galleries_of_another_split_are_refused(write, ranks, split):
    path = write(split_hash="0123")

    with pytest.raises(LeakageError, match="made under a split with hash 0123"):
        read_gallery_measures([path], split)
    with pytest.raises(LeakageError, match="made under a split with hash 0123"):
        read_pointed([path], [ranks], split)


def test_a_store_tells_each_metric_in_a_sentence(write):
    with open_store(write(), schema="gallery") as store:
        assert "lower is better" in store.attributes["formulas"]["swav"]
        assert store["score/swav"][()].tolist() == [0.1, 0.2]

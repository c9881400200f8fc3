"""Trained models come back with every bit, and equal ones are equal bytes."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.errors import StoreError
from boldwise.io.catalogue import find_field
from boldwise.io.stores import open_store
from boldwise.io.training_stores import (
    Trained,
    read_histories,
    read_training,
    write_training,
)
from boldwise.training.history import History

GENERATOR = np.random.default_rng(0)
HISTORY = History(
    loss={"loss": [3.0, 1 / 3], "error": [2.0, 0.2]},
    validation={"loss": [2.5, 0.7]},
    learning_rate=[0.1, 0.05],
    seconds=[4.0, 5.0],
    waiting_s=[0.0, 1.0],
    best_epoch=1,
    n_steps=7,
    stopped_early=True,
)
WEIGHTS = {
    "layers.0.weight": GENERATOR.standard_normal((3, 4)).astype(np.float32),
    "query": GENERATOR.standard_normal((2, 3, 4)),
    "scale": np.array(0.1, np.float32),
    "none": np.empty((0, 3), np.float32),
    "norm.num_batches_tracked": np.array(9),
}
OPTIONS = {"n_queries": 3, "training": {"n_epochs": 2, "clip_norm": None}}


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "training.h5"
    runs = {"fold-0": Trained(WEIGHTS, HISTORY), "fold-1": Trained({}, History())}
    write_training(path, runs, options=OPTIONS, attributes={"kind": "region_query"})
    return path


def test_weights_and_options_come_back(path):
    runs, attributes = read_training(path)

    assert attributes["options"] == OPTIONS
    assert attributes["kind"] == "region_query"
    assert runs["fold-1"].weights == {}
    found = runs["fold-0"].weights
    assert found.keys() == WEIGHTS.keys()
    for name, weight in WEIGHTS.items():
        assert found[name].dtype == weight.dtype
        assert np.array_equal(found[name], weight)


def test_the_course_comes_back_without_seconds(path):
    expected = replace(HISTORY, seconds=[], waiting_s=[])

    assert read_training(path)[0]["fold-0"].history == expected
    assert read_histories(path) == {"fold-0": expected, "fold-1": History()}


def test_trainings_that_differ_in_seconds_only_are_equal_bytes(tmp_path):
    slow = replace(HISTORY, seconds=[40.0, 50.0])
    for name, history in (("a.h5", HISTORY), ("b.h5", slow)):
        run = {"01": Trained(WEIGHTS, history)}
        write_training(tmp_path / name, run, options=OPTIONS)

    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()


def test_every_field_is_in_the_catalogue(path):
    with open_store(path, schema="training") as store:
        fields = [find_field("training", name) for name in store.names]

    assert len(fields) == 5 + 4 + 1
    assert None not in fields


def test_a_label_with_a_slash_is_refused(tmp_path):
    runs = {"a/b": Trained({}, HISTORY)}

    with pytest.raises(StoreError, match="under the label 'a/b': a slash"):
        write_training(tmp_path / "training.h5", runs, options={})

"""Folders of models: licences, weights that fit, pooling that is stated."""

import json
import pickle

import numpy as np
import pytest
import torch
from torch import nn

from boldwise.errors import WeightsError
from boldwise.features.backends.checkpoints import (
    does_not_fit,
    gist,
    local_checkpoint,
    put_weights,
    read_checkpoint,
)
from boldwise.features.backends.huggingface_files import about_files, licence_of
from boldwise.features.backends.model_files import network_files
from boldwise.features.backends.passages import Passage, batches, plan_windows
from boldwise.features.backends.text_pooling import Pooling, find_pooling
from boldwise.features.backends.text_source import TextSource


@pytest.mark.parametrize(
    ("card", "licence"),
    [
        ("---\nlanguage: en\nlicense: apache-2.0\n---\n# Model", "apache-2.0"),
        ('---\nlicense: "mit"\n---\n', "mit"),
        ("\n---\nname: a---b\nlicense: mit\n---\n", "mit"),
        ("---\nlicense:\n- mit\n- bsd\n---\n", "not stated"),
        ("---\ntags: [x]\n---\nlicense: mit\n", "not stated"),
        ("# Model\n---\nlicense: mit\n---\n", "not stated"),
        ("license: mit\n", "not stated"),
        ("", "not stated"),
    ],
)
def test_a_licence_is_what_the_front_matter_says(tmp_path, card, licence):
    assert licence_of(tmp_path) == "not stated"

    (tmp_path / "README.md").write_text(card, encoding="utf-8")

    assert licence_of(tmp_path) == licence


def test_only_files_that_are_there_tell_about_a_model(tmp_path):
    assert about_files(tmp_path) == []

    (tmp_path / "config.json").write_text("{}")

    assert about_files(tmp_path) == [tmp_path / "config.json"]
    options = {"kind": "huggingface", "model": str(tmp_path), "weights": "gone.pt"}
    assert network_files(options) == [tmp_path / "config.json"]


def test_a_checkpoint_that_is_missing_is_told_with_where_it_was_looked_for(tmp_path):
    with pytest.raises(WeightsError, match=r"gone\.pt: no such checkpoint .* 'net'"):
        local_checkpoint("net", str(tmp_path / "gone.pt"))


def test_tensors_are_found_below_a_name_and_other_things_are_left_out(tmp_path):
    path = tmp_path / "nested.pt"
    weight = torch.arange(3.0)
    torch.save({"epoch": 4, "model": {"state_dict": 1, "w": weight, "n": 2}}, path)

    state = read_checkpoint(path)

    assert list(state) == ["w"]
    assert torch.equal(state["w"], weight)


def test_weights_of_another_shape_name_the_first_tensor(tmp_path):
    path = tmp_path / "other.pt"
    other = nn.Linear(5, 2).state_dict()

    with pytest.raises(WeightsError, match="do not fit the architecture of 'net'") as e:
        put_weights(lambda: nn.Linear(3, 2).load_state_dict(other), path, "net")

    assert "size mismatch for weight" in str(e.value)
    assert "\n" not in str(e.value)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (EOFError("it ends early"), "tensors only (it ends early)"),
        (pickle.UnpicklingError("weights_only=False"), "(it holds something else)"),
        (does_not_fit("a.pt", "net", "own"), "architecture of 'net' (own)"),
        (RuntimeError("PytorchStreamReader failed"), "cannot be read as safetensors"),
        (ValueError(), "do not fit the architecture of 'net' (ValueError)"),
    ],
)
def test_each_failure_is_told_as_what_it_is(tmp_path, error, words):
    def put():
        raise error

    with pytest.raises(WeightsError) as refused:
        put_weights(put, tmp_path / "a.pt", "net")

    assert words in str(refused.value)
    assert "weights_only" not in str(refused.value)


def test_a_long_complaint_is_cut():
    assert gist(RuntimeError(f"Error(s):\n\t{'x' * 200}\n\tlast")) == "x" * 160 + " …"


def test_a_folder_that_states_pooling_alone_takes_all_subwords_as_they_are(tmp_path):
    (tmp_path / "1_Pooling").mkdir()
    stated = {"pooling_mode": "max"}
    (tmp_path / "1_Pooling/config.json").write_text(json.dumps(stated))

    found = find_pooling(TextSource("mine", tmp_path, ()))

    assert found == Pooling("max", normalise=False, room=None)


def test_a_vector_of_zeros_has_no_length_to_be_divided_by():
    assert Pooling("mean", normalise=True, room=None).apply(np.zeros((4, 2))).any() == 0


def test_nothing_said_needs_no_window_and_no_batch():
    options = {"context": 3, "stride": 2, "room": 8, "causal": True}

    assert plan_windows(np.array([0]), **options) == []
    assert list(batches([])) == []


def test_the_longest_passages_go_first_and_equal_ones_keep_their_order():
    passages = [Passage(np.zeros(n, int), ()) for n in (2, 9, 2, 3)]

    assert [rows.tolist() for rows in batches(passages, 6)] == [[1], [3, 0], [2]]

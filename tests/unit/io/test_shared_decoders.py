"""Stores of decoders that subjects share: opened together, read like those of ridge."""

from types import SimpleNamespace

import numpy as np
import pytest

from boldwise.decoders.data import Decoded
from boldwise.decoders.shared_folds import FoldModel
from boldwise.evaluation.splits import TEST, TRAIN, Split
from boldwise.features.records import FittedFeatures, Stimuli
from boldwise.io import shared_decoders
from boldwise.io.catalogue import find_field
from boldwise.io.identification_stores import read_decoded
from boldwise.io.records import (
    write_fitted_features,
    write_responses,
    write_split,
    write_stimuli,
)
from boldwise.io.shared_decoders import (
    about_split,
    open_shared_data,
    small_pictures,
    write_shared_decoders,
    write_shared_models,
)
from boldwise.io.stores import open_store, write_store
from boldwise.io.training_stores import read_training
from boldwise.responses.records import Responses, Trials, Voxels
from boldwise.training.history import History

IDS = np.array(["a", "b", "c", "d"])
TOKEN = np.arange(4 * 4 * 2, dtype=np.float16).reshape(4, 4, 2)
PICTURES = np.random.default_rng(0).integers(0, 256, (4, 8, 8, 3), np.uint8)
SPLIT = Split(
    "main",
    IDS,
    np.array([[TRAIN, TRAIN, TEST, TEST]]),
    np.array([[0, 1, -1, -1]]),
    np.array(["x"]),
    "-",
)
OPTIONS = {"target": ["net", "words"], "low_level_px": 4}


def responses():
    one = np.full(4, "1")
    trials = Trials(IDS, one, one, np.arange(4.0), np.zeros(4, int))
    voxels = Voxels(np.zeros((2, 3), int), (1, 1, 1))
    return Responses(np.arange(8, dtype="f4").reshape(4, 2), trials, voxels)


@pytest.fixture
def given(tmp_path):
    paths = [tmp_path / f"sub-{name}.h5" for name in ("02", "01")]
    for path in paths:
        write_responses(path, responses(), provenance={})
    write_split(tmp_path / "split.h5", SPLIT, audit={}, provenance={})
    write_stimuli(tmp_path / "stimuli.h5", Stimuli(IDS, image=PICTURES), provenance={})
    fitted = FittedFeatures(IDS, np.ones((1, 4, 3), "f4"))
    write_fitted_features(tmp_path / "words.h5", fitted, provenance={})
    write_store(
        tmp_path / "net.h5",
        {"stimulus_id": IDS, "token": TOKEN},
        schema="features",
        attributes={"grid": [2, 2], "notes": {}},
    )
    return SimpleNamespace(
        responses=paths,
        split=tmp_path / "split.h5",
        stimuli=tmp_path / "stimuli.h5",
        features=[tmp_path / "words.h5"],
        tokens=[tmp_path / "net.h5"],
    )


def test_subjects_and_targets_come_by_name(given):
    places = {"net": ("net", None)}

    with open_shared_data(given, OPTIONS, places, keep="group") as data:
        assert list(data.subjects) == ["02", "01"]
        assert list(data.targets) == ["net", "words", "picture"]
        assert data.identifies == "net"
        study = data.study(0)
        assert study.targets["net"].shape == (4, 4, 2)
        assert np.array_equal(study.targets["net"][0:4], TOKEN)
        assert study.targets["words"].shape == (4, 3)
        assert study.targets["picture"].shape == (4, 3, 4, 4)


def test_many_responses_stay_on_disk(given, monkeypatch):
    monkeypatch.setattr(shared_decoders, "IN_MEMORY", 8)
    given.tokens = []

    with open_shared_data(
        given, {**OPTIONS, "target": ["words"]}, {}, keep="group"
    ) as data:
        brain = data.study(0).brains["01"]
        assert not isinstance(brain.responses, np.ndarray)
        assert brain.responses[0:1].tolist() == [[0.0, 1.0]]


def test_small_pictures_are_means_of_light():
    white = np.full((1, 8, 8, 3), 255, np.uint8)

    found = small_pictures(Stimuli(IDS[:1], image=white), 4)

    assert found.value.shape == (1, 3, 4, 4)
    np.testing.assert_allclose(found.value[0, 0], 1.0, atol=1e-3)  # all of lightness
    np.testing.assert_allclose(found.value[0, 1:], 0.0, atol=1e-3)


def test_what_is_written_is_read_like_any_decoder(tmp_path):
    arrays = {
        "prediction": np.ones((2, 3), "f4"),
        "target": np.zeros((2, 3), "f4"),
        "control/noise_input": np.ones((2, 5), "f4"),
        "training_distance": np.ones(2),
        "told/words": np.ones((2, 3), "f4"),
    }
    decoded = {"01": Decoded(IDS[2:], np.zeros(2, int), arrays, "z")}
    path = tmp_path / "sub-01.h5"

    about = about_split(SPLIT, OPTIONS)
    write_shared_decoders([path], decoded, about=about, provenance={})

    found = read_decoded(path, SPLIT)
    assert found.kind == "shared_latent"
    assert np.array_equal(found.prediction, arrays["prediction"])
    assert list(found.controls) == ["noise_input"]
    with open_store(path, schema="decoder") as store:
        assert [n for n in store.names if find_field("decoder", n) is None] == []


def test_models_come_back_with_their_courses(tmp_path):
    history = History(loss={"loss": [2.0, 1.0]}, learning_rate=[0.1, 0.1])
    models = [FoldModel({"maps.=01.weight": np.eye(2)}, history, 4)] * 2

    about = about_split(SPLIT, OPTIONS)
    path = tmp_path / "shared.h5"
    write_shared_models(path, models, options=OPTIONS, about=about, provenance={})

    runs, told = read_training(path)
    assert list(runs) == ["fold-0", "fold-1"]
    assert np.array_equal(runs["fold-1"].weights["maps.=01.weight"], np.eye(2))
    assert told["n_parameters"] == [4, 4]
    assert told["targets"] == ["net", "words"]

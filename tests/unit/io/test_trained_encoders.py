"""Stores of trained encoders: read like those of ridge, resumed, and told whole."""

from types import SimpleNamespace

import numpy as np
import pytest

from boldwise.encoders.trained_rows import SubjectRows
from boldwise.encoders.trained_task import FoldFit
from boldwise.errors import StoreError
from boldwise.evaluation.held_out import HeldOut
from boldwise.evaluation.splits import Split
from boldwise.features.records import FittedFeatures, Stimuli
from boldwise.io import trained_encoders
from boldwise.io.records import (
    write_fitted_features,
    write_responses,
    write_stimuli,
)
from boldwise.io.stores import open_store, write_store
from boldwise.io.trained_encoders import (
    checkpoints_beside,
    open_sources,
    read_subjects,
    write_shuffles,
    write_trained_encoders,
    write_trained_models,
)
from boldwise.io.training_stores import read_histories
from boldwise.responses.records import Responses, Trials, Voxels
from boldwise.training.history import History

IDS = np.array(["a", "b", "c"])
TOKEN = np.arange(3 * 4 * 2, dtype=np.float16).reshape(3, 4, 2)
GIVEN = {"about": {"split_hash": "5p1", "features": ["map"]}, "provenance": {}}


def fold_fit(number):
    history = History(loss={"loss": [2.0, 1.0]}, learning_rate=[0.1, 0.1])
    return FoldFit(
        prediction={"01": np.full((1, 2), number, np.float32)},
        weights={"map": {"readout.weight": np.ones((2, 3))}},
        histories={"map": history, "before": history},
        found={"attention/map": np.full((1, 1, 4), 0.25, np.float16)},
        n_parameters=6,
    )


def subject():
    voxels = Voxels(np.zeros((2, 3), int), (1, 1, 1), None, {"V1": np.array([1, 0])})
    held_out = HeldOut(IDS[:2], np.array([0, 1]), (IDS[:1], IDS[1:2]))
    rows = {0: np.array([1, 2]), 1: np.array([0, 2])}
    return SubjectRows(np.zeros((3, 2)), IDS, held_out, {}, rows, voxels)


@pytest.fixture
def stores(tmp_path):
    notes = {"notes": {}}
    layers = {"layers": {"one": {"grid": [2, 2]}, "two": {"grid": [1, 4]}}}
    write_store(
        tmp_path / "many.h5",
        {
            "stimulus_id": IDS,
            "layer/one/token": TOKEN,
            "layer/two/token": TOKEN + 1,
        },
        schema="features",
        attributes={**notes, **layers},
    )
    write_store(
        tmp_path / "single.h5",
        {"stimulus_id": IDS, "token": TOKEN + 2},
        schema="features",
        attributes={**notes, "grid": [4, 1]},
    )
    write_store(
        tmp_path / "vector.h5",
        {"stimulus_id": IDS, "feature": np.ones((3, 2))},
        schema="features",
        attributes=notes,
    )
    fitted = FittedFeatures(IDS, np.ones((1, 3, 2), np.float32))
    write_fitted_features(tmp_path / "fitted.h5", fitted, provenance={})
    picture = np.zeros((3, 4, 4, 3), np.uint8)
    write_stimuli(tmp_path / "stimuli.h5", Stimuli(IDS, picture), provenance={})

    def give(*names):
        return SimpleNamespace(
            tokens=[tmp_path / f"{name}.h5" for name in names],
            features=[tmp_path / "fitted.h5"],
            stimuli=tmp_path / "stimuli.h5",
        )

    return give


def test_tokens_are_found_in_entries_of_one_layer_and_of_several(stores):
    places = [("m-one", "one"), ("m-two", "two"), ("s", None), ("s-x", "x")]

    given = stores("many", "many", "single", "single")
    with open_sources(given, places, kind="region_query") as sources:
        found = {one.name: one for one in sources.tokens}

    assert [one.grid for one in sources.tokens] == [(2, 2), (1, 4), (4, 1), (4, 1)]
    for name, more in {"m-one": 0, "m-two": 1, "s": 2, "s-x": 2}.items():
        np.testing.assert_array_equal(found[name].token[1:], (TOKEN + more)[1:])
    assert sources.spaces[0].feature.shape == (1, 3, 2)
    assert sources.pictures is None


def test_pictures_are_there_for_who_learns_from_them(stores):
    with open_sources(stores(), [], kind="response_optimised") as sources:
        assert sources.pictures[1].shape == (4, 4, 3)
        assert sources.stimulus_id.tolist() == IDS.tolist()


def test_vectors_are_no_tokens(stores):
    with (
        pytest.raises(StoreError, match="holds no tokens on a grid for 'v'"),
        open_sources(stores("vector"), [("v", None)], kind="region_query"),
    ):
        pass


def test_checkpoints_outlive_a_failure_and_go_with_success(tmp_path):
    path = tmp_path / "sub-01.h5"

    def fail(folder):
        (folder / "x.safetensors").touch()
        raise ValueError("killed")

    with pytest.raises(ValueError, match="killed"), checkpoints_beside(path) as folder:
        fail(folder)
    assert [one.name for one in folder.iterdir()] == ["x.safetensors"]

    with checkpoints_beside(path) as again:
        assert again == folder
        assert len(list(again.iterdir())) == 1

    assert list(tmp_path.iterdir()) == []


def test_an_encoder_store_has_what_scoring_reads(tmp_path):
    path = tmp_path / "sub-01.h5"

    fits = [fold_fit(0), fold_fit(1)]
    write_trained_encoders([path], {"01": subject()}, fits, **GIVEN)

    with open_store(path, schema="encoder") as store:
        np.testing.assert_array_equal(store["prediction"][()], [[0, 0], [1, 1]])
        assert store["stimulus_id"].tolist() == ["a", "b"]
        assert store["fold"][()].tolist() == [0, 1]
        assert store["voxel/roi/V1"][()].tolist() == [True, False]
        assert store.attributes["n_parameters"] == [6, 6]
        assert store.attributes["n_train"] == [2, 2]
        assert store.attributes["split_hash"] == "5p1"


def test_models_of_all_folds_lie_in_one_store(tmp_path):
    path = tmp_path / "m.h5"

    fits = [fold_fit(0), fold_fit(1)]
    write_trained_models(path, fits, options={"kind": "region_query"}, **GIVEN)

    labels = {"fold-0-map", "fold-0-before", "fold-1-map", "fold-1-before"}
    assert set(read_histories(path)) == labels
    with open_store(path, schema="training") as store:
        assert store["fold-1-map/weight/readout.weight"].shape == (2, 3)
        assert store["found/fold-1/attention/map"].shape == (1, 1, 4)
        assert store.attributes["options"] == {"kind": "region_query"}


def test_shuffles_are_kept_by_subject(tmp_path):
    medians = {"01": {"all": np.array([0.1, 0.2])}, "02": {"all": np.array([0.3])}}
    paths = [tmp_path / f"sub-{name}.h5" for name in medians]

    write_shuffles(paths, medians, about={"split_hash": "5p1"}, provenance={})

    with open_store(paths[0], schema="shuffled") as store:
        assert store["roi/all"][()].tolist() == [0.1, 0.2]


def test_many_tokens_stay_on_disk_for_as_long_as_they_are_read(stores, monkeypatch):
    given = stores("single", "single")
    monkeypatch.setattr(trained_encoders, "IN_MEMORY", 2 * TOKEN.nbytes + 1)
    with open_sources(given, [("s", None), ("t", None)], kind="region_query") as few:
        assert all(isinstance(one.token, np.ndarray) for one in few.tokens)

    monkeypatch.setattr(trained_encoders, "IN_MEMORY", 2 * TOKEN.nbytes)
    with open_sources(given, [("s", None), ("t", None)], kind="region_query") as many:
        assert not any(isinstance(one.token, np.ndarray) for one in many.tokens)
        np.testing.assert_array_equal(many.tokens[0].token[2], TOKEN[2] + 2)

    np.testing.assert_array_equal(few.tokens[1].token, TOKEN + 2)
    assert not many.tokens[0].token  # An h5py dataset is false when its file is shut.


def test_subjects_are_read_by_their_names_and_repeats_averaged(tmp_path):
    ids = np.array(["a", "b", "c", "a"])
    text = np.array(["1"] * 4)
    trials = Trials(ids, text, text, np.arange(4.0), np.array([0, 0, 0, 1]))
    paths = [tmp_path / f"sub-{name}.h5" for name in ("02", "01")]
    for number, path in enumerate(paths):
        response = np.arange(8, dtype=np.float32).reshape(4, 2) + 10 * number
        voxels = Voxels(np.zeros((2, 3), int), (1, 1, 1), None, {})
        write_responses(path, Responses(response, trials, voxels), provenance={})
    write_stimuli(tmp_path / "s.h5", Stimuli(IDS, caption=IDS), provenance={})
    part = np.array([[1, 1, 2], [2, 1, 1]], np.int8)
    inner = np.array([[0, 1, -1], [-1, 0, 1]], np.int16)
    split = Split("main", IDS, part, inner, np.array(["f", "g"]), "By hand.")

    found = read_subjects(paths, split, tmp_path / "s.h5", keep="stimulus")

    assert list(found) == ["02", "01"]
    assert found["01"].held_out.stimulus_id.tolist() == ["c", "a"]
    assert found["02"].fold(0).train_id.tolist() == ["a", "b"]
    np.testing.assert_array_equal(found["02"].fold(0).response, [[3, 4], [2, 3]])
    np.testing.assert_array_equal(found["01"].fold(1).response, [[12, 13], [14, 15]])


def test_subjects_of_one_model_have_stores_of_their_own(tmp_path):
    subjects = {name: subject() for name in ("01", "02")}
    paths = [tmp_path / f"sub-{name}.h5" for name in ("02", "01")]
    fits = [fold_fit(0), fold_fit(1)]
    for fit in fits:
        fit.prediction["02"] = fit.prediction["01"] + 7

    write_trained_encoders(paths, subjects, fits, **GIVEN)

    for path, more in zip(paths, (7, 0), strict=True):
        with open_store(path, schema="encoder") as store:
            assert store["prediction"][()].tolist() == [[more] * 2, [more + 1] * 2]

"""What the report tells of trained encoders comes out of their stores."""

import numpy as np
import pytest

from boldwise.encoders.trained_task import FoldFit
from boldwise.errors import StoreError
from boldwise.features.records import FittedFeatures, Stimuli
from boldwise.io.records import read_split, write_fitted_features
from boldwise.io.score_stores import read_scores
from boldwise.io.stores import write_store
from boldwise.io.trained_encoders import write_trained_models
from boldwise.io.trained_results import (
    RidgeSizes,
    read_attention_maps,
    read_courses,
    read_fields,
    read_pairs,
    tabulate_training,
)
from boldwise.training.history import History

GIVEN = {"about": {"split_hash": "5p1", "features": ["map"]}, "provenance": {}}
FIELDS = ("x", "y", "size_x", "size_y")


def store_models(path, found, *, n_folds=2):
    """Write the models of an encoder as a job does."""
    fits = [
        FoldFit(
            prediction={},
            weights={},
            histories={
                "map": History(
                    loss={"loss": [2.0, 1.0, 0.5]},
                    validation={"loss": [2.0, 1.5, 1.6]},
                    learning_rate=[0.1] * 3,
                    best_epoch=1 + number,
                )
            },
            found={name: values + number for name, values in found.items()}
            if "query" not in found
            else found,
            n_parameters=10 + number,
        )
        for number in range(n_folds)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_trained_models(path, fits, options={"kind": "region_query"}, **GIVEN)
    return path


def test_courses_are_told_by_encoder_and_run(tmp_path):
    one = store_models(tmp_path / "queries/sub-01.h5", {})
    two = store_models(tmp_path / "queries/sub-02.h5", {})
    shared = store_models(tmp_path / "all/shared.h5", {})

    courses = read_courses([one, two, shared])

    assert list(courses) == ["queries", "all"]
    assert list(courses["queries"]) == [
        *("sub-01 fold-0-map", "sub-01 fold-1-map"),
        *("sub-02 fold-0-map", "sub-02 fold-1-map"),
    ]
    assert courses["all"]["shared fold-1-map"].judged == [2.0, 1.5, 1.6]


def test_weights_of_ridge_are_counted_beside(tmp_path):
    paths = [
        store_models(tmp_path / name, {})
        for name in ("queries/sub-01.h5", "all/shared.h5", "own/shared.h5")
    ]
    ridges = []
    for subject, n_voxels in (("01", 7), ("02", 5)):
        ridges.append(tmp_path / f"ridge/sub-{subject}.h5")
        ridges[-1].parent.mkdir(exist_ok=True)
        prediction = {"prediction": np.zeros((3, n_voxels))}
        write_store(ridges[-1], prediction, schema="encoder", attributes={})
    fitted = FittedFeatures(np.array(["a"]), np.zeros((1, 1, 4), np.float32))
    write_fitted_features(tmp_path / "map.h5", fitted, provenance={})
    beside = {"queries": {"ridge": ["map"]}, "all": {"ridge": ["map"]}, "own": {}}

    rows = list(tabulate_training(paths, ridges, [tmp_path / "map.h5"], beside))

    told = [
        (r["encoder"], r["subject"], r["ridge"], r["ridge_parameters"]) for r in rows
    ]
    assert told == [
        ("queries", "01", "ridge", 7 * 5),
        ("all", "all", "ridge", 12 * 5),
        ("own", "all", "n/a", "n/a"),
    ]
    assert {(r["n_parameters"], r["n_epochs"], r["best_epoch"]) for r in rows} == {
        (11, 3, 3)
    }


def test_pairs_join_the_voxels_of_all_subjects(tiny):
    split = read_split(tiny.root / "splits/main.h5")
    paths = tiny.files("scores/main/*/sub-*.h5")
    beside = {"gabor": {"words": ["words"]}, "words": {}}

    (pair,), normalised = read_pairs(paths, beside, split)

    assert normalised
    each = [read_scores(p, split) for p in paths if p.parent.name == "gabor"]
    wanted = np.concatenate([one.normalised_r for one in each])
    np.testing.assert_array_equal(pair.of_encoder, wanted)
    assert len(pair.of_ridge) == len(wanted)
    for name, inside in pair.regions.items():
        assert name != "all"
        assert inside.sum() == sum(one.masks[name].sum() for one in each)


def test_attention_is_joined_with_pictures_by_id(tmp_path):
    attention = np.random.default_rng(0).dirichlet(np.ones(4), (3, 2))
    found = {
        "attention/map": attention.astype(np.float16),
        "grid/map": np.array([2, 2]),
        "query": np.array(["V1 L", "V1 R"]),
        "test_id": np.array(["c", "a", "b"]),
    }
    path = store_models(tmp_path / "queries/sub-01.h5", found, n_folds=1)
    picture = np.stack([np.full((4, 4, 3), i, np.uint8) for i in range(3)])

    (maps,) = read_attention_maps([path], Stimuli(np.array(["a", "b", "c"]), picture))

    assert maps.encoder == "queries"
    assert maps.picture[:, 0, 0, 0].tolist() == [2, 0, 1]
    assert maps.attention.shape == (3, 2, 2, 2)
    np.testing.assert_allclose(maps.attention.reshape(3, 2, 4), attention, atol=1e-3)


@pytest.mark.parametrize("lead", ["", "01/"])
def test_fields_are_averaged_over_folds(tmp_path, lead):
    found = {f"{lead}field/{name}": np.array([0.25, 0.5]) for name in FIELDS}
    other = {f"02/field/{name}": np.array([9.0]) for name in FIELDS} if lead else {}
    path = store_models(tmp_path / "places/sub-01.h5", {**found, **other})

    fields = read_fields(path, "01")

    np.testing.assert_allclose(fields.x, [0.75, 1.0])  # of x and x + 1
    np.testing.assert_allclose(fields.size_y, [0.75, 1.0])


def test_a_store_without_fields_is_refused(tmp_path):
    path = store_models(tmp_path / "queries/sub-01.h5", {})

    with pytest.raises(StoreError, match="holds no receptive fields"):
        read_fields(path, "01")


@pytest.mark.parametrize("layer", ["attention", "net-attention-1", "map"])
def test_a_layer_may_be_called_attention_and_the_first_of_several_is_shown(
    tmp_path, layer
):
    found = {
        f"attention/{layer}": np.full((2, 1, 6), 1 / 6, np.float16),
        f"grid/{layer}": np.array([2, 3]),
        "attention/zz": np.full((2, 1, 4), 0.25, np.float16),
        "grid/zz": np.array([2, 2]),
        "query": np.array(["V1 L"]),
        "test_id": np.array(["a", "b"]),
    }
    path = store_models(tmp_path / "queries/sub-01.h5", found, n_folds=1)
    stimuli = Stimuli(np.array(["a", "b"]), np.zeros((2, 4, 4, 3), np.uint8))

    (maps,) = read_attention_maps([path], stimuli)

    assert maps.attention.shape == (2, 1, 2, 3)


def test_fields_of_a_subject_that_was_not_trained_are_refused(tmp_path):
    found = {f"02/field/{name}": np.array([0.5]) for name in FIELDS}
    path = store_models(tmp_path / "places/shared.h5", found)

    with pytest.raises(StoreError, match=r"shared\.h5: holds no receptive fields"):
        read_fields(path, "2")


def test_an_intercept_is_counted_for_each_voxel_of_one_subject_or_of_all():
    sizes = RidgeSizes({"01": 7, "02": 5}, {"map": 4, "words": 10})

    assert sizes.count("02", ["map"]) == 5 * 5
    assert sizes.count("01", ["map", "words"]) == 7 * 15
    assert sizes.count("all", ["words"]) == 12 * 11

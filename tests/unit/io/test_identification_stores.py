"""Decoders and their scores come back from their stores, joined by id."""

import numpy as np
import pytest

from boldwise.errors import DataError, LeakageError
from boldwise.evaluation.decoding import score_decoder
from boldwise.evaluation.splits import Split
from boldwise.io.identification_stores import (
    read_all_identifications,
    read_decoded,
    write_identification,
)
from boldwise.io.stores import open_store, write_store

OPTIONS = {"n_permutations": 19, "n_bootstraps": 20, "seed": 0}
IDS = np.array([f"s{k:02d}" for k in range(12)])


@pytest.fixture
def split():
    """Two folds that test six stimuli each."""
    part = np.array([[2] * 6 + [1] * 6, [1] * 6 + [2] * 6], np.int8)
    cv_fold = np.where(part == 1, 0, -1).astype(np.int16)
    return Split("main", IDS, part, cv_fold, np.array(["one", "two"]), "By hand.")


def write_decoder(path, split, datasets, kind):
    """Write a decoder store with its rows in an order of its own."""
    order = np.random.default_rng(0).permutation(12)
    rows = {"stimulus_id": IDS, "fold": np.repeat([0, 1], 6), **datasets}
    write_store(
        path,
        {name: np.asarray(values)[order] for name, values in rows.items()},
        schema="decoder",
        attributes={"kind": kind, "split_hash": split.hash},
    )


def test_patterns_are_put_in_the_order_of_the_split(tmp_path, split):
    target = np.random.default_rng(1).normal(size=(12, 5))
    datasets = {"prediction": target + 1, "target": target}
    write_decoder(tmp_path / "sub-01.h5", split, datasets, "ridge")

    decoded = read_decoded(tmp_path / "sub-01.h5", split)

    np.testing.assert_array_equal(decoded.target, target)
    np.testing.assert_array_equal(decoded.prediction, target + 1)
    assert decoded.held_out.fold.tolist() == [0] * 6 + [1] * 6
    assert decoded.held_out.widening == pytest.approx(np.sqrt(2))


def test_categories_are_read_as_the_truth_and_what_was_named(tmp_path, split):
    label = np.tile(["cat", "dog"], 6)
    datasets = {"label": label, "predicted_label": label[::-1]}
    write_decoder(tmp_path / "sub-01.h5", split, datasets, "category")

    decoded = read_decoded(tmp_path / "sub-01.h5", split)

    assert decoded.target.tolist() == label.tolist()
    assert decoded.prediction.tolist() == label[::-1].tolist()


def test_a_decoder_of_another_split_is_refused(tmp_path, split):
    other = Split("other", IDS, split.part[::-1].copy(), *vars_of(split))
    write_decoder(tmp_path / "sub-01.h5", other, {"label": IDS}, "category")

    with pytest.raises(LeakageError, match=r"sub-01.h5 was made under a split"):
        read_decoded(tmp_path / "sub-01.h5", split)


def vars_of(split):
    """Give the fields of a split behind its parts."""
    return split.cv_fold, split.fold_name, split.reason


def test_identification_comes_back_with_its_draws_and_nulls(tmp_path, split):
    target = np.random.default_rng(1).normal(size=(12, 5))
    datasets = {"prediction": target, "target": target}
    write_decoder(tmp_path / "decoder.h5", split, datasets, "ridge")
    decoded = read_decoded(tmp_path / "decoder.h5", split)
    found = score_decoder(decoded, pool_sizes=[2], options=OPTIONS)
    path = tmp_path / "clip" / "sub-01.h5"

    about = {"split_hash": split.hash}
    write_identification(path, found, decoded, about=about, provenance={})
    again = read_all_identifications([path], split)["clip"]["01"]

    assert list(again.measures) == list(found.measures)
    for name, one in found.measures.items():
        assert again.measures[name].numbers() == pytest.approx(one.numbers())
    np.testing.assert_array_equal(again.tables["pool_size"], [2, 6])
    with open_store(path, schema="identification") as store:
        assert store.attributes["top1"]["value"] == 1.0
        assert store.attributes["top1"]["chance"] == pytest.approx(1 / 6)
        assert store["rank"][()].tolist() == [1.0] * 12
        assert store["stimulus_id"].tolist() == IDS.tolist()


def test_a_median_rank_is_still_better_when_lower_after_reading(tmp_path, split):
    target = np.random.default_rng(1).normal(size=(12, 5))
    datasets = {"prediction": target, "target": target}
    write_decoder(tmp_path / "decoder.h5", split, datasets, "ridge")
    decoded = read_decoded(tmp_path / "decoder.h5", split)
    found = score_decoder(decoded, pool_sizes=[], options=OPTIONS)
    path = tmp_path / "clip" / "sub-01.h5"

    about = {"split_hash": split.hash}
    write_identification(path, found, decoded, about=about, provenance={})
    again = read_all_identifications([path], split)["clip"]["01"]

    assert again.measures["median_rank"].p == pytest.approx(1 / 20)


def test_controls_and_distances_come_back_in_the_order_of_the_split(tmp_path, split):
    target = np.random.default_rng(1).normal(size=(12, 5))
    rank = np.arange(1, 13)[:, None] % 6 + np.array([[1, 1, 1]])
    distance = np.linspace(0, 1, 12)
    datasets = {
        **{"prediction": target, "target": target},
        **{"control/noise_input": rank, "training_distance": distance},
    }
    write_decoder(tmp_path / "decoder.h5", split, datasets, "ridge")
    decoded = read_decoded(tmp_path / "decoder.h5", split)
    np.testing.assert_array_equal(decoded.controls["noise_input"], rank)
    np.testing.assert_array_equal(decoded.training_distance, distance)
    found = score_decoder(decoded, pool_sizes=[], options=OPTIONS)
    path = tmp_path / "clip" / "sub-01.h5"

    about = {"split_hash": split.hash}
    write_identification(path, found, decoded, about=about, provenance={})
    again = read_all_identifications([path], split)["clip"]["01"]

    assert set(again.controls) == set(found.controls)
    for name, draws in found.controls.items():
        np.testing.assert_array_equal(again.controls[name], draws)
    for name in ("bin_distance", "bin_two_way", "distance_trend"):
        np.testing.assert_array_equal(again.tables[name], found.tables[name])
    assert again.measures["median_rank_to_brain"].lower_is_better
    with open_store(path, schema="identification") as store:
        assert "Gaussian noise" in store.attributes["controls"]["noise_input"]
        assert "other direction" in store.attributes["formulas"]["top1_to_brain"]
        assert store["training_distance"][()].tolist() == distance.tolist()


def test_scores_of_another_split_are_refused(tmp_path, split):
    target = np.random.default_rng(1).normal(size=(12, 5))
    datasets = {"prediction": target, "target": target}
    write_decoder(tmp_path / "decoder.h5", split, datasets, "ridge")
    decoded = read_decoded(tmp_path / "decoder.h5", split)
    found = score_decoder(decoded, pool_sizes=[], options=OPTIONS)
    paths = [tmp_path / name for name in ("b/sub-02.h5", "a/sub-01.h5", "b/sub-01.h5")]
    for path in paths:
        about = {"split_hash": split.hash}
        write_identification(path, found, decoded, about=about, provenance={})

    again = read_all_identifications(paths, split)

    assert {one: list(own) for one, own in again.items()} == {
        "b": ["02", "01"],
        "a": ["01"],
    }
    assert again["a"]["01"].controls == {}
    other = Split("other", IDS, split.part[::-1].copy(), *vars_of(split))
    with pytest.raises(LeakageError, match=r"sub-02.h5 was made under a split"):
        read_all_identifications(paths, other)


def test_rows_that_the_split_does_not_hold_out_are_refused(tmp_path, split):
    label = np.tile(["cat", "dog"], 6)
    datasets = {"label": label, "predicted_label": label}
    swapped = {**datasets, "fold": np.repeat([1, 0], 6)}
    write_decoder(tmp_path / "sub-01.h5", split, swapped, "category")

    with pytest.raises(DataError, match="prediction"):
        read_decoded(tmp_path / "sub-01.h5", split)


def test_a_confusion_of_categories_comes_back_with_its_classes(tmp_path, split):
    label = np.tile(["cat", "dog"], 6)
    named = np.where(np.arange(12) < 3, "cat", label)
    datasets = {"label": label, "predicted_label": named}
    write_decoder(tmp_path / "sub-01.h5", split, datasets, "category")
    decoded = read_decoded(tmp_path / "sub-01.h5", split)
    found = score_decoder(decoded, pool_sizes=[], options=OPTIONS)
    path = tmp_path / "category" / "sub-01.h5"

    about = {"split_hash": split.hash}
    write_identification(path, found, decoded, about=about, provenance={})
    again = read_all_identifications([path], split)["category"]["01"]

    assert again.tables["classes"].tolist() == ["cat", "dog"]
    np.testing.assert_array_equal(again.tables["confusion"], found.tables["confusion"])
    assert list(again.measures) == list(found.measures)

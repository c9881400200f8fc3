"""Results read for the figures: by name, under one split."""

from dataclasses import replace

import numpy as np
import pytest
from tiny_study import ENCODERS, N_TEST, N_VOXELS, SUBJECTS

from boldwise.errors import LeakageError
from boldwise.io.identification_stores import read_all_identifications
from boldwise.io.records import read_split
from boldwise.io.score_stores import read_scores
from boldwise.io.stores import open_store
from boldwise.io.subject_results import (
    pool_curves,
    read_encoder_scores,
    read_ranks,
    read_recovery,
    read_score_table,
    read_shuffled,
    read_subject_results,
    sum_confusions,
)


@pytest.fixture(scope="module")
def split(tiny):
    return read_split(tiny.root / "splits/main.h5")


@pytest.fixture(scope="module")
def results(tiny, split):
    return read_subject_results(
        tiny.root / "ceilings/main/sub-01.h5",
        tiny.files("scores/main/*/sub-01.h5"),
        tiny.files("encoders/main/*/sub-01.h5"),
        split,
    )


def other(split):
    return replace(split, part=split.part[:, ::-1].copy())


def test_encoders_are_found_by_the_names_of_their_folders(results):
    assert set(results.scores) == set(results.alphas) == set(results.penalties)
    assert set(results.r) == set(ENCODERS)


def test_numbers_are_those_of_the_stores(results, tiny, split):
    path = tiny.root / "scores/main/words/sub-01.h5"

    np.testing.assert_array_equal(results.r["words"], read_scores(path, split).r)
    with open_store(tiny.root / "ceilings/main/sub-01.h5", schema="noise_ceiling") as s:
        np.testing.assert_array_equal(
            results.null_noise_ceiling, s["null_noise_ceiling"][()]
        )


def test_penalties_come_with_their_grid(results):
    assert results.alphas["gabor"].shape == (1, N_VOXELS)
    assert set(np.unique(results.alphas["gabor"])) <= set(results.penalties["gabor"])


def test_significant_voxels_are_those_below_the_rate(results):
    found = results.significant(0.05)

    np.testing.assert_array_equal(found["words"], results.scores["words"].q < 0.05)
    assert found["words"].sum() > found["gabor"].sum()


def test_scores_alone_come_with_the_places_of_their_voxels(tiny, split):
    scores, voxels = read_encoder_scores(tiny.files("scores/main/*/sub-02.h5"), split)

    assert set(scores) == set(ENCODERS)
    assert len(voxels) == N_VOXELS
    assert voxels.affine is not None


@pytest.mark.parametrize(
    "read",
    [
        lambda tiny, split: read_shuffled(tiny.files("shuffled/*/*/*.h5"), split),
        lambda tiny, split: read_ranks(
            tiny.files("identification/main/reader/*.h5"), split
        ),
        lambda tiny, split: read_subject_results(
            tiny.root / "ceilings/main/sub-01.h5", [], [], split
        ),
        lambda tiny, split: read_subject_results(
            tiny.root / "ceilings/main/sub-01.h5",
            [],
            tiny.files("encoders/main/*/sub-01.h5"),
            split,
        ),
        lambda tiny, split: read_encoder_scores(
            tiny.files("scores/main/*/sub-01.h5"), split
        ),
    ],
    ids=["shuffled", "ranks", "ceiling", "encoders", "scores"],
)
def test_what_was_made_under_another_split_is_refused(tiny, split, read):
    with pytest.raises(LeakageError, match="split 'main' has hash"):
        read(tiny, other(split))


def test_the_table_of_scores_is_keyed_by_what_it_is_about(tiny):
    table = read_score_table(tiny.root / "scores/main/scores.tsv")

    one = table["all", "all", "words", "r"]
    assert one.low <= one.value <= one.high
    assert one.n == len(SUBJECTS)
    assert np.isnan(table["all", "all", "words", "r2"].low)
    assert ("01", "V1<i>&", "gabor", "normalised_r") in table


def test_shuffles_are_read_by_model_subject_and_region(tiny, split):
    shuffled = read_shuffled(tiny.files("shuffled/main/*/*.h5"), split)

    assert set(shuffled) == set(ENCODERS)
    assert set(shuffled["words"]) == set(SUBJECTS)
    assert shuffled["words"]["01"]["V1<i>&"].shape == (9,)


def test_ranks_of_all_subjects_are_joined(tiny, split):
    ranks, pools = read_ranks(tiny.files("identification/main/reader/*.h5"), split)

    assert ranks["reader"].shape == (N_TEST * len(SUBJECTS),)
    assert set(pools["reader"]) == {N_TEST}
    assert ranks["reader"].min() >= 1


def test_pool_curves_are_those_of_the_stores(tiny, split):
    found = read_all_identifications(
        tiny.files("identification/main/reader/*.h5"), split
    )

    size, share = pool_curves(found)["reader"]["02"]

    assert size.tolist() == [2, 6, 12]
    assert (np.diff(share) <= 0).all()


def test_confusions_are_summed_over_subjects(tiny, split):
    found = read_all_identifications(
        tiny.files("identification/main/kinds/*.h5"), split
    )

    confusions, classes = sum_confusions(found)

    assert classes["kinds"].tolist() == ["face", "house"]
    np.testing.assert_array_equal(
        confusions["kinds"],
        sum(one.tables["confusion"] for one in found["kinds"].values()),
    )


def test_confusions_of_different_categories_are_joined_by_name():
    class One:
        def __init__(self, classes, confusion):
            self.tables = {
                "classes": np.array(classes),
                "confusion": np.array(confusion),
            }

    found = {"k": {"01": One(["b", "a"], [[1, 2], [3, 4]]), "02": One(["c"], [[7]])}}

    confusions, classes = sum_confusions(found)

    assert classes["k"].tolist() == ["a", "b", "c"]
    np.testing.assert_array_equal(confusions["k"], [[4, 3, 0], [2, 1, 0], [0, 0, 7]])


def test_recovered_voxels_of_all_subjects_are_joined(tiny):
    columns, normalised = read_recovery(
        tiny.root / "truth/recovery.h5", tiny.root / "truth/recovery.tsv"
    )

    assert {len(column) for column in columns.values()} == {2 * N_VOXELS}
    assert (columns["true_ceiling"][columns["population"] == "noise"] == 0).all()
    assert normalised == {("semantic", "words"): 0.91, ("semantic", "gabor"): 0.12}

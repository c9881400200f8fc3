"""Similarities of several subjects meet stimulus by stimulus, within folds."""

import numpy as np

from boldwise.evaluation.decoding import Decoded
from boldwise.evaluation.held_out import find_held_out
from boldwise.evaluation.identification import correlate_rows
from boldwise.evaluation.pooled_similarity import pool_similarities
from boldwise.evaluation.splits import TEST, TRAIN, Split
from boldwise.features.records import Stimuli

RNG = np.random.default_rng(0)
IDS = np.array([f"s{k}" for k in range(8)])
PART = np.full((2, 8), TRAIN, np.int8)
PART[0, :4], PART[1, 4:] = TEST, TEST
SPLIT = Split("main", IDS, PART, np.zeros((2, 8), np.int16), np.array(["a", "b"]), "")
LABEL = np.array(["dog;red", "cat", "dog", "cat", "cat", "dog", "cat", "dog"])


def decoded(seen=IDS, kind="ridge"):
    held_out = find_held_out(SPLIT, seen)
    n = len(held_out)
    return Decoded(kind, held_out, *RNG.normal(size=(2, n, 6)))


def test_the_mean_is_over_the_subjects_that_saw_both():
    whole, part = decoded(), decoded(IDS[1:])

    found = pool_similarities([whole, part], SPLIT, Stimuli(IDS))

    a = correlate_rows(whole.prediction[:4], whole.target[:4])
    b = correlate_rows(part.prediction[:3], part.target[:3])
    np.testing.assert_allclose(found.r[0, :4], a[0])
    np.testing.assert_allclose(found.r[1:4, 1:4], (a[1:, 1:] + b) / 2)
    assert found.n_subjects == 2


def test_nothing_is_compared_across_folds():
    found = pool_similarities([decoded()], SPLIT, Stimuli(IDS))

    assert np.isnan(found.r[:4, 4:]).all()
    assert np.isnan(found.r[4:, :4]).all()
    assert found.label.tolist() == ["a"] * 4 + ["b"] * 4
    assert not found.by_category


def test_rows_are_sorted_by_first_category_within_folds():
    found = pool_similarities([decoded()], SPLIT, Stimuli(IDS, category=LABEL))

    assert found.by_category
    assert found.label.tolist() == ["cat", "cat", "dog", "dog"] * 2
    assert found.stimulus_id.tolist() == [
        "s1",
        "s3",
        "s0",
        "s2",
        "s4",
        "s6",
        "s5",
        "s7",
    ]


def test_responses_across_subjects_are_centred_as_they_are_scored():
    one = decoded(kind="across_subjects")

    found = pool_similarities([one], SPLIT, Stimuli(IDS))

    expected = correlate_rows(one.prediction[:4], one.target[:4], centre=True)
    np.testing.assert_allclose(found.r[:4, :4], expected)

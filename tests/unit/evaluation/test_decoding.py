"""Decoders of patterns and of categories are each scored in their own way."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import spearmanr

from boldwise.evaluation.decoding import Decoded, score_decoder
from boldwise.evaluation.identification import identify

OPTIONS = {"n_permutations": 99, "n_bootstraps": 50, "seed": 0}


def patterns(n, noise, seed=0):
    """Predictions and targets of n items."""
    rng = np.random.default_rng(seed)
    target = rng.normal(size=(n, 40))
    return target + noise * rng.normal(size=(n, 40)), target


def test_patterns_are_identified_item_by_item(make_held_out):
    held_out = make_held_out(20, 14)
    decoded = Decoded("ridge", held_out, *patterns(34, 0.5))

    found = score_decoder(decoded, pool_sizes=[], options=OPTIONS)

    assert found.measures["top1"].value > 0.9
    assert found.items["n_pool"].tolist() == [20] * 20 + [14] * 14
    np.testing.assert_allclose(
        found.items["two_way"].mean(), found.measures["two_way"].value
    )


def test_pools_are_those_asked_for_and_always_all(make_held_out):
    decoded = Decoded("ridge", make_held_out(20, 14), *patterns(34, 2.0))

    asked = score_decoder(decoded, pool_sizes=[3], options=OPTIONS)
    default = score_decoder(decoded, pool_sizes=[], options=OPTIONS)

    assert asked.tables["pool_size"].tolist() == [3, 14]
    assert default.tables["pool_size"].tolist() == [2, 5, 10, 14]
    assert (np.diff(default.tables["pool_top1"]) < 0).all()


def test_brains_are_centred_before_they_are_compared(make_held_out):
    prediction, target = patterns(30, 1.0)
    common = 50 * np.random.default_rng(5).normal(size=40)
    gain = np.linspace(0.5, 2, 30)[:, None]
    held_out = make_held_out(30)

    found = {
        kind: score_decoder(
            Decoded(kind, held_out, prediction + common, gain * target + common),
            pool_sizes=[],
            options=OPTIONS,
        ).measures["top1"]
        for kind in ("across_subjects", "ridge")
    }

    assert found["across_subjects"].value > found["ridge"].value


def test_only_what_was_trained_across_folds_is_widened(make_held_out):
    held_out = make_held_out(15, 15)
    wide = replace(held_out, widening=np.sqrt(2))
    pair = patterns(30, 6.0)

    spread = {
        (kind, one.widening > 1): score_decoder(
            Decoded(kind, one, *pair), pool_sizes=[], options=OPTIONS
        )
        .measures["two_way"]
        .null.std()
        for kind in ("ridge", "across_subjects")
        for one in (held_out, wide)
    }

    assert spread["ridge", True] > 1.2 * spread["ridge", False]
    assert spread["across_subjects", True] == spread["across_subjects", False]


def test_centring_twice_changes_nothing(make_held_out):
    prediction, target = patterns(30, 1.0)
    centred = [values - values.mean(axis=0) for values in (prediction, target)]
    held_out = make_held_out(30)

    one, two = (
        score_decoder(
            Decoded("across_subjects", held_out, *pair), pool_sizes=[], options=OPTIONS
        )
        for pair in ((prediction, target), centred)
    )

    np.testing.assert_array_equal(one.items["rank"], two.items["rank"])


@pytest.mark.parametrize("classes", [np.array(["cat", "dog", "owl"]), None])
def test_categories_have_accuracy_and_confusions(make_held_out, classes):
    label = np.array(["cat", "dog", "owl"] * 4)
    predicted = label.copy()
    predicted[0] = "dog"
    decoded = Decoded("category", make_held_out(6, 6), predicted, label, classes)

    found = score_decoder(decoded, pool_sizes=[], options=OPTIONS)

    assert found.measures["accuracy"].value == pytest.approx(11 / 12)
    assert found.measures["accuracy"].chance == pytest.approx(1 / 3)
    assert found.tables["confusion"].tolist() == [[3, 1, 0], [0, 4, 0], [0, 0, 4]]
    assert found.items["correct"].tolist() == [False] + [True] * 11


def leaning(n=30):
    """Predictions that lean towards target 0, so that directions differ."""
    rng = np.random.default_rng(3)
    target = rng.normal(size=(n, 60))
    return target + 1.6 * target[0] + 0.5 * rng.normal(size=(n, 60)), target


def test_both_directions_are_scored_and_differ_where_a_target_attracts(make_held_out):
    decoded = Decoded("ridge", make_held_out(30), *leaning())

    found = score_decoder(decoded, pool_sizes=[], options=OPTIONS)

    to_brain = identify(*leaning(), np.zeros(30, int), distractors="predictions")
    np.testing.assert_array_equal(found.items["rank_to_brain"], to_brain.rank)
    measures = found.measures
    assert measures["top1_to_brain"].value == (to_brain.rank == 1).mean()
    assert measures["top1_to_brain"].value > measures["top1"].value
    assert measures["median_rank_to_brain"].lower_is_better
    assert "top1_corrected" not in measures


def test_corrected_scores_stand_beside_the_plain_ones(make_held_out):
    decoded = Decoded("ridge", make_held_out(30), *leaning())

    plain = score_decoder(decoded, pool_sizes=[], options=OPTIONS)
    found = score_decoder(decoded, pool_sizes=[], options=OPTIONS | {"hubness": "csls"})

    corrected = identify(*leaning(), np.zeros(30, int), hubness="csls")
    assert found.measures["top1"].value == plain.measures["top1"].value
    assert found.measures["top1_corrected"].value == (corrected.rank == 1).mean()


def test_controls_are_measured_and_distance_is_related_to_scores(make_held_out):
    prediction, target = patterns(30, 2.0)
    rank = np.tile(np.arange(1.0, 31), (4, 1)).T
    distance = np.arange(30) / 30
    noise = np.random.default_rng(7).normal(size=prediction.shape)
    decoded = Decoded(
        "ridge",
        make_held_out(30),
        prediction + 12 * distance[:, None] * noise,
        target,
        controls={"noise_input": rank},
        training_distance=distance,
    )

    found = score_decoder(decoded, pool_sizes=[], options=OPTIONS)

    np.testing.assert_allclose(found.controls["two_way_noise_input"], [0.5] * 4)
    assert found.controls["top1_noise_input"].shape == (4,)
    rho, p = found.tables["distance_trend"]
    expected = spearmanr(found.items["two_way"], distance).statistic
    assert rho == pytest.approx(expected)
    assert rho < -0.3
    assert p < 0.05
    assert found.tables["bin_n"].sum() == 30
    np.testing.assert_array_equal(found.items["training_distance"], distance)

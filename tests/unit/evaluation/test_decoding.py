"""Decoders of patterns and of categories are each scored in their own way."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.evaluation.decoding import Decoded, score_decoder

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

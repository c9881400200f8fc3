"""Measures sit at chance without signal, and their nulls and draws are right."""

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from boldwise.evaluation.formulas import FORMULAS
from boldwise.evaluation.held_out import permute_in_folds
from boldwise.evaluation.identification import identify
from boldwise.evaluation.measures import (
    average_measures,
    count_confusions,
    measure_categories,
    measure_ranks,
    weighted_median,
)

FOLD = np.repeat([0, 1], [20, 12])


def measure(prediction, target, *, seed=0, n_permutations=199):
    """Measures with 100 draws within two folds."""
    rng = np.random.default_rng(seed)
    weights = np.concatenate(
        [rng.multinomial(n, np.full(n, 1 / n), 100) for n in (20, 12)], axis=1
    ).astype(float)
    return measure_ranks(
        identify(prediction, target, FOLD),
        weights=weights,
        permutation=permute_in_folds(FOLD, n_permutations=n_permutations, seed=seed),
    )


def patterns(noise, seed=0):
    """Predictions and targets of 32 items."""
    rng = np.random.default_rng(seed)
    target = rng.normal(size=(32, 30))
    return target + noise * rng.normal(size=(32, 30)), target


def test_values_follow_their_formulas():
    prediction, target = patterns(2.5)
    ranks = identify(prediction, target, FOLD)

    found = measure(prediction, target)

    assert found["top1"].value == (ranks.rank == 1).mean()
    assert found["top5"].value == (ranks.rank <= 5).mean()
    assert found["median_rank"].value == np.median(ranks.rank)
    two_way = (ranks.n_pool - ranks.rank) / (ranks.n_pool - 1)
    assert found["two_way"].value == pytest.approx(two_way.mean())
    assert set(found) | {"accuracy"} == set(FORMULAS)


def test_chance_follows_from_the_pools():
    found = measure(*patterns(2.5))

    assert found["top1"].chance == pytest.approx((20 / 20 + 12 / 12) / 32)
    assert found["top5"].chance == pytest.approx((5 + 5) / 32)
    assert found["two_way"].chance == 0.5
    assert found["median_rank"].chance == (found["top1"].n_pool + 1) / 2


def test_permuted_measures_centre_on_chance():
    found = measure(*patterns(0.1), n_permutations=2000)

    for name in ("top1", "top5", "two_way"):
        assert found[name].null.mean() == pytest.approx(found[name].chance, abs=0.01)
    assert found["median_rank"].null.mean() == pytest.approx(8.5, abs=1)


def test_a_permuted_measure_is_that_of_permuted_targets():
    prediction, target = patterns(2.5)
    permutation = permute_in_folds(FOLD, n_permutations=199, seed=0)

    found = measure(prediction, target)

    moved = identify(prediction, target[permutation[17]], FOLD)
    assert found["top5"].null[17] == (moved.rank <= 5).mean()
    assert found["median_rank"].null[17] == np.median(moved.rank)


def test_signal_is_significant_in_both_directions_of_better():
    found = measure(*patterns(0.5))

    assert all(one.p == pytest.approx(1 / 200) for one in found.values())
    low, high = found["two_way"].interval
    assert low <= found["two_way"].value <= high


def test_noise_is_significant_in_five_percent():
    rng = np.random.default_rng(3)
    p = [
        measure(*rng.normal(size=(2, 32, 30)), seed=k)["two_way"].p for k in range(150)
    ]

    assert 0.01 <= np.mean(np.array(p) < 0.05) < 0.10


def test_medians_of_draws_are_medians_of_repeated_values():
    rng = np.random.default_rng(0)
    values = rng.integers(1, 20, 11).astype(float)
    weights = rng.multinomial(10, np.full(11, 1 / 11), 60).astype(float)
    weights[:30, 0] += 1  # odd and even totals

    expected = [np.median(np.repeat(values, row.astype(int))) for row in weights]

    np.testing.assert_array_equal(weighted_median(weights, values), expected)


def test_categories_are_counted_against_permuted_labels():
    label = np.tile(["face", "house", "tool", "cat"], 8)
    predicted = label.copy()
    predicted[::4] = "house"  # a quarter is wrong

    accuracy = measure_categories(
        label,
        predicted,
        n_classes=4,
        weights=np.ones((1, 32)),
        permutation=permute_in_folds(FOLD, n_permutations=999, seed=0),
    )

    assert accuracy.value == 0.75
    assert accuracy.chance == 0.25
    assert accuracy.null.mean() == pytest.approx(0.25, abs=0.01)
    assert accuracy.p == pytest.approx(1 / 1000)
    assert accuracy.draws.tolist() == [0.75]


def test_confusions_are_scikit_learns():
    rng = np.random.default_rng(0)
    classes = np.array(["a", "b", "c"])
    label, predicted = rng.choice(classes, (2, 50))

    np.testing.assert_array_equal(
        count_confusions(label, predicted, classes),
        confusion_matrix(label, predicted, labels=classes),
    )


def test_widened_measures_keep_their_value_and_their_range():
    found = measure(*patterns(0.5))

    for name, one in found.items():
        wide = one.widened(2.0)
        assert wide.value == one.value
        assert wide.p >= one.p
        if name != "median_rank":
            assert (wide.draws.min() >= 0) & (wide.draws.max() <= 1)
            assert (wide.null.min() >= 0) & (wide.null.max() <= 1)
    two_way = found["two_way"]
    assert two_way.widened(2.0).null.std() == pytest.approx(2 * two_way.null.std())
    assert found["median_rank"].widened(2.0).draws.min() >= 1


def test_cross_validated_categories_of_noise_are_named_at_five_percent_at_most():
    # Nearest class mean, one run left out: the same pairs train and test.
    rng = np.random.default_rng(4)
    label, fold = np.tile(["a", "b", "c", "d"], 8), np.repeat(np.arange(8), 4)
    permutation = permute_in_folds(fold, n_permutations=99, seed=0)
    rejected = 0
    for _ in range(150):
        brain, predicted = rng.normal(size=(32, 40)), label.copy()
        for k in range(8):
            means = [brain[(fold != k) & (label == c)].mean(axis=0) for c in "abcd"]
            distance = [((brain[fold == k] - mean) ** 2).sum(axis=1) for mean in means]
            predicted[fold == k] = np.array(list("abcd"))[np.argmin(distance, axis=0)]
        accuracy = measure_categories(
            label,
            predicted,
            n_classes=4,
            weights=np.ones((1, 32)),
            permutation=permutation,
            widening=np.sqrt(2),
        )
        rejected += accuracy.p < 0.05

    assert rejected / 150 < 0.07


def test_subjects_are_averaged_permutation_by_permutation():
    one, two = (measure(*patterns(n, seed=s))["two_way"] for s, n in ((0, 2), (1, 4)))

    mean = average_measures([one, two], seed=0)

    assert mean.value == pytest.approx((one.value + two.value) / 2)
    np.testing.assert_allclose(mean.null, (one.null + two.null) / 2)
    assert mean.null.std() < one.null.std()
    assert mean.draws.shape == one.draws.shape


def test_numbers_hold_all_that_a_reader_needs():
    numbers = measure(*patterns(1.0))["top1"].numbers()

    assert list(numbers) == [
        *("value", "low", "high", "chance", "p", "n_pool"),
        *("shuffled", "shuffled_low", "shuffled_high"),
    ]

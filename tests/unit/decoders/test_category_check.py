"""The check of features: sharp where they tell categories, at chance elsewhere."""

from dataclasses import replace

import numpy as np

from boldwise.decoders.category_check import check_categories

OPTIONS = {"n_permutations": 99, "n_bootstraps": 100, "seed": 0}


def check(data):
    return check_categories(data.target, data.stimuli, data.split, options=OPTIONS)


def test_the_accuracy_is_the_share_that_is_right(data):
    decoded, accuracy = check(data)

    right = decoded.arrays["label"] == decoded.arrays["predicted_label"]
    assert accuracy.value == right.mean() > 0.8
    assert accuracy.chance == 1 / 3
    assert accuracy.p == 0.01
    low, high = accuracy.interval
    assert low <= accuracy.value <= high


def test_shuffled_features_know_nothing(data):
    rng = np.random.default_rng(3)
    feature = data.target.feature[:, rng.permutation(72)]

    _, accuracy = check(replace(data, target=replace(data.target, feature=feature)))

    assert abs(accuracy.value - 1 / 3) < 0.2
    assert accuracy.p > 0.05

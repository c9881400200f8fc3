"""Shuffled features are the same numbers with other stimuli, and no leak."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.features.records import FittedFeatures
from boldwise.features.shuffling import shuffle_features

IDS = np.array([f"s{i:02d}" for i in range(40)])
PARTS = [(IDS[:20], IDS[20:30]), (IDS[10:30], IDS[:10])]


def fitted(n_folds):
    feature = np.arange(n_folds * 40 * 2, dtype=np.float32).reshape(n_folds, 40, 2)
    return FittedFeatures(IDS, feature, {"model": "x"})


def rows_of(fold, ids):
    return {tuple(row) for row in fold.rows(ids).tolist()}


@pytest.mark.parametrize("n_folds", [1, 2])
def test_each_part_of_each_fold_keeps_its_rows_in_another_order(n_folds):
    space = fitted(n_folds)

    found = shuffle_features(space, PARTS, seed=1)

    assert found.feature.shape == (2, 40, 2)
    for number, parts in enumerate(PARTS):
        before, after = space.fold(number), found.fold(number)
        for ids in parts:
            assert rows_of(before, ids) == rows_of(after, ids)
            same = (before.rows(ids) == after.rows(ids)).all(axis=1)
            assert same.mean() < 0.5
        rest = np.setdiff1d(IDS, np.concatenate(parts))
        np.testing.assert_array_equal(before.rows(rest), after.rows(rest))


def test_folds_and_seeds_draw_orders_of_their_own():
    same = [(IDS[:20], IDS[20:])] * 2
    first, second = (
        shuffle_features(fitted(1), same, seed=seed).feature for seed in (0, 1)
    )

    assert not np.array_equal(first[0], first[1])
    assert not np.array_equal(first, second)
    again = shuffle_features(fitted(1), same, seed=0).feature
    np.testing.assert_array_equal(first, again)


def test_every_order_is_equally_likely():
    """A stimulus keeps its own features once in n draws, as in any true null."""
    parts = [(IDS[:4], IDS[4:5])]
    kept = [
        (shuffle_features(fitted(1), parts, seed=s).feature[0, :4, 0] // 2)
        for s in range(600)
    ]

    share = [(np.array(kept) == i).mean(axis=0) for i in range(4)]
    np.testing.assert_allclose(share, 0.25, atol=0.07)


def test_the_notes_tell_it_and_keep_what_was_there():
    notes = shuffle_features(fitted(1), PARTS, seed=7).notes

    assert notes["model"] == "x"
    assert notes["shuffled"].endswith("within training and within test, seed 7")


def test_an_unknown_stimulus_is_named():
    with pytest.raises(DataError, match="1 stimulus ids have no features: 's99'"):
        shuffle_features(fitted(1), [(np.array(["s99"]), IDS[:2])])

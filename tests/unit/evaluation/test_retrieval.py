"""Directions are what they say, also where published labels say otherwise."""

import numpy as np
import pytest

from boldwise.errors import ConfigError, DataError, ShapeMismatchError
from boldwise.evaluation.identification import identify
from boldwise.evaluation.retrieval import (
    DISTRACTORS,
    cosine_rows,
    mindeye_compat,
    two_way_identification,
)

RNG = np.random.default_rng(0)
SIMILARITY = RNG.integers(0, 6, (12, 12)) / 6


def leaning(n=40, seed=3):
    """Predictions that lean towards target 0: brains confuse it, stimuli do not."""
    rng = np.random.default_rng(seed)
    target = rng.normal(size=(n, 80))
    return target + 1.6 * target[0], target


def two_way_by_hand(rows, ties):
    """Points of each row's diagonal against all other entries of the row."""
    shares = []
    for i, row in enumerate(rows):
        points = [
            1.0 if row[j] < row[i] else 0.5 * (ties == "half") * (row[j] == row[i])
            for j in range(len(row))
            if j != i
        ]
        shares.append(np.mean(points))
    return np.array(shares)


def test_cosines_are_of_flattened_patterns():
    a, b = RNG.normal(size=(3, 2, 4)), RNG.normal(size=(5, 2, 4))
    a[1] = 0

    found = cosine_rows(a, b)

    expected = np.einsum("iab,jab->ij", a, b) / (
        np.linalg.norm(a, axis=(1, 2))[:, None].clip(1e-9)
        * np.linalg.norm(b, axis=(1, 2))
    )
    np.testing.assert_allclose(np.delete(found, 1, 0), np.delete(expected, 1, 0))
    assert np.isnan(found[1]).all()


@pytest.mark.parametrize("ties", ["half", "lost"])
@pytest.mark.parametrize("direction", list(DISTRACTORS))
def test_two_way_identification_is_a_loop_over_distractors(direction, ties):
    found = two_way_identification(SIMILARITY, direction=direction, ties=ties)

    rows = SIMILARITY if direction == "brain_to_stimulus" else SIMILARITY.T
    np.testing.assert_allclose(found, two_way_by_hand(rows, ties))


@pytest.mark.parametrize("direction", list(DISTRACTORS))
def test_two_way_identification_agrees_with_ranks(direction):
    prediction, target = RNG.normal(size=(2, 9, 6))
    similarity = np.corrcoef(prediction, target)[:9, 9:]

    found = two_way_identification(similarity, direction=direction)
    ranks = identify(
        prediction, target, np.zeros(9, int), distractors=DISTRACTORS[direction]
    )

    np.testing.assert_allclose(found, (9 - ranks.rank) / 8)


def test_the_axis_of_the_distractors_matters_where_one_target_attracts_all():
    similarity = cosine_rows(*leaning())

    to_stimulus, to_brain = (
        two_way_identification(similarity, direction=one).min() for one in DISTRACTORS
    )

    assert to_stimulus < 1 == to_brain


def test_published_labels_are_the_reverse_of_the_directions():
    prediction, target = leaning()
    fold = np.zeros(40, int)

    published = mindeye_compat(prediction, target, n_pool=40, n_draws=2)
    which_stimulus = identify(prediction, target, fold).rank
    which_brain = identify(prediction, target, fold, distractors="predictions").rank

    assert (which_brain == 1).mean() == 1 > (which_stimulus == 1).mean()
    np.testing.assert_allclose(published.image, (which_brain == 1).mean())
    np.testing.assert_allclose(published.brain, (which_stimulus == 1).mean())


def test_published_pools_are_drawn_by_the_legacy_generator():
    prediction, target = RNG.normal(size=(2, 30, 5)) + RNG.normal(size=(30, 5))

    found = mindeye_compat(prediction, target, n_pool=10, n_draws=3, seed=42)

    generator = np.random.RandomState(42)
    for draw in range(3):
        rows = generator.choice(np.arange(30), size=10, replace=False)
        unit = [
            one[rows] / np.linalg.norm(one[rows], axis=1, keepdims=True)
            for one in (target, prediction)
        ]
        by_image = unit[0] @ unit[1].T
        assert found.image[draw] == (by_image.argmax(1) == np.arange(10)).mean()
        assert found.brain[draw] == (by_image.argmax(0) == np.arange(10)).mean()


def test_a_tie_is_not_found():
    target = np.eye(4)
    target[1] = target[0]

    found = mindeye_compat(target, target, n_pool=4, n_draws=1)

    assert found.image.tolist() == found.brain.tolist() == [0.5]


def test_what_cannot_be_retrieved_is_refused():
    with pytest.raises(ShapeMismatchError, match=r"\(4, 3\), targets \(5, 3\)"):
        mindeye_compat(np.ones((4, 3)), np.ones((5, 3)))
    with pytest.raises(DataError, match=r"pools of 300.*5 test"):
        mindeye_compat(np.ones((5, 3)), np.ones((5, 3)))
    with pytest.raises(ShapeMismatchError, match="4 predictions and 5 targets"):
        two_way_identification(np.ones((4, 5)))
    with pytest.raises(DataError, match="among 1 item"):
        two_way_identification(np.ones((1, 1)))
    with pytest.raises(ConfigError, match="no direction is called 'image'"):
        two_way_identification(SIMILARITY, direction="image")
    with pytest.raises(ConfigError, match="no rule of ties is called 'won'"):
        two_way_identification(SIMILARITY, ties="won")

"""Windows cover every word once, with the context that was promised."""

import numpy as np
import pytest

from boldwise.errors import ConfigError
from boldwise.features.backends.passages import (
    Passage,
    batches,
    cut_passages,
    plan_windows,
    read_spans,
)

ROOMY = 10_000


def bounds_of(seed, n_words=60):
    """Cut words into one to five sub-words each."""
    sizes = np.random.default_rng(seed).integers(1, 6, n_words)
    return np.concatenate([[0], np.cumsum(sizes)])


def seen_from(windows):
    """Tell for each word how many words before it its window has."""
    return {
        word: word - one.start for one in windows for word in range(one.first, one.stop)
    }


@pytest.mark.parametrize("stride", [1, 4, 16])
@pytest.mark.parametrize("context", [0, 1, 7, 100])
@pytest.mark.parametrize("room", [45, ROOMY])
def test_every_word_is_described_once_with_at_least_its_context(context, stride, room):
    bounds = bounds_of(context + stride)
    if context == 100 and room == 45:
        return
    windows = plan_windows(
        bounds, context=context, stride=stride, room=room, causal=True
    )

    described = [word for one in windows for word in range(one.first, one.stop)]
    assert described == list(range(60))
    for word, seen in seen_from(windows).items():
        assert min(word, context) <= seen <= max(context + stride - 1, 0)
    assert all(bounds[one.stop] - bounds[one.start] <= room for one in windows)


def test_a_stride_of_one_gives_exactly_the_context():
    windows = plan_windows(bounds_of(1), context=5, stride=1, room=ROOMY, causal=True)

    assert seen_from(windows) == {word: min(word, 5) for word in range(60)}


def test_long_strides_need_fewer_subwords():
    bounds = bounds_of(2, n_words=500)

    read = {
        stride: sum(
            int(bounds[one.stop] - bounds[one.start])
            for one in plan_windows(
                bounds, context=50, stride=stride, room=ROOMY, causal=True
            )
        )
        for stride in (1, 50)
    }

    assert read[50] < 2.1 * bounds[-1]
    assert read[1] > 40 * bounds[-1]


def test_a_model_that_sees_both_sides_has_a_window_for_each_word_that_ends_there():
    windows = plan_windows(bounds_of(3), context=4, stride=1, room=ROOMY, causal=False)

    assert [one.stop - one.first for one in windows] == [1] * 60
    assert [one.stop for one in windows] == list(range(1, 61))


def test_a_context_that_does_not_fit_says_how_much_would():
    bounds = np.arange(0, 3 * 40 + 1, 3)
    told = r"context of 20 words takes up to 63 sub-words, .* takes 30 .* to 9 or less"
    with pytest.raises(ConfigError, match=told):
        plan_windows(bounds, context=20, stride=1, room=30, causal=True)

    plan_windows(bounds, context=9, stride=1, room=30, causal=True)
    with pytest.raises(ConfigError, match="takes up to 33 sub-words"):
        plan_windows(bounds, context=10, stride=1, room=30, causal=True)


def test_a_word_longer_than_the_model_is_told_too():
    with pytest.raises(ConfigError, match=r"takes 3 beside .* Mend the transcript"):
        plan_windows(np.array([0, 5, 6]), context=0, stride=1, room=3, causal=True)


def test_passages_carry_marks_and_the_places_of_their_words():
    bounds, token = np.array([0, 2, 3, 6]), np.arange(10, 16)
    windows = plan_windows(bounds, context=1, stride=1, room=ROOMY, causal=False)

    passages = cut_passages(token, bounds, windows, ((1,), (2,)))

    assert [one.token.tolist() for one in passages] == [
        [1, 10, 11, 2],
        [1, 10, 11, 12, 2],
        [1, 12, 13, 14, 15, 2],
    ]
    assert [one.spans for one in passages] == [((1, 3),), ((3, 4),), ((2, 5),)]


def test_batches_hold_each_passage_once_and_no_more_subwords_than_allowed():
    lengths = np.random.default_rng(0).integers(1, 40, 100)
    passages = [Passage(np.zeros(n, int), ()) for n in [*lengths, 200]]

    rows = list(batches(passages, size=100))

    assert sorted(np.concatenate(rows)) == list(range(101))
    filled = [len(own) * max(len(passages[row].token) for row in own) for own in rows]
    assert filled[0] == 200  # longer than a batch, so by itself
    assert max(filled[1:]) <= 100


def test_a_span_is_read_as_its_mean_its_last_subword_or_the_class_token():
    state = np.arange(10.0).reshape(5, 2)
    spans = [(1, 3), (3, 4)]

    assert read_spans(state, spans, "mean").tolist() == [[3, 4], [6, 7]]
    assert read_spans(state, spans, "last").tolist() == [[4, 5], [6, 7]]
    assert read_spans(state, spans, "class").tolist() == [[0, 1], [0, 1]]

"""Contextual states: what a word may know of the others, and what it must not."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from boldwise.errors import ConfigError, DataError
from boldwise.features.backends.text_loading import load_text_model
from boldwise.features.backends.text_model import tokenise
from boldwise.features.backends.text_pooling import Pooling
from boldwise.features.backends.text_reading import (
    LanguageOptions,
    find_layers,
    refuse_reading,
    states_of_lines,
    states_of_words,
    stride_of,
)
from boldwise.features.backends.text_source import find_text_source

WORD, CONTEXT = 20, 4
CLOSE = {"rtol": 0, "atol": 2e-6}


@pytest.fixture(scope="module")
def causal(causal_folder):
    """Load the tiny GPT-2."""
    return load_text_model(find_text_source(str(causal_folder)))


@pytest.fixture(scope="module")
def two_sided(two_sided_folder):
    """Load the tiny BERT."""
    return load_text_model(find_text_source(str(two_sided_folder)))


@pytest.fixture(params=["causal", "two_sided"])
def model(request):
    """Take both models in turn."""
    return request.getfixturevalue(request.param)


def states(model, words, **options):
    """Describe words by the last layer."""
    chosen = LanguageOptions(model="here", **options)
    return states_of_words(model, words, chosen)[0]


def replaced(words, place):
    """Put another word in one place."""
    return [*words[:place], "pictures", *words[place + 1 :]]


def by_hand(model, words):
    """Run one text through the network itself."""
    before, after = model.marks
    token, bounds = tokenise(model, words)
    ids = torch.tensor([[*before, *token.tolist(), *after]])
    with torch.inference_mode():
        state = model.network(input_ids=ids).last_hidden_state[0].numpy()
    return state[len(before) :], bounds


def test_subwords_are_averaged(causal, story):
    words = story[:15]
    state, bounds = by_hand(causal, words)

    described = states(causal, words, context=50)

    assert max(np.diff(bounds)) > 2
    for word, (start, stop) in enumerate(pairwise(bounds)):
        np.testing.assert_allclose(
            described[word], state[start:stop].mean(axis=0), **CLOSE
        )


def test_a_model_that_sees_both_sides_is_given_the_text_up_to_the_word(
    two_sided, story
):
    described = states(two_sided, story[:15], context=5)

    for word in (0, 3, 14):
        state, bounds = by_hand(two_sided, story[max(0, word - 5) : word + 1])
        own = state[bounds[-2] : bounds[-1]].mean(axis=0)
        np.testing.assert_allclose(described[word], own, **CLOSE)


def test_the_last_subword_may_stand_for_a_word(causal, story):
    state, bounds = by_hand(causal, story[:15])

    described = states(causal, story[:15], context=50, read="last")

    np.testing.assert_allclose(described, state[bounds[1:] - 1], **CLOSE)


def test_a_word_just_beyond_the_context_changes_nothing(model, story):
    before = states(model, story, context=CONTEXT, stride=1)

    after = states(
        model, replaced(story, WORD - CONTEXT - 1), context=CONTEXT, stride=1
    )

    np.testing.assert_allclose(after[WORD], before[WORD], **CLOSE)


@pytest.mark.parametrize("back", [1, CONTEXT])
def test_a_word_within_the_context_changes_what_follows(model, story, back):
    before = states(model, story, context=CONTEXT, stride=1)

    after = states(model, replaced(story, WORD - back), context=CONTEXT, stride=1)

    assert np.abs(after[WORD] - before[WORD]).max() > 1e-4


@pytest.mark.parametrize("stride", [None, 1])
def test_nothing_is_known_before_it_is_said(model, story, stride):
    before = states(model, story, context=CONTEXT, stride=stride)

    after = states(model, replaced(story, WORD + 1), context=CONTEXT, stride=stride)

    np.testing.assert_allclose(after[: WORD + 1], before[: WORD + 1], **CLOSE)
    assert np.abs(after[WORD + 1] - before[WORD + 1]).max() > 1e-4


def test_strides_agree_where_a_window_has_exactly_the_context(causal, story):
    context, stride = 6, 5
    one, many = (states(causal, story, context=context, stride=k) for k in (1, stride))

    opened = context + stride  # the first window describes so many words
    exact = [*range(context + 1), *range(opened, len(story), stride)]
    np.testing.assert_allclose(many[exact], one[exact], **CLOSE)
    others = np.setdiff1d(np.arange(len(story)), exact)
    assert np.abs(many[others] - one[others]).max(axis=1).min() > 1e-5  # know more


def test_any_stride_gives_the_whole_past_where_the_context_reaches_it(causal, story):
    short = story[:25]
    one, many = (states(causal, short, context=25, stride=k) for k in (1, 9))

    np.testing.assert_allclose(many, one, **CLOSE)


def test_without_context_equal_words_are_equal(model, story):
    described = states(model, story, context=0)

    book = [place for place, word in enumerate(story) if word == "book"]
    assert len(book) == 2
    np.testing.assert_allclose(described[book[0]], described[book[1]], **CLOSE)


def test_layers_come_from_one_pass_in_the_order_asked_for(causal, story):
    asked = LanguageOptions(model="here", layers=[2, "h.1", "hidden.0", -1])

    found = states_of_words(causal, story, asked)

    names = list(find_layers(causal, asked).values())
    assert names == ["hidden.2", "h.1", "hidden.0", "hidden.3"]
    np.testing.assert_array_equal(found[0], found[1])  # state 2 is what block 1 gives
    assert np.abs(found[0] - found[3]).max() > 0.01


def test_an_unknown_layer_gets_a_hint(causal):
    with pytest.raises(ConfigError, match=r"no layer 'hidden_2'; did you mean"):
        find_layers(causal, LanguageOptions(model="here", layer="hidden_2"))
    with pytest.raises(ConfigError, match=r"layer 4: .* has 4 layers, from 0 to 3"):
        find_layers(causal, LanguageOptions(model="here", layer=4))


def test_any_module_that_gives_a_vector_per_subword_is_a_layer(causal, story):
    options = LanguageOptions(model="here", layer="h.0.mlp")

    with pytest.raises(ConfigError, match=r"gives shape .* not one vector for each"):
        states_of_words(causal, story, LanguageOptions(model="here", layer="wpe"))
    with pytest.raises(ConfigError, match="gives no numbers"):
        states_of_words(causal, story, LanguageOptions(model="here", layer="h"))
    assert states_of_words(causal, story, options)[0].shape == (len(story), 16)


def test_a_word_of_which_nothing_is_left_is_named(two_sided, story):
    with pytest.raises(DataError, match=r"1 words .* nothing to the tokenizer.*Add"):
        states(two_sided, [*story[:3], "\u200b"], context=2)


def test_lower_case_is_applied_first(causal):
    big, small = ["A", "BOOK"], ["a", "book"]

    assert np.abs(states(causal, big) - states(causal, small)).max() > 1e-3
    np.testing.assert_array_equal(
        states(causal, big, lower_case=True), states(causal, small)
    )


def test_the_stride_is_the_context_unless_given_and_one_for_both_sides(
    causal, two_sided
):
    assert stride_of(causal, LanguageOptions(model="here", context=12)) == 12
    assert stride_of(causal, LanguageOptions(model="here", context=0)) == 1
    assert stride_of(causal, LanguageOptions(model="here", stride=3)) == 3
    assert stride_of(two_sided, LanguageOptions(model="here", context=12)) == 1
    with pytest.raises(ConfigError, match=r"stride: 2 .* sees both sides.*Leave out"):
        stride_of(two_sided, LanguageOptions(model="here", stride=2))


def test_a_class_token_is_for_models_that_have_one(causal, two_sided, story):
    options = LanguageOptions(model="here", read="class")

    refuse_reading(two_sided, options)
    with pytest.raises(ConfigError, match=r"no class token .* Set read to mean or"):
        refuse_reading(causal, options)


def test_pooling_of_windows_is_for_models_that_see_both_sides(causal, two_sided, story):
    pooling = Pooling("mean", normalise=True, room=None)
    options = LanguageOptions(model="here", read="pooled", context=3)

    pooled = states_of_words(two_sided, story[:9], options, pooling)[0]

    np.testing.assert_allclose(np.linalg.norm(pooled, axis=1), 1, rtol=1e-6)
    with pytest.raises(ConfigError, match=r"one vector for a window of many words"):
        states_of_words(causal, story, options, pooling)


def test_a_line_is_the_mean_of_its_subwords_whatever_stands_beside_it(model, story):
    lines = [" ".join(story[:9]), "a book", ""]
    options = LanguageOptions(model="here")

    [state], n_cut = states_of_lines(model, lines, options)

    assert n_cut == 0
    hidden, bounds = by_hand(model, [lines[0]])
    np.testing.assert_allclose(state[0], hidden[: bounds[-1]].mean(axis=0), **CLOSE)
    assert not state[2].any()


def test_lines_are_cut_where_they_are_too_long(model, story):
    options = LanguageOptions(model="here", read="last")
    long, longer = (" ".join(story * n) for n in (3, 4))

    [state], n_cut = states_of_lines(model, [long, longer, "a book"], options)

    assert n_cut == 2
    np.testing.assert_allclose(state[0], state[1], **CLOSE)

"""Sub-words are told apart by the letters that they stand for."""

import unicodedata
from itertools import pairwise

import numpy as np
import pytest

from boldwise.features.backends.text_loading import load_text_model
from boldwise.features.backends.text_model import run_batch, tokenise
from boldwise.features.backends.text_source import find_text_source


@pytest.fixture(params=["causal_folder", "two_sided_folder"])
def model(request):
    """Load both models in turn."""
    folder = request.getfixturevalue(request.param)
    return load_text_model(find_text_source(str(folder)))


def plain(text):
    """Leave out spaces, accents and capitals."""
    bare = unicodedata.normalize("NFD", text.replace(" ", "").lower())
    return "".join(one for one in bare if not unicodedata.combining(one))


def test_each_word_has_the_subwords_of_its_own_letters(model, story):
    words = [*story, "Don't", "New York", "café"]

    token, bounds = tokenise(model, words)

    assert (bounds[0], bounds[-1]) == (0, len(token))
    for word, (start, stop) in zip(words, pairwise(bounds), strict=True):
        told = model.tokenizer.decode(token[start:stop].tolist())
        bare = plain(told.replace("##", ""))
        assert bare == plain(word) or "[unk]" in bare


def test_a_text_alone_has_the_states_it_has_in_a_batch(model, story):
    token, _ = tokenise(model, story)
    short, long = token[:5], token[:40]

    [alone] = run_batch(model, [short], ["hidden.1"])
    [both] = run_batch(model, [long, short], ["hidden.1"])

    np.testing.assert_allclose(both[1, :5], alone[0], rtol=0, atol=2e-6)

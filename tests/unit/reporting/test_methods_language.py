"""Methods text about language names the model, the context and the way to volumes."""

import pytest

from boldwise.reporting.citations import Bibliography
from boldwise.reporting.methods_models import describe_space
from boldwise.settings.language import LanguageModel, WordStatistics, WordVectors

MODEL = {"kind": "language_model", "model": "gpt2"}


@pytest.mark.parametrize(
    ("space", "words"),
    [
        (
            LanguageModel(**MODEL),
            "hidden state -1 of the language model gpt2 [1], for a",
        ),
        (LanguageModel(**MODEL, layers=[2, "h.1"]), "hidden state 2, h.1 of"),
        (LanguageModel(**MODEL, weights="untrained"), "untrained, as a control"),
        (LanguageModel(**MODEL, context=9), "at least 9 words to their left within"),
        (LanguageModel(**MODEL, stride=4), "[2], 4 words to a window, added up at"),
        (LanguageModel(**MODEL, tier="w", combine="mean"), "(tier w), averaged at the"),
        (
            WordVectors(kind="word_vectors", path="a/glove.txt", resample="box"),
            "vectors of words from glove.txt, added up over each volume",
        ),
        (WordStatistics(kind="word_statistics"), "position of words at the times of"),
    ],
)
def test_each_kind_tells_what_was_done(space, words):
    told = describe_space(space.model_dump(mode="json"), Bibliography())

    assert words in told

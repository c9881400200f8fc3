"""Caption scores equal those of the COCO server's own code."""

import builtins

import numpy as np
import pytest

from boldwise.errors import ConfigError, DataError, ShapeMismatchError
from boldwise.evaluation.caption_scores import bleu, cider_d, rouge_l, split_words

CAPTIONS = [
    "a brown dog runs across the grass",
    "two people ride bicycles down a street",
    "a plate of food on a table",
    "a man is holding a red umbrella",
]
REFERENCES = [
    [
        "a dog is running across green grass",
        "the brown dog runs over a lawn",
        "a dog plays outside",
    ],
    [
        "two men ride their bicycles along a busy street",
        "people ride bikes down the road",
    ],
    ["a white plate with food on a wooden table"],
    [
        "a woman holds an umbrella in the rain",
        "a person with a red umbrella",
        "someone is holding a red umbrella",
        "a man is holding an umbrella",
    ],
]
# What pycocoevalcap 1.2 says of these, without its tokeniser.
BLEU = [0.9642857142, 0.6648039453, 0.5368072922, 0.4126806664]
ROUGE = [0.5714285714285714, 0.6112224448897796, 0.7334669338677354, 0.7800511508951408]
CIDER = [1.6222236997227353, 1.5800781726541553, 2.774612018641487, 3.7695958035622295]


def test_bleu_is_that_of_the_coco_code():
    np.testing.assert_allclose(bleu(CAPTIONS, REFERENCES), BLEU, atol=1e-8)


def test_rouge_l_is_that_of_the_coco_code():
    np.testing.assert_allclose(rouge_l(CAPTIONS, REFERENCES), ROUGE, rtol=1e-12)


def test_cider_d_is_that_of_the_coco_code():
    np.testing.assert_allclose(cider_d(CAPTIONS, REFERENCES), CIDER, rtol=1e-12)


def test_case_and_punctuation_do_not_count():
    loud = [f"{one.upper()}!" for one in CAPTIONS]

    for score in (bleu, rouge_l, cider_d):
        np.testing.assert_array_equal(
            score(loud, REFERENCES), score(CAPTIONS, REFERENCES)
        )
    assert split_words("Don't “stop”: 2 cats_") == ["don't", "stop", "2", "cats"]


def test_the_truth_scores_best_and_nonsense_nothing():
    true = [own[0] for own in REFERENCES]
    alone = [[one] for one in true]

    np.testing.assert_allclose(bleu(true, alone), 1)
    np.testing.assert_allclose(rouge_l(true, alone), 1)
    np.testing.assert_allclose(cider_d(true, alone), 10)
    for score in (bleu, rouge_l, cider_d):
        np.testing.assert_array_equal(score(["zzz yyy xxx www"] * 4, alone), 0)


def test_an_empty_caption_scores_nothing():
    said = ["", *CAPTIONS[1:]]

    assert rouge_l(said, REFERENCES)[0] == cider_d(said, REFERENCES)[0] == 0


def test_captions_without_references_are_refused():
    with pytest.raises(ShapeMismatchError, match="3 captions, but references for 4"):
        rouge_l(CAPTIONS[:3], REFERENCES)
    with pytest.raises(DataError, match=r"1 of 4 captions have no reference.*number 2"):
        cider_d(CAPTIONS, [*REFERENCES[:2], [], REFERENCES[3]])


def test_a_missing_library_is_named(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **options):
        if name.startswith("sacrebleu"):
            raise ImportError(name)
        return real(name, *args, **options)

    monkeypatch.setattr(builtins, "__import__", without)

    with pytest.raises(ConfigError, match="pip install sacrebleu"):
        bleu(CAPTIONS, REFERENCES)

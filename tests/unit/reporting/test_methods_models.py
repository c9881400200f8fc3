"""Methods text about models: every kind has its words."""

from typing import get_args

import pytest

from boldwise.reporting.citations import REFERENCES, Bibliography
from boldwise.reporting.methods_models import (
    KINDS,
    describe_bands,
    describe_choices,
    describe_decoders,
    describe_encoders,
    describe_grids,
    describe_space,
)
from boldwise.settings.continuous import ContinuousSpace
from boldwise.settings.language import LanguageSpace
from boldwise.settings.models import FeatureSpaceOptions

CLIP = {
    "kind": "open_clip",
    "model": "ViT-B-32",
    "weights": "laion2b",
    "tower": "image",
    "n_components": None,
}

WORDS = {"tier": "word", "resample": "lanczos", "n_components": None}


def test_every_kind_of_feature_space_has_words():
    known = (FeatureSpaceOptions, ContinuousSpace, LanguageSpace)
    unions = [get_args(one)[0] for one in known]

    kinds = {
        get_args(one.model_fields["kind"].annotation)[0]
        for union in unions
        for one in get_args(union)
    }

    assert set(KINDS) == kinds


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"kind": "category", "n_components": None}, "category labels"),
        ({"kind": "position", "degree": 3, "n_components": None}, "up to degree 3"),
        ({**WORDS, "kind": "word_rate"}, "words per second (tier word) at the times"),
        ({**WORDS, "kind": "onsets", "resample": "box"}, "averaged over each volume"),
        (
            {**WORDS, "kind": "sound_power", "compression": "log"},
            "power in decibels of the sound at the times of the volumes",
        ),
        ({"kind": "given_volumes", "n_components": None}, "given in a file"),
        ({"kind": "given", "n_components": 5}, "given in a file, 5 principal"),
        ({"kind": "colour_statistics", "grid": 3, "n_components": None}, "3 × 3 cells"),
        ({"kind": "tfidf", "n_components": None}, "inverse document frequency [1]"),
        (
            {
                "kind": "gabor_pyramid",
                "cycles_per_image": [3.0, 4.2],
                "n_orientations": 8,
                "n_components": 150,
            },
            "at 3, 4.2 cycles per image and 8 orientations, 150 principal components",
        ),
        (CLIP, "image tower of the open_clip model ViT-B-32 [1, 2], weights laion2b"),
        ({**CLIP, "weights": None}, "weights as shipped"),
        ({**CLIP, "weights": "untrained"}, "untrained, as a control"),
    ],
)
def test_a_feature_space_is_described_by_its_options(options, words):
    assert words in describe_space(options, Bibliography())


def test_spaces_that_no_encoder_uses_are_not_described(config):
    encoders = {"gabor": config["encoders"]["gabor"]}

    said = describe_encoders({**config, "encoders": encoders}, Bibliography())

    assert "'gabor'" in said
    assert "'words'" not in said


def test_delays_are_named_where_there_are_any(config):
    late = {**config["encoders"]["gabor"], "delays": [2, 1]}

    with_delays = describe_encoders({**config, "encoders": {"a": late}}, Bibliography())
    without = describe_encoders(config, Bibliography())

    assert "delays of 1, 2 volumes" in with_delays
    assert "delays" not in without


def test_grids_that_are_alike_are_named_once():
    grid = {"low": 0.1, "high": 10000.0, "n": 16}

    said = describe_grids({"a": {"penalties": grid}, "b": {"penalties": grid}})

    assert said == "a penalty for each voxel, one of 16 penalties from 0.1 to 10,000"


def test_grids_that_differ_are_all_named():
    grids = {
        "a": {"penalties": {"low": 1.0, "high": 10.0, "n": 2}},
        "b": {"penalties": {"low": 1.0, "high": 100.0, "n": 3}},
    }

    said = describe_grids(grids)

    assert "2 penalties from 1 to 10 or 3 penalties from 1 to 100" in said


def test_without_models_nothing_is_said(config):
    sources = Bibliography()

    assert describe_encoders({**config, "encoders": {}}, sources) == ""
    assert describe_decoders({**config, "decoders": {}}, sources) == ""
    assert sources.entries == []


def test_a_ridge_decoder_names_its_target_and_its_score(config):
    said = describe_decoders(config, Bibliography())

    assert "('words')" in said
    assert "identified if its own pattern correlates best" in said


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("pooled", "penalties were chosen on the decoded subject"),
        ("ensemble", "averaged"),
    ],
)
def test_help_of_other_subjects_is_told_once(how, told):
    one = {"kind": "ridge", "target": "words", "others": {"how": how}}

    said = describe_decoders({"decoders": {"a": one, "b": one}}, Bibliography())

    assert said.count(told) == 1


def test_decoding_across_subjects_says_what_is_removed():
    decoders = {"across": {"kind": "across_subjects"}}

    said = describe_decoders({"decoders": decoders}, Bibliography())

    assert "mean response of the other subjects" in said
    assert "ridge" not in said


@pytest.mark.parametrize(
    ("classifier", "words", "cited"),
    [
        ("shrinkage_lda", "linear discriminants with a shrunk covariance [1]", True),
        ("linear_svm", "linear support vector machine", False),
    ],
)
def test_a_classifier_is_named_and_called_fixed(classifier, words, cited):
    sources = Bibliography()
    decoders = {"kinds": {"kind": "category", "classifier": classifier}}

    said = describe_decoders({"decoders": decoders}, sources)

    assert words in said
    assert "fixed beforehand" in said
    assert (REFERENCES["ledoit2004"] in sources.entries) is cited


def test_banded_encoders_are_named_with_their_search():
    banded = {"kind": "banded_ridge", "n_candidates": 40}
    encoders = {"joint": banded, "words": {"kind": "ridge"}}

    said = describe_bands(encoders, "[3]")

    assert "Banded encoders ('joint') have a penalty for each feature space" in said
    assert "[3]" in said
    assert "up to 40" in said


def test_nothing_is_said_of_bands_without_them():
    assert describe_bands({"words": {"kind": "ridge"}}, "[3]") == ""


def test_encoders_that_choose_are_named_with_who_chose():
    best = {"kind": "best_layer", "choose_by": "roi"}

    text = describe_choices({"best": best, "words": {"kind": "ridge"}}, Bibliography())

    assert "('best': chosen for the voxels of the same regions together" in text
    assert "held-out responses had no part in the choice [1]." in text
    assert describe_choices({"words": {"kind": "ridge"}}, Bibliography()) == ""

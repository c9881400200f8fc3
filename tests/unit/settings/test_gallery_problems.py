"""What the gallery and ablations ask for in vain is told in sentences."""

import pytest

from boldwise.errors import ConfigError
from boldwise.settings.config import load_config
from boldwise.settings.gallery_problems import decoders_of_features, target_of

RIDGE = {"kind": "ridge", "target": "words"}
KINDS = {"kind": "category"}
SIMULATED = {"kind": "simulated", "name": "x", "subjects": ["01", "02"]}


def study(gallery=None, *, decoders=None, **more):
    return load_config(
        {
            "dataset": SIMULATED,
            "splits": {"main": {"kind": "k_fold"}},
            "feature_spaces": {"words": {"kind": "tfidf"}},
            "decoders": decoders or {"reader": RIDGE, "kinds": KINDS},
            "evaluation": {"gallery": gallery} if gallery is not None else {},
            **more,
        }
    )


def test_a_gallery_of_all_decoders_is_fine():
    config = study({})

    assert config.evaluation.gallery.decoders == []
    assert decoders_of_features(config) == ["reader"]


REFUSED = {
    "unknown": (
        {"decoders": ["readr"]},
        r"no decoder 'readr'; did you mean 'reader'\?",
    ),
    "category": (
        {"decoders": ["kinds"]},
        r"'kinds' has no feature space as its target",
    ),
    "swav": ({"feature_metrics": ["swav"]}, r"no library ships the weights of 'swav'"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_shown_is_refused(case):
    gallery, message = REFUSED[case]

    with pytest.raises(ConfigError, match=message):
        study(gallery)


def test_a_gallery_without_decoders_of_features_is_refused():
    with pytest.raises(ConfigError, match=r"no decoder has a feature space as its"):
        study({}, decoders={"kinds": KINDS})


def test_volumes_are_neither_shown_nor_ablated():
    decoders = {"reader": {**RIDGE, "ablation": {}}}
    series = {"estimate": "timeseries"}

    with pytest.raises(ConfigError) as error:
        study({}, decoders=decoders, responses=series)

    assert "evaluation.gallery: stimuli are shown one by one" in str(error.value)
    assert "decoders.reader.ablation: one response per trial" in str(error.value)


def test_an_ablation_is_of_one_subject():
    others = {"how": "pooled", "alignment": {"kind": "ridge"}}
    decoder = {**RIDGE, "ablation": {}, "others": others}

    with pytest.raises(ConfigError, match=r"regions of one subject are tried"):
        study(decoders={"reader": decoder})


def test_the_first_of_several_targets_identifies_stimuli():
    decoders = {"shared": {"kind": "shared_latent", "target": ["words", "more"]}}
    spaces = {"words": {"kind": "tfidf"}, "more": {"kind": "gabor_pyramid"}}

    config = study({}, decoders=decoders, feature_spaces=spaces)

    assert target_of(config.decoders["shared"]) == "words"
    assert decoders_of_features(config) == ["shared"]


def test_a_target_with_a_vector_for_each_place_has_no_nearest_stimulus():
    tokens = {"kind": "open_clip", "read": "tokens", "layer": "layer3"}
    heads = {"net": {"tokens": True}}
    shared = {"kind": "shared_latent", "target": ["net", "words"], "heads": heads}
    spaces = {"net": tokens, "words": {"kind": "tfidf"}}
    decoders = {"shared": shared, "reader": RIDGE}

    config = study(decoders=decoders, feature_spaces=spaces)

    assert decoders_of_features(config) == ["reader"]

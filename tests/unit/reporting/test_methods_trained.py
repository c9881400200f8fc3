"""Methods name every trained encoder, its source and its course."""

import pytest

from boldwise.reporting.citations import Bibliography
from boldwise.reporting.methods_models import describe_encoders
from boldwise.reporting.methods_trained import TRAINED, describe_trained
from boldwise.settings.attention import TRAINED as KINDS
from boldwise.settings.config import load_config

NET = {"kind": "open_clip", "read": "tokens", "layer": "layer3"}


def study(encoders):
    return load_config(
        {
            "dataset": {"kind": "simulated", "name": "x", "subjects": ["01", "02"]},
            "splits": {"main": {"kind": "shared_images"}},
            "feature_spaces": {"net": NET},
            "encoders": encoders,
            "evaluation": {"low_level_control": False},
        }
    ).model_dump(mode="json")


def described(**options):
    config, sources = study({"a": options}), Bibliography()
    return describe_trained(config["encoders"], sources), sources


def test_every_kind_is_told():
    assert set(TRAINED) == set(KINDS)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"kind": "region_query", "features": ["net"]},
            "'a': a learned query for each region and hemisphere attends to the tokens "
            "of 'net' (1 heads), and each voxel reads its queries linearly [1], at "
            "most 20 epochs, steps of 32 at 0.005 (one_cycle), weight decay 0.01, 10% "
            "of the rows validating, seed 0",
        ),
        (
            {"kind": "region_query", "features": ["net"], "n_seeds": 3},
            "3 models, mixed voxel by voxel by validation accuracy",
        ),
        (
            {"kind": "region_query", "features": ["net"], "granularity": "learned"},
            "a learned query of 32 that voxels mix",
        ),
        (
            {"kind": "spatial_readout", "features": ["net"]},
            "a Gaussian over the map and weights of features on 'net', at most 60 "
            "epochs, steps of 64 at 0.01 (constant), weight decay 0.01, 10% of the "
            "rows validating, stopped after 8 without improvement",
        ),
        (
            {"kind": "spatial_readout", "features": ["net"], "readout": "semantic"},
            "both moved by what the picture shows on 'net' [1]",
        ),
        (
            {"kind": "voxel_embedding", "features": ["net"]},
            "by an embedding of 256 numbers for each voxel [1]",
        ),
        (
            {"kind": "in_context", "features": ["net"]},
            "linear weights follow, around the prior that it tells [1]",
        ),
        (
            {"kind": "response_optimised"},
            "a convolutional core of 32 features for all subjects",
        ),
        (
            {"kind": "response_optimised", "validation_share": 0}
            | {"training": {"patience": None}},
            "none validating, seed 0",
        ),
    ],
)
def test_a_kind_is_told_with_its_options(options, words):
    said, _ = described(**options)

    assert words in said
    assert said.startswith(" Some encoders were trained by gradient descent")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"kind": "voxel_embedding", "new_subjects": {"budgets": [300, 50, 1000]}},
            " For 'a', each subject was left out of training in turn, and taken up "
            "with 50, 300 and 1,000 of its training images, the same ones for the",
        ),
        (
            {"kind": "region_query", "training_sizes": [50]},
            " 'a' and the ridges beside it were fitted again to 50 training images of "
            "each subject.",
        ),
    ],
)
def test_scores_by_number_of_images_are_explained(options, words):
    said, _ = described(features=["net"], **options)
    plain, _ = described(features=["net"], kind=options["kind"])

    assert words in said
    assert "training images" not in plain


def test_sources_are_cited():
    _, sources = described(kind="voxel_embedding", features=["net"])

    assert "universal brain encoder" in " ".join(sources.entries)


def test_ridge_alone_needs_no_such_words():
    config = study({"a": {"kind": "ridge", "features": ["net"]}})

    assert describe_trained(config["encoders"], Bibliography()) == ""


def test_penalties_are_those_of_the_linear_encoders():
    config = study({"a": {"kind": "region_query", "features": ["net"]}})

    said = describe_encoders(config, Bibliography())

    assert "one of 16 penalties from 0.1 to 10,000" in said
    assert "'a': a learned query" in said


def test_without_linear_encoders_only_the_training_is_told():
    config = study({"a": {"kind": "response_optimised"}})

    said = describe_encoders(config, Bibliography())

    assert said.startswith("Some encoders were trained")
    assert "ridge regression" not in said

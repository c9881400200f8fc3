"""What trained encoders lack in the rest of a config is told in sentences."""

import pytest

from boldwise.errors import ConfigError
from boldwise.settings.config import load_config

NET = {"kind": "open_clip", "read": "tokens", "layer": "layer3"}
MANY = {"kind": "open_clip", "read": "map", "layers": ["layer3", "layer4"]}
BETAS = {
    **{"name": "b", "kind": "betas", "root": ".", "subjects": ["1"], "path": "a.mat"},
    "blocks": [{"response": "x", "stimulus_id": "y"}],
    "stimuli": {"table": "t.tsv"},
}
SIMULATED = {"kind": "simulated", "name": "x", "subjects": ["01", "02"]}
QUERIES = {"kind": "region_query", "features": ["net"]}


def study(encoder, *, dataset=SIMULATED, **more):
    given = {"estimate": "given"} if dataset["kind"] == "betas" else {}
    return load_config(
        {
            "dataset": dataset,
            "responses": given,
            "splits": {"main": {"kind": "k_fold"}},
            "feature_spaces": {
                "net": NET,
                "many": MANY,
                "own": {"kind": "layer", "of": "many", "layer": "layer3"},
                "mixed": {"kind": "shuffled", "of": "net"},
                "words": {"kind": "tfidf"},
            },
            "encoders": {"a": encoder},
            **more,
        }
    )


REFUSED = {
    "vectors": (
        {**QUERIES, "features": ["words"]},
        {},
        "encoders.a.features: 'region_query' reads tokens, and words gives one vector "
        "for each stimulus; take a layer of a network with `read: tokens`, `map` or",
    ),
    "shuffled tokens": (
        {**QUERIES, "features": ["mixed"]},
        {},
        "encoders.a.features: 'region_query' reads tokens, and mixed gives",
    ),
    "two maps": (
        {"kind": "spatial_readout", "features": ["many"]},
        {},
        "encoders.a.features: 'spatial_readout' reads one token space; name one of "
        "many-layer3, many-layer4.",
    ),
    "nobody else": (
        {"kind": "in_context", "features": ["words"]},
        {"dataset": {**SIMULATED, "subjects": ["01"]}},
        "encoders.a: 'in_context' learns from the other subjects, and `dataset` lists "
        "one; list two or more",
    ),
    "nobody to learn from": (
        {
            **{"kind": "voxel_embedding", "features": ["net"]},
            "new_subjects": {"budgets": [50]},
        },
        {"dataset": {**SIMULATED, "subjects": ["01"]}},
        "encoders.a.new_subjects: a subject that is left out needs others to train on, "
        "and `dataset` lists one; list two or more, or leave it away.",
    ),
    "beside a typo": (
        {"kind": "response_optimised", "beside": ["word"]},
        {},
        "encoders.a.beside: no feature space 'word'; did you mean 'words'?",
    ),
    "beside many": (
        {"kind": "response_optimised", "beside": ["many"]},
        {},
        "encoders.a.beside: 'many' has several layers; name many-layer3, many-layer4.",
    ),
    "no pictures": (
        {"kind": "response_optimised"},
        {"dataset": BETAS},
        "encoders.a: 'response_optimised' learns from pictures, but `dataset.stimuli` "
        "names none; give `images` there.",
    ),
    "no regions": (
        QUERIES,
        {"dataset": BETAS},
        "encoders.a.granularity: 'roi' gives each region a query, but `dataset` names "
        "no regions; give `rois` or `atlases` there, or write `granularity: hemis",
    ),
    "no draws": (
        {**QUERIES, "n_shuffles": 0},
        {"evaluation": {"shuffled": ["a"]}},
        "evaluation.shuffled: 'a' has `n_shuffles: 0`; set it to 1 or more, or leave",
    ),
    "volumes": (
        QUERIES,
        {"responses": {"estimate": "timeseries"}},
        "encoders.a: 'region_query' takes one response per trial, and `estimate: "
        "timeseries` gives one per volume; write `kind: ridge` with delays.",
    ),
    "unknown": (
        {**QUERIES, "features": ["nett"]},
        {},
        "encoders.a.features: no feature space 'nett'; did you mean 'net'?",
    ),
}


@pytest.mark.parametrize(
    ("encoder", "more", "sentence"), REFUSED.values(), ids=list(REFUSED)
)
def test_what_is_lacking_is_one_sentence(encoder, more, sentence):
    with pytest.raises(ConfigError) as refused:
        study(encoder, **more)

    assert sentence in str(refused.value)


@pytest.mark.parametrize("features", [["net"], ["many"], ["own", "net"]])
def test_layers_with_places_will_do(features):
    study({**QUERIES, "features": features})


def test_voxels_without_regions_can_have_queries_of_their_own():
    study({**QUERIES, "granularity": "learned"}, dataset=BETAS)

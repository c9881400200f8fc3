"""Options of trained encoders: usual values by kind, and sentences where they clash."""

import pytest
from pydantic import TypeAdapter

from boldwise.errors import ConfigError
from boldwise.settings.attention import AnyEncoder
from boldwise.settings.config import load_config
from boldwise.settings.new_subjects import AFTERWARDS
from boldwise.training.options import TrainingOptions

NET = {"kind": "open_clip", "read": "tokens", "layer": "layer3"}
NEEDED = {
    "region_query": {"features": ["net"]},
    "spatial_readout": {"features": ["net"]},
    "voxel_embedding": {"features": ["net"]},
    "in_context": {"features": ["net"]},
    "response_optimised": {},
}


def study(encoder, *, subjects=("01", "02"), **more):
    return load_config(
        {
            "dataset": {"kind": "simulated", "name": "x", "subjects": list(subjects)},
            "splits": {"main": {"kind": "shared_images"}},
            "feature_spaces": {"net": NET, "words": {"kind": "tfidf"}},
            "encoders": {"a": encoder},
            **more,
        }
    )


def one_of(kind, **options):
    return TypeAdapter(AnyEncoder).validate_python(
        {"kind": kind, **NEEDED[kind], **options}
    )


@pytest.mark.parametrize("kind", NEEDED)
def test_training_options_are_those_of_the_loop(kind):
    chosen = one_of(kind).training.model_dump()

    assert TrainingOptions(**chosen).recipe()["n_epochs"] == chosen["n_epochs"]


def test_what_is_not_said_about_training_is_as_the_kind_needs_it():
    usual = one_of("region_query").training
    fewer = one_of("region_query", training={"n_epochs": 3}).training

    assert (usual.schedule, usual.clip_norm) == ("one_cycle", 1.0)
    assert fewer == usual.model_copy(update={"n_epochs": 3})
    assert one_of("spatial_readout").training.patience == 8
    assert one_of("in_context").training.patience == 5


def test_adoption_takes_small_steps_unless_told():
    told = {"budgets": [50], "training": {"n_epochs": 2}}

    chosen = one_of("voxel_embedding", new_subjects=told).new_subjects

    assert (chosen.training.n_epochs, chosen.training.learning_rate) == (2, 3e-4)
    assert chosen.n_neighbours == 10


@pytest.mark.parametrize("options", [{"n_synthetic": 0}, {"learned_prior": False}])
def test_weights_told_at_once_need_one_of_prior_and_synthetic_voxels(options):
    assert not one_of("in_context", solve=False, **options).solve


@pytest.mark.parametrize("kind", NEEDED)
def test_what_comes_after_the_fit_is_named(kind):
    later = set(AFTERWARDS) & set(type(one_of(kind)).model_fields)

    assert {"control_of", "training_sizes"} <= later


@pytest.mark.parametrize("kind", NEEDED)
def test_a_config_that_was_read_reads_the_same_again(kind):
    config = study({"kind": kind, **NEEDED[kind]})

    assert load_config(config.model_dump(mode="json")) == config


REFUSED = {
    "half on cpu": (
        {"kind": "region_query", "training": {"mixed_precision": "fp16"}},
        "region_query: training.mixed_precision 'fp16' needs `device: cuda`; write `b",
    ),
    "patience of nothing": (
        {"kind": "spatial_readout", "validation_share": 0},
        "spatial_readout: training.patience waits for a better validation loss, but",
    ),
    "streams unasked": (
        {"kind": "region_query", "streams": {"ventral": ["V4"]}},
        "region_query: streams: `granularity: stream` needs the regions of each",
    ),
    "streams unnamed": (
        {"kind": "region_query", "granularity": "stream"},
        "region_query: streams: `granularity: stream` needs the regions of each",
    ),
    "heads": (
        {"kind": "in_context", "width": 10, "n_heads": 4},
        "in_context: a width of 10 does not divide among 4 heads; choose a multiple",
    ),
    "examples": (
        {"kind": "in_context", "n_least": 20, "n_most": 10},
        "in_context: n_least, 20, is above n_most, 10; swap them.",
    ),
    "a lost lesson": (
        {"kind": "in_context", "solve": False},
        "in_context: with `solve: false`, what synthetic voxels teach is lost when a "
        "learned prior turns the space; write `n_synthetic: 0`",
    ),
    "nothing to train": (
        {"kind": "in_context", "training_sizes": [50]},
        "in_context: training_sizes: nothing is trained on the subject at hand; write "
        "`new_subjects: {budgets: [50, 100]}`.",
    ),
    "too few images": (
        {"kind": "voxel_embedding", "new_subjects": {"budgets": [5]}},
        "encoders.a.new_subjects.budgets",
    ),
    "misspelt budget": (
        {"kind": "voxel_embedding", "new_subjects": {"budget": [50]}},
        "unknown key 'budget'; did you mean 'budgets'?",
    ),
    "pixels unseen": (
        {"kind": "response_optimised", "kernel": 3, "stride": 4},
        "response_optimised: filters of 3 pixels every 4 leave pixels unseen; choose",
    ),
    "misspelt": (
        {"kind": "region_query", "granularitty": "voxel"},
        "encoders.a.granularitty: unknown key 'granularitty'; did you mean "
        "'granularity'?",
    ),
    "misspelt kind": (
        {"kind": "region_queries", "features": ["net"]},
        "encoders.a.kind: unknown kind 'region_queries'; did you mean 'region_query'?",
    ),
    "misspelt training": (
        {"kind": "region_query", "training": {"epochs": 3}},
        "encoders.a.training.epochs: unknown key 'epochs'; did you mean 'n_epochs'?",
    ),
}


@pytest.mark.parametrize(("options", "sentence"), REFUSED.values(), ids=REFUSED)
def test_a_clash_is_one_sentence(options, sentence):
    needed = NEEDED.get(options["kind"], {})

    with pytest.raises(ConfigError) as refused:
        study({**needed, **options})

    assert sentence in str(refused.value)

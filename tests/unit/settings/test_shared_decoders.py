"""Decoders that subjects share: what may be asked of them."""

import pytest
from pydantic import ValidationError

from boldwise.decoders.shared_options import (
    LOW_LEVEL,
    adaptation_modes,
    shared_options,
)
from boldwise.settings import shared_decoders
from boldwise.settings.shared_decoders import SharedLatentDecoder

NEW = {"budgets": [10, 50]}


def shared(**more):
    return {"kind": "shared_latent", "target": "words", **more}


def read(**more):
    return SharedLatentDecoder(**shared(**more))


def test_one_target_is_a_list_of_one():
    assert read().target == ["words"]
    assert read(target=["words", "net"]).target == ["words", "net"]


def test_the_library_takes_what_is_left_unsaid():
    told = read(new_subjects=NEW).model_dump(mode="json")

    found = shared_options(told)
    modes = adaptation_modes(told["new_subjects"])

    assert found.decoder.latent == 1024
    assert found.training.batch_size == 9
    assert [one.mode for one in modes] == ["scratch", "linear"]
    assert modes[0].then.n_epochs == 10


def test_what_is_said_of_a_training_leaves_the_rest_as_usual():
    told = read(
        training={"n_epochs": 3},
        new_subjects={**NEW, "then": {"learning_rate": 1e-2}},
    )

    assert (told.training.n_epochs, told.training.schedule) == (3, "one_cycle")
    assert told.new_subjects.then.learning_rate == 1e-2
    assert told.new_subjects.then.n_epochs == 10


def test_settings_and_library_call_the_picture_alike():
    assert shared_decoders.LOW_LEVEL == LOW_LEVEL


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"subject_map": {"shared": True}}, "`shared: true` needs `kind: parcels`"),
        (
            {"objective": {"regression": 0, "contrast": 0}},
            "`regression` and `contrast` are both 0",
        ),
        ({"heads": {"word": {}}}, "no target 'word'; did you mean 'words'?"),
        (
            {"latent": 10, "heads": {"words": {"kind": "resampled", "width": 4}}},
            "a latent space of 10 cannot be cut into tokens of 4",
        ),
        ({"target": ["words", "words"]}, "each space is named once"),
        ({"target": ["picture"]}, "'picture' is the name of the blurred picture"),
        (
            {"new_subjects": {**NEW, "known_beside": True}},
            "set `objective.cycle` above 0",
        ),
        (
            {"training": {"mixed_precision": "fp16"}},
            "shared_latent: training.mixed_precision 'fp16' needs `device: cuda`",
        ),
        (
            {"new_subjects": {**NEW, "then": {"mixed_precision": "fp16"}}},
            "then.mixed_precision 'fp16' needs `device: cuda`",
        ),
        (
            {"validation_share": 0, "training": {"patience": 3}},
            "patience waits for a better validation loss",
        ),
        ({"low_level_px": 6}, "multiple of 4"),
        ({"new_subjects": {"budgets": []}}, "budgets"),
        ({"new_subjects": {"budgets": [0]}}, "greater than 0"),
        ({"new_subjects": {**NEW, "modes": ["lineer"]}}, "linear_then_all"),
    ],
)
def test_what_cannot_be_is_refused(more, told):
    with pytest.raises(ValidationError, match=told.replace("?", r"\?")):
        read(**more)

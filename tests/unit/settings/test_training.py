"""How models are trained: what may be said, and what stands where nothing is said."""

import pytest
from pydantic import ValidationError

from boldwise.errors import ConfigError
from boldwise.settings.attention import ResponseOptimisedEncoder, SpatialReadoutEncoder
from boldwise.settings.config import load_config
from boldwise.settings.training import TrainedEncoder, Training, usual_training


class Patient(TrainedEncoder):
    """An encoder whose kind waits for four epochs."""

    training: Training = usual_training(patience=4, schedule="cosine")


def load(**training):
    """Load a study that says this of the training of its one encoder."""
    return load_config(
        {
            "dataset": {"kind": "simulated", "name": "x", "subjects": ["01"]},
            "splits": {"main": {"kind": "shared_images"}},
            "feature_spaces": {"words": {"kind": "tfidf"}},
            "encoders": {"own": {"kind": "response_optimised", **training}},
        }
    )


LEAST = {
    **{"n_epochs": (1, 0), "batch_size": (1, 0), "patience": (1, 0), "seed": (0, -1)},
    **{"learning_rate": (1e-9, 0), "clip_norm": (1e-9, 0), "warmup": (0, -0.1)},
    **{"weight_decay": (0, -1e-9), "checkpoint_s": (0, -1)},
}


@pytest.mark.parametrize("name", LEAST)
def test_the_least_value_is_taken_and_what_lies_below_is_refused(name):
    least, below = LEAST[name]

    assert getattr(Training(**{name: least}), name) == least
    with pytest.raises(ValidationError, match=name):
        Training(**{name: below})


def test_the_rate_may_rise_to_the_end_but_not_beyond():
    assert Training(warmup=1).warmup == 1
    with pytest.raises(ValidationError, match="less than or equal to 1"):
        Training(warmup=1.01)


def test_usual_values_are_told_to_who_reads_the_options():
    told = Patient.model_fields["training"].description

    assert told.endswith("unless told, `patience: 4`, `schedule: cosine`.")


def test_what_is_said_goes_before_what_is_usual_even_if_it_is_nothing():
    usual = Patient().training

    assert (usual.patience, usual.schedule, usual.n_epochs) == (4, "cosine", 30)
    never = Patient(training={"patience": None}).training
    assert (never.patience, never.schedule) == (None, "cosine")


def test_a_whole_training_is_taken_as_it_is():
    mine = Training(n_epochs=2)

    assert Patient(training=mine).training == mine
    assert mine.patience is None


def test_what_was_given_is_left_alone_and_kinds_do_not_mix():
    given = {"training": {"n_epochs": 3}}

    Patient(**given)

    assert given == {"training": {"n_epochs": 3}}
    assert TrainedEncoder().training == Training()
    assert Patient().training.n_epochs == 30


def test_without_validation_there_is_nothing_to_wait_for():
    with pytest.raises(ValidationError, match="leave out one of them, or write `pat"):
        SpatialReadoutEncoder(
            kind="spatial_readout", features=["net"], validation_share=0
        )
    last = ResponseOptimisedEncoder(
        kind="response_optimised", validation_share=0, training={"patience": None}
    )
    assert last.training.n_epochs == 100


@pytest.mark.parametrize(
    ("device", "numbers"), [("cpu", "none"), ("cpu", "bf16"), ("cuda", "fp16")]
)
def test_halves_are_for_who_can_compute_with_them(device, numbers):
    chosen = Patient(training={"device": device, "mixed_precision": numbers})

    assert chosen.training.mixed_precision == numbers


@pytest.mark.parametrize("share", [-0.1, 1])
def test_some_rows_must_be_left_to_train_on(share):
    with pytest.raises(ValidationError, match="validation_share"):
        Patient(validation_share=share)


def test_values_never_change():
    with pytest.raises(ValidationError, match="frozen"):
        Patient().training.n_epochs = 3


@pytest.mark.parametrize(
    ("training", "sentence"),
    [
        (None, r"encoders\.own\.training: is empty; give it a value or leave it out"),
        (7, r"encoders\.own\.training: input should be .*Training, got 7"),
        ({"schedule": "cosin"}, r"training\.schedule: .*did you mean 'cosine'\?"),
        ({"n_epochs": 0}, r"training\.n_epochs: .*greater than or equal to 1, got 0"),
    ],
    ids=["empty", "number", "misspelt", "none"],
)
def test_what_is_wrong_is_led_by_its_place(training, sentence):
    with pytest.raises(ConfigError, match=sentence):
        load(training=training)

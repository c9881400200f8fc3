"""Mirrors src/boldwise/training/history.py."""

import json

import numpy as np
import pytest

from boldwise.training.history import History


def add(history, loss, validation=None):
    return history.add(
        {"loss": loss},
        {} if validation is None else {"loss": validation},
        learning_rate=0.1,
        seconds=1.0,
        waiting_s=0.5,
    )


def test_the_best_epoch_is_the_first_of_the_lowest_validation_loss():
    history = History()

    better = [add(history, 1.0, one) for one in (3.0, 2.0, 2.0, 4.0)]

    assert better == [True, True, False, False]
    assert history.best_epoch == 1


def test_without_validation_the_last_epoch_is_kept():
    history = History()

    assert [add(history, one) for one in (1.0, 2.0)] == [True, True]
    assert history.best_epoch == 1


def test_json_keeps_every_bit():
    history = History(n_steps=3)
    add(history, 1 / 3, np.nextafter(1.0, 2.0))

    assert History.from_json(json.loads(json.dumps(history.to_json()))) == history


def test_arrays_hold_one_value_per_epoch_and_no_times():
    history = History()
    add(history, 1.0, 2.0)
    add(history, 3.0, 4.0)

    arrays = {name: values.tolist() for name, values in history.arrays().items()}

    assert arrays == {
        "loss/loss": [1.0, 3.0],
        "validation/loss": [2.0, 4.0],
        "learning_rate": [0.1, 0.1],
    }


@pytest.mark.parametrize("n_epochs", [0, 2])
def test_its_length_is_that_of_the_training(n_epochs):
    history = History()
    for _ in range(n_epochs):
        add(history, 1.0)

    assert len(history) == n_epochs

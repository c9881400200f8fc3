"""Mirrors src/boldwise/training/means.py."""

import pytest
import torch

from boldwise.errors import DataError
from boldwise.training.means import Means

PLACE = (2, 4, 0.0123)


def test_rows_are_the_weights():
    means = Means()
    means.add({"loss": torch.tensor(1.0)}, 3, place=PLACE)
    means.add({"loss": torch.tensor(5.0), "part": torch.tensor(2.0)}, 1, place=PLACE)
    means.settle()

    assert means.means() == {"loss": 2.0, "part": 2.0}


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_loss_that_is_not_finite_ends_the_training_and_says_where(bad):
    means = Means()
    means.add({"loss": torch.tensor(bad)}, 1, place=PLACE)

    with pytest.raises(
        DataError,
        match=f"the loss is {bad} in epoch 3, step 5, at learning rate 0.0123. "
        "Lower learning_rate or set clip_norm",
    ):
        means.settle()


def test_a_part_that_is_not_finite_is_named():
    means = Means(what="validation loss")
    losses = {"loss": torch.tensor(1.0), "size": torch.tensor(float("nan"))}
    means.add(losses, 1, place=PLACE)

    with pytest.raises(DataError, match=r"the validation loss \(part 'size'\) is nan"):
        means.settle()


def test_a_sum_goes_on_from_what_was_kept():
    whole, first = Means(), Means()
    for value in (0.1, 0.2, 0.7):
        whole.add({"loss": torch.tensor(value)}, 3, place=PLACE)
        first.add({"loss": torch.tensor(value)}, 3, place=PLACE)
        first.settle()
        first = Means(**first.to_json())
    whole.settle()

    assert first.means() == whole.means()

"""Mirrors src/boldwise/training/loop.py."""

import h5py
import numpy as np
import pytest
import torch
from torch import nn

from boldwise.errors import DataError
from boldwise.training.batches import RowBatches
from boldwise.training.optimiser import make_optimiser


class Linear(nn.Module):
    """Ridge regression as a model: the penalty is part of the loss."""

    def __init__(self, n_features, n_voxels, alpha):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(n_features, n_voxels))
        self.alpha = alpha

    def loss(self, batch):
        """Sum of squares, with the penalty."""
        error = (batch["x"] @ self.weight - batch["y"]).square().sum()
        return error + self.alpha * self.weight.square().sum(), {}


def test_a_linear_model_comes_to_the_closed_form_of_ridge(fit, arrays):
    x, y = (arrays[name].astype(np.float64) for name in "xy")
    expected = np.linalg.solve(x.T @ x + 3 * np.eye(5), x.T @ y)

    model = Linear(5, 7, alpha=3.0).double()
    fit(
        data=RowBatches({"x": x, "y": y}),
        model=model,
        n_epochs=400,
        batch_size=60,
        learning_rate=0.1,
        schedule="cosine",
    )

    np.testing.assert_allclose(model.weight.detach().numpy(), expected, atol=1e-6)


def test_it_is_the_loop_that_one_would_write_by_hand(fit, arrays, make_model):
    source = RowBatches(arrays, drawn={"y": 4})
    by_hand = make_model()
    by_hand.dropout.p = 0.0
    optimiser = make_optimiser(by_hand, learning_rate=0.05, weight_decay=0.3)
    n_epochs, n_steps = 3, source.n_steps(16)
    for epoch in range(n_epochs):
        for n, batch in enumerate(source.training(epoch, batch_size=16, seed=5)):
            share = (epoch * n_steps + n) / (n_epochs * n_steps)
            for group in optimiser.param_groups:
                group["lr"] = 0.05 * 0.5 * (1 + np.cos(np.pi * share))
            named = batch.arrays.items()
            loss, _ = by_hand.loss({name: torch.as_tensor(one) for name, one in named})
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(by_hand.parameters(), 0.5)
            optimiser.step()

    model = make_model()
    model.dropout.p = 0.0
    fit(
        data=source,
        model=model,
        n_epochs=n_epochs,
        seed=5,
        learning_rate=0.05,
        schedule="cosine",
        weight_decay=0.3,
        clip_norm=0.5,
    )

    for name, expected in by_hand.state_dict().items():
        torch.testing.assert_close(model.state_dict()[name], expected, msg=name)


def test_a_seed_decides_every_bit(fit):
    first, again, other = fit(seed=0), fit(seed=0), fit(seed=1)

    assert first.bits == again.bits
    assert first.history.loss == again.history.loss
    assert first.bits != other.bits


def test_reading_ahead_changes_no_bit(fit):
    assert fit(prefetch=0).bits == fit(prefetch=3).bits


def test_data_from_a_file_give_the_same_bits(fit, source, arrays, tmp_path):
    with h5py.File(tmp_path / "data.h5", "w") as file:
        for name, values in arrays.items():
            file[name] = values
        streamed = RowBatches(file, source.validation_row, drawn=source.drawn)

        assert fit(data=streamed, prefetch=2).bits == fit(data=source).bits


def test_the_callers_random_numbers_and_threads_are_left(fit):
    before, n_threads = torch.get_rng_state(), torch.get_num_threads()
    of_numpy = np.random.get_state()[1].tolist()

    fit(threads=n_threads + 1)

    assert torch.equal(torch.get_rng_state(), before)
    assert torch.get_num_threads() == n_threads
    assert np.random.get_state()[1].tolist() == of_numpy


def test_nor_do_they_matter(fit):
    torch.manual_seed(1)
    first = fit()
    torch.manual_seed(2)

    assert fit().bits == first.bits


def test_training_stops_when_validation_no_longer_falls(fit, noise):
    found = fit(data=noise, n_epochs=100, patience=3, learning_rate=0.1)
    validation = found.history.validation["loss"]

    assert len(validation) == found.history.best_epoch + 1 + 3 < 100
    assert found.history.best_epoch == int(np.argmin(validation))
    assert found.history.stopped_early


def test_the_weights_of_the_best_epoch_are_those_that_remain(fit, noise):
    found = fit(data=noise, n_epochs=14, learning_rate=0.1)
    judged = next(noise.validation(batch_size=99, seed=0)).arrays
    assert found.history.best_epoch < 13

    with torch.no_grad():
        tensors = {name: torch.from_numpy(value) for name, value in judged.items()}
        loss = float(found.model.loss(tensors)[0])

    best = min(found.history.validation["loss"])
    assert loss == pytest.approx(best, rel=1e-5)
    assert not found.model.training


def test_it_is_the_model_of_so_many_epochs(fit, noise):
    """The best weights are those of a training that ends there."""
    long = fit(data=noise, n_epochs=14, learning_rate=0.1)
    short = fit(data=noise, n_epochs=long.history.best_epoch + 1, learning_rate=0.1)

    assert short.bits == long.bits


def test_without_validation_the_last_weights_remain(fit, arrays):
    found = fit(data=RowBatches(arrays), n_epochs=3)

    assert found.history.best_epoch == 2
    assert found.history.validation == {}


def test_the_history_holds_every_part_and_rate_of_every_epoch(fit):
    history = fit(n_epochs=3, schedule="cosine", learning_rate=1.0).history

    assert {name: len(values) for name, values in history.arrays().items()} == {
        **dict.fromkeys(("loss/loss", "loss/error", "loss/size"), 3),
        **dict.fromkeys(("validation/loss", "validation/error", "validation/size"), 3),
        "learning_rate": 3,
    }
    steps = 3 * history.n_steps
    expected = [0.5 * (1 + np.cos(np.pi * n / steps)) for n in (2, 5, 8)]
    np.testing.assert_allclose(history.learning_rate, expected)
    assert all(
        0 <= w <= s for w, s in zip(history.waiting_s, history.seconds, strict=True)
    )


def test_progress_is_told_after_each_step_and_epoch(fit):
    told = []

    fit(n_epochs=2, progress=told.append)

    steps = [(0, 1), (0, 2), (0, 3), (1, 0), (1, 1), (1, 2), (1, 3), (2, 0)]
    assert [(one.epoch, one.step) for one in told] == steps
    assert all(np.isfinite(one.loss) for one in told)
    assert np.isnan(told[0].validation_loss)
    assert told[3].validation_loss == told[3].best_loss
    assert told[0].seconds_left > 0
    assert told[-1].seconds_left == 0


def test_progress_without_validation_tells_of_no_validation_loss(fit, arrays):
    told = []
    fit(n_epochs=3, progress=told.append, data=RowBatches(arrays))

    assert [one.epoch for one in told if not one.step] == [1, 2, 3]
    assert all(np.isnan([m.validation_loss, m.best_loss]).all() for m in told)


def test_a_model_is_told_how_far_it_is(fit, make_model):
    model, told = make_model(), []
    model.at = told.append

    fit(model=model, n_epochs=2)

    np.testing.assert_allclose(told, np.arange(6) / 6)


def test_a_loss_that_explodes_is_told_with_epoch_step_and_rate(fit, arrays):
    arrays["y"][40] = np.nan
    rows = RowBatches(arrays)

    with pytest.raises(
        DataError, match=r"the loss is nan in epoch 1, step \d, at learning rate 0.001"
    ):
        fit(data=rows)


def test_a_validation_loss_that_is_not_finite_is_told(fit, arrays):
    arrays["y"][40] = np.inf

    with pytest.raises(DataError, match="the validation loss is inf in epoch 1"):
        fit(data=RowBatches(arrays, np.array([40])))


def test_frozen_parameters_do_not_move(fit, make_model):
    model = make_model()
    model.first.requires_grad_(False)
    before = model.first.weight.clone()

    fit(model=model, weight_decay=1.0)

    assert torch.equal(model.first.weight, before)

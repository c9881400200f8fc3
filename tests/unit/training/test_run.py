"""Mirrors src/boldwise/training/run.py: what is killed goes on as if it were not."""

import subprocess
import sys
from itertools import islice

import pytest

from boldwise.errors import DataError, StoreError
from boldwise.training.batches import RowBatches


class StopError(Exception):
    """Stands for whatever ends a process."""


def stop_after(n_told):
    left = [n_told]

    def tell(moment):
        left[0] -= 1
        if not left[0]:
            raise StopError

    return tell


OPTIONS = {
    "n_epochs": 3,
    "schedule": "one_cycle",
    "weight_decay": 0.1,
    "clip_norm": 1.0,
    "learning_rate": 0.1,
}


@pytest.mark.parametrize("checkpoint_s", [0, 1e9])
def test_a_run_that_stops_at_any_step_resumes_to_the_same_bits(
    fit, tmp_path, checkpoint_s
):
    whole = fit(**OPTIONS)
    for n_told in range(1, 12):
        where = {"folder": tmp_path / str(n_told), "checkpoint_s": checkpoint_s}
        with pytest.raises(StopError):
            fit(**OPTIONS, **where, progress=stop_after(n_told))

        found = fit(**OPTIONS, **where)

        assert found.bits == whole.bits, n_told
        assert found.history.loss == whole.history.loss
        assert found.history.validation == whole.history.validation


def test_a_run_that_stops_again_and_again_comes_to_the_same_bits(fit, tmp_path):
    whole, n_stops = fit(**OPTIONS, patience=1, checkpoint_s=0), 0
    while True:
        try:
            found = fit(
                **OPTIONS,
                patience=1,
                checkpoint_s=0,
                folder=tmp_path,
                progress=stop_after(2),
            )
        except StopError:
            n_stops += 1
            continue
        break

    assert n_stops > 3
    assert found.bits == whole.bits
    assert found.history.best_epoch == whole.history.best_epoch
    assert found.history.stopped_early == whole.history.stopped_early


@pytest.mark.parametrize("n_told", [45, 48, 51])
def test_best_weights_from_before_the_checkpoint_remain_the_best(
    fit, noise, tmp_path, n_told
):
    options = {"data": noise, "n_epochs": 14, "learning_rate": 0.1, "checkpoint_s": 0}
    whole = fit(**options)
    assert whole.history.best_epoch < n_told // 4 < 13  # 3 steps and an end per epoch

    with pytest.raises(StopError):
        fit(**options, folder=tmp_path, progress=stop_after(n_told))

    assert fit(**options, folder=tmp_path).bits == whole.bits


def test_only_the_steps_after_the_checkpoint_are_taken_again(fit, tmp_path):
    with pytest.raises(StopError):
        fit(**OPTIONS, folder=tmp_path, checkpoint_s=0, progress=stop_after(6))
    told = []

    fit(**OPTIONS, folder=tmp_path, checkpoint_s=0, progress=told.append)

    assert (told[0].epoch, told[0].step) == (1, 3)


def test_a_run_that_has_ended_is_not_run_again(fit, tmp_path):
    whole, told = fit(folder=tmp_path), []

    found = fit(folder=tmp_path, progress=told.append)

    assert told == []
    assert found.bits == whole.bits
    assert found.history == whole.history


@pytest.mark.parametrize("change", ["options", "data", "weights"])
def test_another_run_in_the_same_folder_is_not_taken_up(
    fit, make_model, arrays, tmp_path, change
):
    fit(folder=tmp_path)
    arrays["x"][5, 2] += change == "data"
    other = {
        "model": make_model(seed=int(change == "weights")),
        "learning_rate": 0.01 if change == "options" else 0.001,
    }
    twin = {**other, "model": make_model(seed=int(change == "weights"))}

    found = fit(**other, folder=tmp_path)

    assert found.bits == fit(**twin).bits
    assert len(list(tmp_path.iterdir())) == 2


def test_a_source_that_ends_early_is_told(fit, arrays):
    class Short(RowBatches):
        def training(self, epoch, **options):
            return islice(super().training(epoch, **options), 2)

    with pytest.raises(DataError, match="batches ended after 2 of 4 steps"):
        fit(data=Short(arrays))


def test_a_damaged_checkpoint_is_told(fit, tmp_path):
    fit(folder=tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-9])

    with pytest.raises(StoreError, match=f"{path.name}: the checkpoint cannot be read"):
        fit(folder=tmp_path)


# One process imports torch and forks, before any thread has begun, one child for each
# run; children are killed at random moments, within a write of a checkpoint too.
KILLS = """
import os, signal, sys, random, hashlib, time, safetensors.torch
import numpy as np, torch
from pathlib import Path
from torch import nn
from boldwise.training.batches import RowBatches
from boldwise.training.loop import train
from boldwise.training.options import TrainingOptions
from boldwise.training.seeds import seeded

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(4, 16), nn.Dropout(0.3), nn.Linear(16, 2))
    def loss(self, batch):
        return (self.layers(batch["x"]) - batch["y"]).square().mean(), {}

def run(pipe, folder):
    generator = np.random.default_rng(0)
    arrays = {"x": generator.standard_normal((40, 4)).astype(np.float32)}
    arrays["y"] = arrays["x"][:, :2] ** 2
    with seeded(0):
        model = Model()
    options = TrainingOptions(
        n_epochs=3, batch_size=8, schedule="cosine", checkpoint_s=0, prefetch=1
    )
    train(model, RowBatches(arrays, np.arange(8)), options=options, folder=folder,
          progress=lambda moment: os.write(pipe, b"."))
    bits = b"".join(one.numpy().tobytes() for one in model.state_dict().values())
    os.write(pipe, hashlib.sha256(bits).hexdigest().encode())

def child(folder, n_steps, delay_s):
    ends = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(ends[0])
        try:
            run(ends[1], folder)
        finally:
            os._exit(0)
    os.close(ends[1])
    told = b""
    while got := os.read(ends[0], 1):
        told += got
        if len(told) == n_steps:
            time.sleep(delay_s)
            os.kill(pid, signal.SIGKILL)
            n_steps = 0
    os.close(ends[0])
    os.waitpid(pid, 0)
    return told

random.seed(int(sys.argv[2]))
print(child(None, -1, 0).decode().strip("."))
n_kills = 0
while True:
    told = child(Path(sys.argv[1]), random.randint(2, 5), random.random() * 0.004)
    if told.strip(b"."):
        break
    n_kills += 1
print(told.decode().strip("."))
print(n_kills)
"""


@pytest.mark.parametrize("seed", [0])
def test_a_run_that_is_killed_comes_to_the_same_bits(tmp_path, seed):
    done = subprocess.run(
        [sys.executable, "-c", KILLS, str(tmp_path), str(seed)],
        capture_output=True,
        text=True,
        timeout=200,
        check=True,
    )

    undisturbed, resumed, n_kills = done.stdout.split()
    assert len(undisturbed) == 64
    assert resumed == undisturbed
    assert int(n_kills) >= 2

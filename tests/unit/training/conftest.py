"""A small model, and data that it can learn."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from boldwise.training.batches import RowBatches
from boldwise.training.loop import train
from boldwise.training.options import TrainingOptions
from boldwise.training.seeds import seeded
from boldwise.training.split import validation_rows

N_ROWS, N_FEATURES, N_VOXELS = 60, 5, 7


class TinyModel(nn.Module):
    """A perceptron with dropout and batch norm: randomness and buffers to resume."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(N_FEATURES, 8, bias=False)
        self.norm = nn.BatchNorm1d(8)
        self.last = nn.Linear(8, N_VOXELS)
        self.dropout = nn.Dropout(0.2)

    def loss(self, batch):
        """Mean squared error, and a penalty."""
        hidden = torch.tanh(self.norm(self.first(batch["x"])))
        predicted = self.last(self.dropout(hidden))
        if "y_column" in batch:
            predicted = predicted[:, batch["y_column"]]
        error = ((predicted - batch["y"]) ** 2).mean()
        size = 1e-3 * self.last.weight.square().sum()
        return error + size, {"error": error, "size": size}


@pytest.fixture
def arrays():
    generator = np.random.default_rng(3)
    x = generator.standard_normal((N_ROWS, N_FEATURES)).astype(np.float32)
    y = x @ generator.standard_normal((N_FEATURES, N_VOXELS)).astype(np.float32)
    y += generator.standard_normal(y.shape).astype(np.float32)
    return {"x": x, "y": y}


@pytest.fixture
def source(arrays):
    held = validation_rows(np.arange(N_ROWS) // 3, 0.2, seed=1)
    return RowBatches(arrays, held, drawn={"y": 4})


@pytest.fixture
def noise(source, arrays):
    """Responses that follow nothing: what is learned soon hurts."""
    arrays["y"] = np.random.default_rng(4).standard_normal((N_ROWS, N_VOXELS))
    return RowBatches(
        {**arrays, "y": arrays["y"].astype(np.float32)}, source.validation_row
    )


@pytest.fixture
def make_model():
    def make(seed=0):
        with seeded(seed):
            return TinyModel()

    return make


@pytest.fixture
def fit(source, make_model):
    """Train a new tiny model, with other options and data where they are given."""

    def run(*, data=source, folder=None, progress=None, model=None, **options):
        chosen = {"n_epochs": 4, "batch_size": 16, "prefetch": 0, **options}
        model = model or make_model()
        history = train(
            model,
            data,
            options=TrainingOptions(**chosen),
            folder=folder,
            progress=progress,
        )
        return SimpleNamespace(model=model, history=history, bits=bits_of(model))

    return run


def bits_of(model):
    """All numbers of a model as bytes."""
    return b"".join(one.numpy().tobytes() for one in model.state_dict().values())

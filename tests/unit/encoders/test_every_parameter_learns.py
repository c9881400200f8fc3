"""No model carries a parameter that no gradient reaches."""

import every_model as em
import pytest

from boldwise.encoders.trained import KINDS, train_encoder
from boldwise.training import loop
from boldwise.training.gradients import dead_parameters


def test_every_kind_is_among_the_models():
    assert {one["kind"] for one in em.MODELS.values()} == set(KINDS)


@pytest.mark.parametrize("name", em.MODELS)
def test_every_parameter_learns(name, monkeypatch):
    runs = []

    class Watched(loop.Run):
        def __init__(self, model, batches, options):
            runs.append((model, batches))
            super().__init__(model, batches, options)

    monkeypatch.setattr(loop, "Run", Watched)
    train_encoder(
        em.bench_of(em.draw_world(), em.MODELS[name], training={"n_epochs": 1})
    )

    assert runs
    for model, batches in runs:
        found = batches.training(0, batch_size=12, seed=0, start=0)
        assert dead_parameters(model, [one.arrays for one in found]) == {}
        assert all(one.requires_grad for one in model.parameters())

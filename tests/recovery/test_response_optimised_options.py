"""Attention over the map of a learned core pays where places depend on one another."""

import numpy as np
import planted_energy as pe
import planted_maps as pm
import pytest

from boldwise.encoders.cores import CoreShape
from boldwise.encoders.image_study import ImageStudy, Viewer
from boldwise.encoders.response_optimised import (
    ResponseOptimisedOptions,
    fit_response_optimised,
)
from boldwise.training.options import TrainingOptions

pytestmark = pytest.mark.recovery
N_TRAIN, N_TEST = 600, 200
TRAINING = TrainingOptions(
    n_epochs=15,
    batch_size=32,
    learning_rate=0.01,
    schedule="cosine",
    warmup=0.1,
    weight_decay=0.01,
    clip_norm=1.0,
)


@pytest.fixture(scope="module")
def turned_down():
    """Voxels whose response to a place falls with the energy of the whole picture."""
    rng = np.random.default_rng(0)
    pictures = pe.textures(N_TRAIN + N_TEST, rng)
    here, _, _ = pe.oriented_energy(pictures, 40, rng)
    whole = pe.oriented_energy(pictures, 60, rng)[0].mean(1, keepdims=True)
    whole /= whole.std()
    truth = pm.standard(pm.standard(here - 2 * whole) * np.exp(-0.7 * whole))
    return pictures, truth, truth + 0.5 * rng.standard_normal(truth.shape)


def accuracy(turned_down, kind, n_blocks):
    pictures, truth, measured = turned_down
    rows = np.arange(len(pictures))
    train, test = rows[:N_TRAIN], rows[N_TRAIN:]
    study = ImageStudy(
        pictures, {"01": Viewer(measured[:N_TRAIN].astype("f4"), train, test)}
    )
    core = CoreShape(kind, 16, n_blocks, kernel=7, stride=3, n_heads=2, dropout=0.0)
    options = ResponseOptimisedOptions(core, training=TRAINING)
    fit = fit_response_optimised(study, options=options)
    return pm.correlate(fit.viewers["01"].prediction, truth[test])


def test_attention_beats_filters_and_its_core_without_it(turned_down):
    attending = accuracy(turned_down, "transformer", 1)

    assert np.median(attending) > 0.5
    for other in (("convolutional", 1), ("transformer", 0)):
        ahead = attending - accuracy(turned_down, *other)
        assert ahead.mean() > 0.02
        assert ahead.mean() - 2 * ahead.std() / len(ahead) ** 0.5 > 0

"""A new subject with few images, after five others: no training but of embeddings.

Seen: with 50 images .53 (embeddings of the universal encoder) and .39 (in context)
against .21 of ridge.
"""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch
from viewed_scenes import (
    N_OWN,
    TEST,
    best_ridge,
    least_ahead,
    median,
    ridge,
    standard,
    voxels,
    world,
)

from boldwise.encoders.context_batches import ContextSizes
from boldwise.encoders.fit_in_context import (
    InContextOptions,
    fit_in_context,
    pretrain_in_context,
    remember,
)
from boldwise.encoders.fit_voxel_embedding import (
    ADOPTING,
    VoxelEmbeddingFit,
    VoxelEmbeddingOptions,
    adopt_subjects,
    fit_voxel_embedding,
)
from boldwise.encoders.in_context import InContextEncoder, InContextShape, read_context
from boldwise.encoders.level_study import LevelStudy
from boldwise.encoders.voxel_embedding import VoxelEmbeddingSizes
from boldwise.encoders.voxel_populations import (
    Population,
    prior_of_populations,
    scale_of_populations,
)
from boldwise.simulate.layout import RESPONSIVE
from boldwise.training.options import TrainingOptions

pytestmark = [pytest.mark.recovery, pytest.mark.timeout(900)]  # first ones train
SOURCES, NEW = ("01", "02", "03", "04", "05"), "06"
OPTIONS = VoxelEmbeddingOptions(
    sizes=VoxelEmbeddingSizes(embedding=64, narrowed=64, hidden=64),
    training=TrainingOptions(
        n_epochs=12, batch_size=16, learning_rate=5e-3, schedule="one_cycle"
    ),
)
CONTEXT = InContextOptions(InContextShape(), ContextSizes(20, 300), n_synthetic=0)


def rows_of(subject: str, n: int = N_OWN) -> np.ndarray:
    return (int(subject) - 1) * N_OWN + np.arange(n)


def study(subject: str, n: int = N_OWN) -> LevelStudy:
    rows = rows_of(subject, n)
    responses = voxels(subject, *RESPONSIVE).response[rows]
    return LevelStudy(world().tokens["layer3"][:, None], responses, rows, TEST)


@cache
def known() -> VoxelEmbeddingFit:
    return fit_voxel_embedding({one: study(one) for one in SOURCES}, options=OPTIONS)


@cache
def sources() -> list[Population]:
    return [
        Population(
            pooled()[rows_of(one)], voxels(one, *RESPONSIVE).response[rows_of(one)]
        )
        for one in SOURCES
    ]


@cache
def in_context(seed: int = 0, n_remembered: int = 512) -> InContextEncoder:
    training = replace(CONTEXT.training, seed=seed)
    shape = replace(CONTEXT.shape, n_remembered=n_remembered)
    options = replace(CONTEXT, shape=shape, training=training)
    return fit_in_context(sources(), options=options).model


@cache
def untrained() -> InContextEncoder:
    """Begin with prior and memory; the transformer has learnt nothing."""
    model, _ = pretrain_in_context(sources(), options=CONTEXT)
    root = prior_of_populations(sources(), scale_of_populations(sources()))
    model.prior.data.copy_(torch.from_numpy(root))
    remember(model, sources(), seed=0)
    return model


def told_by(model: InContextEncoder, n: int) -> float:
    """Median accuracy in the new subject, from its first ``n`` images."""
    new, rows = voxels(NEW, *RESPONSIVE), rows_of(NEW, n)
    weights = read_context(model, pooled()[rows], new.response[rows])
    return median(weights.predict(pooled()[TEST]), new)


def pooled() -> np.ndarray:
    return standard(world().tokens["layer3"].mean(1))


@cache
def ridge_of(subject: str, n: int) -> np.ndarray:
    """Take the better of pooled and of flattened tokens."""
    tokens = world().tokens["layer3"]
    features = [standard(tokens.mean(1)), standard(tokens.reshape(len(tokens), -1))]
    return best_ridge(voxels(subject, *RESPONSIVE), rows_of(subject, n), features)


@pytest.mark.parametrize(("n", "margin"), [(50, 0.15), (100, 0.15), (300, 0.1)])
def test_embeddings_alone_beat_ridge_on_few_images(n, margin):
    new = voxels(NEW, *RESPONSIVE)
    options = replace(ADOPTING, sizes=OPTIONS.sizes)

    fit = adopt_subjects(known(), {NEW: study(NEW, n)}, options=options)
    ours = fit.prediction[NEW]

    assert median(ours, new) - median(ridge_of(NEW, n), new) > margin
    assert least_ahead(ours, ridge_of(NEW, n), new) > 0.05


def test_with_all_images_the_universal_encoder_is_no_worse_than_ridge():
    for subject in SOURCES:
        measured = voxels(subject, *RESPONSIVE)
        theirs = median(ridge_of(subject, N_OWN), measured)
        assert median(known().prediction[subject], measured) > theirs + 0.05


@pytest.mark.parametrize(("n", "margin"), [(50, 0.1), (100, 0.1)])
@pytest.mark.parametrize("seed", [0, 1])
def test_reading_examples_beats_ridge_on_few_images(n, margin, seed):
    new, rows = voxels(NEW, *RESPONSIVE), rows_of(NEW, n)
    theirs = ridge(pooled(), new.response[rows], rows)

    told = read_context(in_context(seed), pooled()[rows], new.response[rows])
    ours = told.predict(pooled()[TEST])

    assert median(ours, new) - median(theirs, new) > margin
    assert least_ahead(ours, theirs, new) > 0.05


@pytest.mark.parametrize("n", [50, 100])
@pytest.mark.parametrize("seed", [0, 1])
def test_training_adds_to_prior_and_memory(n, seed):
    """Seen: .02 more than the untrained model, .05 more than ridge with the prior."""
    new, rows = voxels(NEW, *RESPONSIVE), rows_of(NEW, n)
    scale = scale_of_populations(sources())
    turned = scale.apply(pooled()) @ prior_of_populations(sources(), scale)
    prior_alone = median(ridge(turned, new.response[rows], rows), new)

    assert told_by(in_context(seed), n) > told_by(untrained(), n) + 0.005
    assert told_by(in_context(seed), n) > prior_alone + 0.03


@pytest.mark.parametrize("n", [50, 100])
def test_remembered_voxels_add_to_the_prior(n):
    without = told_by(in_context(n_remembered=0), n)

    assert told_by(in_context(), n) > without + 0.03

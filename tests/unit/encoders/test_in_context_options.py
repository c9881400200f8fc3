"""Each option of the in-context encoder pays, where few images are known of a voxel."""

from dataclasses import replace
from functools import cache

import numpy as np
import planted_maps as pm
import pytest
from planted_voxels import VoxelWorld

from boldwise.encoders.context_batches import ContextSizes
from boldwise.encoders.fit_in_context import InContextOptions, fit_in_context
from boldwise.encoders.in_context import InContextShape, read_context
from boldwise.encoders.voxel_populations import (
    Population,
    prior_of_populations,
    scale_of_populations,
)
from boldwise.linear.ridge import RidgeCV
from boldwise.training.options import TrainingOptions

N_SHOWN = 30
PLAIN = InContextOptions(
    InContextShape(width=32, n_blocks=1, n_heads=2, n_remembered=0),
    ContextSizes(20, 100, 50),
    n_synthetic=0,
    training=TrainingOptions(
        n_epochs=8,
        batch_size=32,
        learning_rate=3e-3,
        schedule="cosine",
        weight_decay=0.1,
        clip_norm=1.0,
    ),
)
FEW_VOXELS = 24  # of each source subject


@cache
def world():
    """Two source subjects, and a new one: embeddings, responses, truth."""
    drawn = VoxelWorld()
    sources = [Population(*drawn.subject(300, 96)[:2]) for _ in range(2)]
    return sources, drawn.subject(400, 400)


def accuracy(predict):
    """Correlation of each voxel with the truth of images outside the context."""
    embedding, _, truth = world()[1]
    return pm.correlate(predict(embedding[200:]), truth[200:])


@cache
def told(options, n_voxels=None):
    sources = [
        Population(one.embedding, one.response[:, :n_voxels]) for one in world()[0]
    ]
    embedding, response, _ = world()[1]
    model = fit_in_context(sources, options=options).model
    weights = read_context(model, embedding[:N_SHOWN], response[:N_SHOWN])
    return accuracy(weights.predict)


def is_ahead(one, other, margin):
    ahead = one - other
    low = ahead.mean() - 2 * ahead.std() / np.sqrt(len(ahead))
    return low > 0 and ahead.mean() > margin


def test_a_learned_prior_beats_that_of_ridge():
    assert is_ahead(told(PLAIN), told(replace(PLAIN, learned_prior=False)), 0.03)


def test_the_transformer_beats_the_learned_prior_alone():
    embedding, response, _ = world()[1]
    scale = scale_of_populations(world()[0])
    root = prior_of_populations(world()[0], scale)
    alone = RidgeCV(alphas=np.logspace(-2, 6, 17), cv=5)
    alone.fit(scale.apply(embedding[:N_SHOWN]) @ root, response[:N_SHOWN])

    theirs = accuracy(lambda images: alone.predict(scale.apply(images) @ root))

    assert is_ahead(told(PLAIN), theirs, 0.01)


def test_voxels_that_are_remembered_help():
    shape = replace(PLAIN.shape, n_remembered=512)

    assert is_ahead(told(replace(PLAIN, shape=shape)), told(PLAIN), 0.005)


def test_the_exact_solution_beats_weights_told_at_once():
    shape = replace(PLAIN.shape, solve=False)

    assert is_ahead(told(PLAIN), told(replace(PLAIN, shape=shape)), 0.1)


@pytest.mark.parametrize("solve", [True, False])
def test_synthetic_voxels_help_where_the_sources_have_few(solve):
    shape = replace(PLAIN.shape, solve=solve)
    sizes = ContextSizes(20 if solve else 40, 100, 50)
    plain = replace(PLAIN, shape=shape, sizes=sizes, learned_prior=solve)

    pretrained = told(replace(plain, n_synthetic=256), FEW_VOXELS)

    assert is_ahead(pretrained, told(plain, FEW_VOXELS), 0.05)

"""Learned from other subjects, a few images tell more than ridge makes of them."""

import numpy as np
import planted_maps as pm
import pytest
from planted_voxels import VoxelWorld

from boldwise.encoders.context_batches import ContextBatches, ContextSizes
from boldwise.encoders.fit_in_context import (
    InContextOptions,
    fit_in_context,
    pretrain_in_context,
    remember,
)
from boldwise.encoders.in_context import InContextShape, read_context
from boldwise.encoders.voxel_populations import Population
from boldwise.errors import DataError
from boldwise.linear.ridge import RidgeCV
from boldwise.training.options import TrainingOptions

OPTIONS = InContextOptions(
    InContextShape(width=32, n_blocks=1, n_heads=2),
    ContextSizes(20, 150, 60),
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


@pytest.fixture(scope="module")
def world():
    """Three source subjects; a new one with 1,000 images and 300 to test."""
    drawn = VoxelWorld()
    sources = [Population(*drawn.subject(500, 128)[:2]) for _ in range(3)]
    return sources, drawn.subject(1300, 150)


@pytest.fixture(scope="module")
def fit(world):
    return fit_in_context(world[0], options=OPTIONS)


def accuracies(world, fit, n):
    """Correlation with the truth of each new voxel: in context, and by ridge."""
    embedding, response, truth = world[1]
    context, test = slice(0, n), slice(1000, 1300)
    ridge = RidgeCV(alphas=np.logspace(-4, 4, 17), cv=5)
    ridge.fit(embedding[context], response[context])
    ours = read_context(fit.model, embedding[context], response[context])
    return [
        pm.correlate(one.predict(embedding[test]), truth[test]) for one in (ours, ridge)
    ]


@pytest.mark.parametrize(("n", "margin"), [(50, 0.08), (100, 0.06)])
def test_few_images_tell_more_than_ridge_makes_of_them(world, fit, n, margin):
    ours, theirs = accuracies(world, fit, n)

    ahead = ours - theirs
    low = ahead.mean() - 2 * ahead.std() / np.sqrt(len(ahead))
    assert ahead.mean() > margin
    assert low > 0


def test_with_many_images_it_is_ridge_or_better(world, fit):
    ours, theirs = accuracies(world, fit, 1000)

    assert (ours - theirs).mean() > -0.01
    assert ours.mean() < theirs.mean() + 0.05


def test_noise_voxels_score_nothing(world, fit):
    embedding, response, _ = world[1]
    noise = np.random.default_rng(1).standard_normal(response.shape).astype("f4")

    told = read_context(fit.model, embedding[:100], noise[:100]).predict(
        embedding[1000:]
    )

    assert abs(np.mean(pm.correlate(told, noise[1000:]))) < 0.02


def test_synthetic_voxels_alone_teach_to_regress(world):
    """Without the exact solution, the transformer itself learns it from them."""
    options = InContextOptions(
        InContextShape(width=64, n_blocks=1, n_heads=2, solve=False),
        ContextSizes(60, 120, 60),
        n_synthetic=192,
        training=OPTIONS.training,
    )
    model, history = pretrain_in_context(world[0], options=options)
    embedding, response, truth = world[1]

    told = read_context(model, embedding[:100], response[:100]).predict(
        embedding[1000:]
    )

    assert history.validation["loss"][-1] < 0.97  # 1: nothing
    assert pm.correlate(told, truth[1000:]).mean() > 0.2


def test_training_repeats_bit_by_bit(world, fit):
    again = fit_in_context(world[0], options=OPTIONS)

    for one, other in zip(
        fit.model.parameters(), again.model.parameters(), strict=True
    ):
        np.testing.assert_array_equal(one.detach(), other.detach())


def test_it_needs_other_subjects():
    with pytest.raises(DataError, match="learns from other subjects: give one or more"):
        fit_in_context([])


def test_validation_voxels_are_never_trained_on(world):
    batches = ContextBatches(world[0], OPTIONS.sizes)
    judged = {(i, v) for i, voxels in enumerate(batches.judged) for v in voxels}
    trained = [
        (i, v) for i in range(3) for v in set(range(128)) - set(batches.judged[i])
    ]

    assert len(judged) == 3 * 13
    assert not judged & set(trained)
    seen = sum(
        batch.n_rows for batch in batches.training(0, batch_size=32, seed=0, start=0)
    )
    assert seen == len(trained)


def test_images_asked_for_are_none_of_the_context(world):
    batches = ContextBatches(world[0], OPTIONS.sizes)
    for batch in batches.training(0, batch_size=32, seed=0, start=0):
        shown, asked = (
            {row.tobytes() for row in batch.arrays[name]}
            for name in ("context", "query")
        )
        assert 20 <= len(shown) <= 150
        assert len(asked) == 60
        assert not shown & asked


def test_batches_tell_where_each_voxel_is_remembered(world):
    """The response of a batch is that of the voxel whose row it names."""
    shape = InContextShape(width=8, n_blocks=1, n_heads=2, n_remembered=100)
    model, _ = pretrain_in_context(
        world[0], options=InContextOptions(shape, OPTIONS.sizes, n_synthetic=0)
    )
    place = remember(model, world[0], seed=0)
    batches = ContextBatches(world[0], OPTIONS.sizes, remembered=place)
    rows = []
    for batch in batches.training(0, batch_size=32, seed=0, start=0):
        arrays = batch.arrays
        known = np.flatnonzero(arrays["own"] >= 0)
        weight = model.memory.weight[arrays["own"][known]].numpy()  # (k, D)
        context = np.concatenate([arrays["context"], arrays["query"]])
        told = (context - context.mean(0)) / model.spread.numpy() @ weight.T
        both = np.concatenate([arrays["response"], arrays["answer"]], 1)[known]
        rows += [np.corrcoef(told.T[i], both[i])[0, 1] for i in range(len(known))]

    assert sum((one >= 0).sum() for one in place) == len(model.memory.weight) == 100
    assert len(rows) > 60
    assert np.median(rows) > 0.5


def test_without_a_memory_nothing_is_remembered(world):
    shape = InContextShape(width=8, n_blocks=1, n_heads=2, n_remembered=0)
    options = InContextOptions(shape, OPTIONS.sizes, n_synthetic=0)
    model, _ = pretrain_in_context(world[0], options=options)

    assert model.memory is None
    assert remember(model, world[0], seed=0) is None


def test_a_resumed_epoch_goes_on_with_the_same_batches(world):
    batches = ContextBatches(world[0], OPTIONS.sizes)
    options = {"batch_size": 32, "seed": 0}

    whole = list(batches.training(3, start=0, **options))
    rest = list(batches.training(3, start=5, **options))

    assert len(whole) == batches.n_steps(32)
    for one, other in zip(whole[5:], rest, strict=True):
        for name, values in one.arrays.items():
            np.testing.assert_array_equal(values, other.arrays[name])


def test_contexts_larger_than_a_population_are_refused(world):
    with pytest.raises(DataError, match="population 0 has 500 images and 128 voxels"):
        ContextBatches(world[0], ContextSizes(450, 500, 100))

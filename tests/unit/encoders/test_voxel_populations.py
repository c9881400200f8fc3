"""Synthetic voxels are what they say; the prior of a population is found."""

import numpy as np
import pytest

from boldwise.encoders.voxel_populations import (
    SHRINK,
    Population,
    draw_population,
    prior_of_populations,
    scale_of_populations,
)
from boldwise.errors import DataError, ShapeMismatchError

RNG = np.random.default_rng(0)
EMBEDDING = RNG.standard_normal((400, 12)) * np.arange(12, 0, -1)


def test_voxels_have_the_shares_of_signal_that_were_asked_for():
    population = draw_population(EMBEDDING, 60, signal=(0.5, 0.5), seed=1)

    design = np.column_stack([EMBEDDING, np.ones(400)])
    rest = (
        population.response - design @ np.linalg.lstsq(design, population.response)[0]
    )
    found = 1 - rest.var(0) / population.response.var(0)
    assert abs(found.mean() - 0.5) < 0.03
    assert abs(population.response.var() - 1) < 0.05


def test_steep_voxels_follow_the_first_directions():
    flat, steep = (
        draw_population(EMBEDDING, 200, signal=(1, 1), slope=(s, s)).response
        for s in (0.0, 2.0)
    )
    left, size, _ = np.linalg.svd(EMBEDDING - EMBEDDING.mean(0), full_matrices=False)

    last, first = (
        ((left[:, k] @ steep) ** 2).mean() / ((left[:, k] @ flat) ** 2).mean()
        for k in (-1, 0)
    )

    expected = (size[-1] / size[0]) ** 4
    assert 0.5 * expected < last / first < 2 * expected


def test_equal_seeds_draw_equal_voxels():
    one, same, other = (
        draw_population(EMBEDDING, 3, seed=s).response for s in (1, 1, 2)
    )

    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).max() > 0.1


def test_the_prior_points_where_the_weights_lie():
    embedding = RNG.standard_normal((400, 12))
    direction = RNG.standard_normal(12)
    direction /= np.linalg.norm(direction)
    drive = (embedding @ direction)[:, None] * RNG.standard_normal(30)
    noise = 0.3 * RNG.standard_normal((400, 60))
    response = np.concatenate([drive, np.zeros((400, 30))], 1) + noise
    populations = [Population(embedding, response.astype("f4"))]
    scale = scale_of_populations(populations)

    value, vector = np.linalg.eigh(prior_of_populations(populations, scale))

    assert abs(vector[:, -1] @ direction) > 0.95
    assert value[-1] > 2.5 * value[-2]
    assert value[0] > 0.5 * np.sqrt(SHRINK)
    np.testing.assert_allclose((value**2).mean(), 1, rtol=1e-4)


def test_pure_noise_leaves_a_prior_without_preference():
    noise = Population(EMBEDDING, np.zeros((400, 4), "f4"))

    prior = prior_of_populations([noise], scale_of_populations([noise]))

    np.testing.assert_allclose(prior, np.eye(12), atol=1e-6)


def test_images_and_responses_must_agree():
    with pytest.raises(ShapeMismatchError, match="400 embeddings, but 399 responses"):
        Population(EMBEDDING, np.zeros((399, 2)))


def test_populations_must_share_a_feature_space():
    given = [Population(EMBEDDING[:, :n], np.zeros((400, 2))) for n in (3, 4)]

    with pytest.raises(DataError, match=r"embeddings of \[3, 4\] numbers"):
        scale_of_populations(given)

"""Weights read from a context: no order, any gain, ridge as a special case."""

import numpy as np
import pytest
import torch

from boldwise.encoders.in_context import InContextEncoder, InContextShape, read_context
from boldwise.encoders.map_study import Scale
from boldwise.errors import ConfigError, DataError, ShapeMismatchError
from boldwise.linear.ridge import RidgeCV
from boldwise.training.gradients import dead_parameters

RNG = np.random.default_rng(0)
N_FEATURES = 10
EMBEDDING = RNG.standard_normal((40, N_FEATURES)).astype("f4") + 2
RESPONSE = (
    EMBEDDING @ RNG.standard_normal((N_FEATURES, 5)) + RNG.standard_normal((40, 5))
).astype("f4")


def build(**options):
    torch.manual_seed(0)
    scale = Scale(EMBEDDING.mean(0), EMBEDDING.std(0) * 2)
    shape = InContextShape(width=16, n_heads=2, n_blocks=2, **options)
    model = InContextEncoder(scale, shape)
    if model.memory is not None:
        model.memory.weight.normal_()
    with torch.no_grad():  # away from where it begins
        for parameter in model.parameters():
            parameter += 0.1 * torch.randn(parameter.shape)
    return model


@pytest.mark.parametrize("solve", [True, False])
def test_the_order_of_the_pairs_does_not_matter(solve):
    model, order = build(solve=solve), RNG.permutation(40)

    found, shuffled = (
        read_context(model, EMBEDDING[rows], RESPONSE[rows])
        for rows in (np.arange(40), order)
    )

    np.testing.assert_allclose(shuffled.weight, found.weight, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(
        shuffled.intercept, found.intercept, rtol=1e-3, atol=1e-3
    )


@pytest.mark.parametrize("solve", [True, False])
def test_weights_follow_the_gain_and_the_intercept_the_offset(solve):
    model = build(solve=solve)
    gain = np.array([1.0, 0.01, 8.0, 300.0, 2.0], "f4")

    found = read_context(model, EMBEDDING, RESPONSE)
    louder = read_context(model, EMBEDDING, RESPONSE * gain - 7.0)

    np.testing.assert_allclose(louder.weight, found.weight * gain, rtol=5e-3, atol=1e-4)
    np.testing.assert_allclose(
        louder.predict(EMBEDDING),
        found.predict(EMBEDDING) * gain - 7,
        rtol=1e-2,
        atol=0.1,
    )


def test_voxels_do_not_see_one_another():
    model = build()

    every = read_context(model, EMBEDDING, RESPONSE)
    alone = read_context(model, EMBEDDING, RESPONSE[:, [3]])

    np.testing.assert_allclose(
        alone.weight[:, 0], every.weight[:, 3], rtol=1e-3, atol=1e-5
    )


@pytest.mark.parametrize("n", [8, 40])
def test_without_expectations_it_is_ridge(n):
    model = build()
    with torch.no_grad():
        model.prior.copy_(torch.eye(N_FEATURES))
        for layer in (model.expect, model.noise):
            layer.weight.zero_()
            layer.bias.zero_()
        model.noise.bias.fill_(np.log(3.0))
        model.memory.weight.zero_()
    spread = EMBEDDING.std(0) * 2

    found = read_context(model, EMBEDDING[:n], RESPONSE[:n])

    gain = RESPONSE[:n].std(0)
    peer = RidgeCV(alphas=[3.0], cv=2).fit(EMBEDDING[:n] / spread, RESPONSE[:n] / gain)
    expected = peer.predict(EMBEDDING / spread) * gain
    np.testing.assert_allclose(found.predict(EMBEDDING), expected, rtol=2e-3, atol=2e-3)


@pytest.mark.parametrize("solve", [True, False])
def test_every_parameter_can_learn(solve):
    batch = {
        "context": EMBEDDING[:30],
        "response": RESPONSE[:30].T.copy(),
        "query": EMBEDDING[30:],
        "answer": RESPONSE[30:].T.copy(),
    }
    assert dead_parameters(build(solve=solve), [batch]) == {}


def test_a_voxel_that_never_varies_is_predicted_as_it_is():
    flat = np.full((40, 2), 3.5, "f4")

    weights = read_context(build(), EMBEDDING, flat)

    np.testing.assert_array_equal(weights.weight, 0)
    np.testing.assert_allclose(weights.predict(EMBEDDING), 3.5)


def test_contexts_that_do_not_fit_are_refused():
    model = build()
    with pytest.raises(ShapeMismatchError, match=r"this model reads embeddings of 10"):
        read_context(model, EMBEDDING[:, :9], RESPONSE)
    with pytest.raises(ShapeMismatchError, match="rows must agree"):
        read_context(model, EMBEDDING[:9], RESPONSE)
    with pytest.raises(DataError, match="a context of 2 images tells nothing"):
        read_context(model, EMBEDDING[:2], RESPONSE[:2])


def test_heads_must_share_the_width():
    with pytest.raises(ConfigError, match="width of 10 does not divide among 4 heads"):
        InContextShape(width=10, n_heads=4)

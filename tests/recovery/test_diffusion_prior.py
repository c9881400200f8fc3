"""What priors are good for: a decoder's predictions against true embeddings.

A simulated brain codes part of an embedding; a ridge decoder predicts it. Priors are
fitted on out-of-fold predictions of the training stimuli and judged on new ones: by how
far the embeddings they give lie from the distribution of true ones (energy distance of
random projections), and by how often the true one is found.
"""

import numpy as np
import pytest

from boldwise.decoders.diffusion_prior import DiffusionPrior
from boldwise.decoders.generators import IdentityPrior, RidgePrior
from boldwise.decoders.linear import RidgeDecoder
from boldwise.evaluation.identification import identify
from boldwise.training.options import TrainingOptions

pytestmark = [pytest.mark.recovery, pytest.mark.timeout(900)]  # first ones fit
N_TRAIN, N_TEST, D = 900, 300, 24
TRAINING = TrainingOptions(
    n_epochs=60, batch_size=64, learning_rate=3e-3, schedule="cosine"
)
PRIORS = ("identity", "ridge", "diffusion")


@pytest.fixture(scope="module")
def worlds():
    """Priors' embeddings of new stimuli, beside the true ones; two worlds."""
    return [_world(seed) for seed in range(2)]


def _world(seed):
    rng = np.random.default_rng(seed)
    n = N_TRAIN + N_TEST
    category = rng.integers(0, 6, n)
    latent = rng.normal(size=(n, 12)) + 2.5 * rng.normal(size=(6, 12))[category]
    target = np.tanh(latent @ rng.normal(size=(12, D)) / 3) + 0.3 * rng.normal(
        size=(n, D)
    )
    brain = latent[:, :6] @ rng.normal(size=(6, 120)) + 4 * rng.normal(size=(n, 120))
    fold = np.arange(N_TRAIN) % 5
    train, test = slice(0, N_TRAIN), slice(N_TRAIN, n)
    said = np.empty((N_TRAIN, D))
    for k in range(5):
        seen = brain[train][fold != k], target[train][fold != k]
        said[fold == k] = _decode(seen, brain[train][fold == k])
    new = _decode((brain[train], target[train]), brain[test])
    fitted = {
        "identity": IdentityPrior(),
        "ridge": RidgePrior(),
        "diffusion": DiffusionPrior(width=96, n_blocks=2, training=TRAINING),
    }
    found = {
        name: prior.fit(said, target[train]).transform(new)
        for name, prior in fitted.items()
    }
    return found, target[test], target[train]


def _decode(seen, responses):
    decoder = RidgeDecoder().fit(*seen)
    scale = decoder.targets_
    return decoder.predict(responses) * scale.spread + scale.mean


def off_distribution(found, true, seed=0):
    """Energy distance along 200 random directions; 0 if both are drawn alike."""
    axes = np.random.default_rng(seed).normal(size=(true.shape[1], 200))
    axes /= np.linalg.norm(axes, axis=0)
    share = np.linspace(0, 1, 201)
    a, b = (np.quantile(one @ axes, share, axis=0) for one in (found, true))
    return float(np.mean((a - b) ** 2))


def spread(found, true):
    """Variance of the embeddings as a share of that of true ones."""
    return found.var(axis=0).sum() / true.var(axis=0).sum()


def two_way(found, true):
    rank = identify(found, true, np.zeros(len(true))).rank
    return float(((len(true) - rank) / (len(true) - 1)).mean())


def test_only_diffusion_gives_back_the_spread_of_true_embeddings(worlds):
    shares = {
        name: [spread(found[name], true) for found, true, _ in worlds]
        for name in PRIORS
    }

    assert max(shares["identity"]) < 0.75
    assert max(shares["ridge"]) < 0.75
    assert np.all(np.abs(np.array(shares["diffusion"]) - 1) < 0.2), shares


def test_only_diffusion_lies_where_true_embeddings_lie(worlds):
    for found, true, seen in worlds:
        far = {name: off_distribution(found[name], true) for name in PRIORS}
        at_best = off_distribution(seen[:N_TEST], true)

        assert far["diffusion"] < 0.25 * min(far["identity"], far["ridge"]), far
        assert far["diffusion"] < 10 * at_best, (far, at_best)


def test_the_regression_stays_closer_in_squared_distance(worlds):
    for found, true, _ in worlds:
        error = {name: np.mean((found[name] - true) ** 2) for name in PRIORS}

        assert error["diffusion"] > error["ridge"], error


def test_identification_neither_gains_nor_loses_much(worlds):
    for found, true, _ in worlds:
        shares = {name: two_way(found[name], true) for name in PRIORS}

        assert abs(shares["diffusion"] - shares["ridge"]) < 0.04, shares

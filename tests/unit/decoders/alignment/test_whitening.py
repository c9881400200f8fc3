"""Whitening: all directions count alike, and no choice of axes matters."""

import numpy as np

from boldwise.decoders.alignment.whitening import fit_whitening

from .conftest import top1


def test_many_stimuli_become_uncorrelated_with_variance_one():
    rng = np.random.default_rng(0)
    pattern = rng.standard_normal((2_000, 4)) @ rng.standard_normal((4, 4)) + 3

    found = fit_whitening(pattern)

    assert found.share < 0.02
    np.testing.assert_allclose(np.cov(found.apply(pattern).T), np.eye(4), atol=0.1)


def test_the_share_is_that_of_scikit_learn():
    from sklearn.covariance import ledoit_wolf

    pattern = np.random.default_rng(0).standard_normal((30, 12)) * np.arange(1, 13)

    np.testing.assert_allclose(fit_whitening(pattern).share, ledoit_wolf(pattern)[1])


def test_it_turns_with_the_columns():
    rng = np.random.default_rng(0)
    pattern, new = rng.standard_normal((30, 6)), rng.standard_normal((5, 6))
    turn = np.linalg.qr(rng.standard_normal((6, 6)))[0]

    plain, turned = fit_whitening(pattern), fit_whitening(pattern @ turn)

    np.testing.assert_allclose(turned.apply(new @ turn), plain.apply(new) @ turn)


def test_weak_directions_help_to_identify():
    rng = np.random.default_rng(0)
    strength = np.r_[20.0, np.ones(30)]
    latent = rng.standard_normal((160, 31)) * strength
    one, other = (latent + strength * rng.standard_normal((160, 31)) for _ in range(2))

    whiten = fit_whitening(one[:80]).apply

    assert top1(whiten(one[80:]), whiten(other[80:])) > 0.2 + top1(one[80:], other[80:])

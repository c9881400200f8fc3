"""Systems that share a matrix, against numpy and finite differences."""

import numpy as np
import pytest
import torch

from boldwise.encoders.shifted_solve import ShiftedSolve, ridge_around
from boldwise.linear.ridge import RidgeCV


def draw(*shape):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.manual_seed(0))


def test_each_system_is_solved_with_its_own_penalty():
    half, target = draw(6, 4), draw(3, 6)
    gram, penalty = half @ half.T, torch.tensor([0.1, 1.0, 30.0]).double()

    found = ShiftedSolve.apply(gram, penalty, target)

    for voxel in range(3):
        shifted = gram.numpy() + penalty[voxel].item() * np.eye(6)
        np.testing.assert_allclose(
            found[voxel], np.linalg.solve(shifted, target[voxel].numpy())
        )


def test_gradients_hold_even_where_eigenvalues_are_equal():
    half = torch.eye(5, dtype=torch.float64).requires_grad_()
    penalty = torch.tensor([0.5, 2.0]).double().requires_grad_()
    target = draw(2, 5).requires_grad_()

    def solve(half, penalty, target):
        return ShiftedSolve.apply(half @ half.T, penalty, target)

    assert torch.autograd.gradcheck(solve, (half, penalty, target))


@pytest.mark.parametrize("n", [7, 40])
def test_around_zero_it_is_ridge(n):
    features, targets = draw(n, 12), draw(3, n)
    penalty = torch.full((3,), 5.0).double()

    found = ridge_around(features, targets, prior=draw(3, 12) * 0, penalty=penalty)

    peer = RidgeCV(alphas=[5.0], fit_intercept=False, cv=2)
    peer.fit(features.numpy(), targets.T.numpy())
    np.testing.assert_allclose(found, peer.coef_.T, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("n", [7, 40])
def test_without_data_to_the_contrary_the_prior_stays(n):
    features, prior = draw(n, 12), draw(3, 12)
    penalty = torch.ones(3).double()

    agreeing = ridge_around(features, prior @ features.T, prior=prior, penalty=penalty)
    stubborn = ridge_around(features, draw(3, n), prior=prior, penalty=penalty * 1e9)

    torch.testing.assert_close(agreeing, prior)
    torch.testing.assert_close(stubborn, prior, rtol=1e-5, atol=1e-5)

"""Many ridge systems that share a matrix: one decomposition serves all penalties.

Letters for shapes: M size of the matrix, V voxels.
"""

from typing import Any

import torch


class ShiftedSolve(torch.autograd.Function):
    """Solve (G + lambda_v I) c_v = b_v for all voxels v, with gradients for all three.

    Where torch's own gradient of an eigendecomposition fails for equal eigenvalues,
    the solution is differentiated as what it is: with g the gradient of c,
    q = (G + lambda I)^-1 g, the gradients are q for b, -q . c for lambda, and
    -sum_v q_v c_v^T for G. They reuse the decomposition: O(M^3 + V M^2) both ways.
    """

    @staticmethod
    def forward(
        ctx: Any, gram: torch.Tensor, penalty: torch.Tensor, target: torch.Tensor
    ) -> torch.Tensor:
        """Solve the systems.

        Parameters
        ----------
        ctx : context of torch
        gram : tensor of shape (M, M)
            Symmetric, without negative eigenvalues.
        penalty : tensor of shape (V,)
            Above 0.
        target : tensor of shape (V, M)

        Returns
        -------
        solution : tensor of shape (V, M)
        """
        value, vector = torch.linalg.eigh(gram)  # (M,), (M, M)
        factor = 1 / (value.clamp_min(0) + penalty[:, None])  # (V, M)
        solution: torch.Tensor = ((target @ vector) * factor) @ vector.T  # (V, M)
        ctx.save_for_backward(vector, factor, solution)
        return solution

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Pull gradients of shape (V, M) back to the matrix, penalties and targets."""
        vector, factor, solution = ctx.saved_tensors
        pulled = ((gradients[0] @ vector) * factor) @ vector.T  # (V, M)
        both = pulled.T @ solution  # (M, V) (V, M) -> (M, M)
        return -0.5 * (both + both.T), -(pulled * solution).sum(1), pulled


def ridge_around(
    features: torch.Tensor,
    targets: torch.Tensor,
    *,
    prior: torch.Tensor,
    penalty: torch.Tensor,
) -> torch.Tensor:
    """Ridge weights that shrink to a prior mean instead of 0, for each voxel.

    Minimises |y_v - X w|^2 + lambda_v |w - p_v|^2, by the smaller of X X^T and
    X^T X.

    Parameters
    ----------
    features : tensor of shape (n, M)
        The same for all voxels.
    targets : tensor of shape (V, n)
    prior : tensor of shape (V, M)
    penalty : tensor of shape (V,)
        Above 0.

    Returns
    -------
    weights : tensor of shape (V, M)
    """
    n, size = features.shape
    rest = targets - prior @ features.T  # (V, n)
    if n < size:
        gram = features @ features.T  # (n, n)
        dual = _solve(gram, penalty, rest)  # (V, n)
        return prior + dual @ features  # (V, M)
    gram = features.T @ features  # (M, M)
    return prior + _solve(gram, penalty, rest @ features)  # (V, M)


def _solve(
    gram: torch.Tensor, penalty: torch.Tensor, target: torch.Tensor
) -> torch.Tensor:
    solution: torch.Tensor = ShiftedSolve.apply(gram, penalty, target)
    return solution

"""AdamW with decay where decay makes sense."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import nn
from torch.optim.adamw import adamw

CONSTANTS: dict[str, Any] = {
    **{"beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
    **{"amsgrad": False, "maximize": False},
}
FREE = (nn.Embedding, nn.EmbeddingBag, nn.LayerNorm, nn.RMSNorm, nn.GroupNorm)


class AdamW:
    """Adam with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2).

    torch's own kernel without torch's class, whose first object imports a compiler:
    seconds and hundreds of megabytes in every job.

    Attributes
    ----------
    param_groups : list of dict
        Of ``params``, ``lr`` and ``weight_decay``.
    state : dict of parameter to dict of str to tensor
        Both moments, in the shape of the parameter, and the count of steps.
    """

    def __init__(self, param_groups: list[dict[str, Any]]) -> None:
        self.param_groups = param_groups
        self.state: dict[nn.Parameter, dict[str, torch.Tensor]] = {}

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for group in self.param_groups:
            for parameter in group["params"]:
                parameter.grad = None

    @torch.no_grad()
    def step(self) -> None:
        """Move every parameter that has a gradient."""
        for group in self.param_groups:
            moved = [one for one in group["params"] if one.grad is not None]
            states = [self._state_of(one) for one in moved]
            if moved:
                adamw(
                    moved,
                    [one.grad for one in moved],
                    [state["exp_avg"] for state in states],
                    [state["exp_avg_sq"] for state in states],
                    [],
                    [state["step"] for state in states],
                    fused=True,  # one pass over the memory instead of a dozen
                    **CONSTANTS,
                    lr=group["lr"],
                    weight_decay=group["weight_decay"],
                )

    def _state_of(self, parameter: nn.Parameter) -> dict[str, torch.Tensor]:
        if parameter not in self.state:
            self.state[parameter] = _at_rest(parameter)
        return self.state[parameter]


def _at_rest(parameter: nn.Parameter) -> dict[str, torch.Tensor]:
    return {
        "step": torch.zeros((), dtype=torch.float32, device=parameter.device),
        "exp_avg": torch.zeros_like(parameter),
        "exp_avg_sq": torch.zeros_like(parameter),
    }


def make_optimiser(
    model: nn.Module, *, learning_rate: float, weight_decay: float
) -> AdamW:
    """AdamW over the parameters that are to be trained.

    Parameters
    ----------
    model : nn.Module
        Frozen parameters (``requires_grad`` false) are left out.
    learning_rate, weight_decay : float

    Returns
    -------
    optimiser : AdamW
        Of two groups: with and without decay.
    """
    decayed = set(decayed_parameters(model))
    named = [(name, one) for name, one in model.named_parameters() if one.requires_grad]
    pulled = [one for name, one in named if name in decayed]
    free = [one for name, one in named if name not in decayed]
    return AdamW(
        [
            {"params": pulled, "lr": learning_rate, "weight_decay": weight_decay},
            {"params": free, "lr": learning_rate, "weight_decay": 0.0},
        ]
    )


def decayed_parameters(model: nn.Module) -> list[str]:
    """Name the parameters that weight decay pulls to zero: the matrices.

    Biases, scales, norms and embeddings stay free, and so does what the model lists
    in an attribute ``undecayed`` (names or their beginnings), such as queries.

    Parameters
    ----------
    model : nn.Module

    Returns
    -------
    names : list of str
    """
    listed: Iterable[str] = getattr(model, "undecayed", ())
    free = tuple(
        f"{name}." if name else ""
        for name, one in model.named_modules()
        if isinstance(one, FREE)
    )
    return [
        name
        for name, one in model.named_parameters()
        if one.requires_grad
        and one.ndim >= 2
        and not name.endswith("bias")
        and not (free and name.startswith(free))
        and not name.startswith(tuple(listed))
    ]

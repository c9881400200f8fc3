"""Which parameters no gradient reaches."""

import copy
from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from torch import nn

from boldwise.training.seeds import seeded

DEAD = 1e-12  # of the largest gradient, in float64: what rounding leaves of a zero


def dead_parameters(
    model: nn.Module,
    batches: Iterable[dict[str, Any]],
    *,
    jitter: float = 0.05,
    dtype: torch.dtype = torch.float64,
) -> dict[str, str]:
    """Find the parameters that cannot learn: every gradient of theirs is zero.

    The loss of a copy in double precision is looked at, all of its parameters moved
    a little at random, since a factor that starts at zero (of a low-rank adapter, a
    gate) hides its partner's gradient in the first step only.

    Parameters
    ----------
    model : nn.Module
        With ``loss(batch) -> (loss, parts)``; it is left as it is.
    batches : iterable of dict
        As the model gets them: arrays or tensors of shape (n_rows, ...), numbers, or
        such dicts. A parameter is dead only if it is so in all of them.
    jitter : float
        Standard deviation of the moves.
    dtype : torch.dtype
        For a model that is not clean in double precision: ``torch.float32``.

    Returns
    -------
    dead : dict of str to str
        Name of each dead parameter, and why: ``"unused"`` by the loss, or
        ``"zero gradient"``. Empty if all can learn.
    """
    with seeded(0):
        probe = copy.deepcopy(model).to("cpu", dtype).train()
        largest = {n: -1.0 for n, p in probe.named_parameters() if p.requires_grad}
        with torch.no_grad():
            for parameter in probe.parameters():
                if parameter.requires_grad:
                    parameter.add_(jitter * torch.randn_like(parameter))
        for batch in batches:
            probe.zero_grad(set_to_none=True)
            probe.loss(_to_tensors(batch, dtype))[0].backward()  # type: ignore[operator]
            for name, parameter in probe.named_parameters():
                if parameter.grad is not None and name in largest:
                    found = float(parameter.grad.abs().max())
                    largest[name] = max(largest[name], found)
    least = max(DEAD, torch.finfo(dtype).eps ** 2) * max(largest.values(), default=0.0)
    return {
        name: "unused" if found < 0 else "zero gradient"
        for name, found in largest.items()
        if found <= least
    }


def _to_tensors(batch: dict[str, Any], dtype: torch.dtype) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in batch.items():
        one = torch.from_numpy(value) if isinstance(value, np.ndarray) else value
        if isinstance(one, dict):
            one = _to_tensors(one, dtype)
        elif isinstance(one, torch.Tensor) and one.is_floating_point():
            one = one.to(dtype)
        found[name] = one
    return found

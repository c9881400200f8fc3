"""Weights as plain arrays: what a store keeps of a trained model."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import nn

from boldwise.errors import ShapeMismatchError, name_some


def weights_of(model: nn.Module) -> dict[str, np.ndarray]:
    """Take the weights and buffers of a model.

    Parameters
    ----------
    model : nn.Module

    Returns
    -------
    weights : dict of str to array of any shape
        Copies, in the precision of the model; bfloat16 comes as float32, which holds
        it exactly.
    """
    found = {}
    for name, tensor in model.state_dict().items():
        own = tensor.detach().cpu().clone()
        found[name] = (own.float() if own.dtype == torch.bfloat16 else own).numpy()
    return found


def load_weights(model: nn.Module, weights: Mapping[str, np.ndarray]) -> None:
    """Put weights into a model that was made with the same options.

    Parameters
    ----------
    model : nn.Module
    weights : mapping of str to array of any shape
        As ``weights_of`` gave them.

    Raises
    ------
    ShapeMismatchError
        If names or shapes are not those of the model; it is then left as it was.
    """
    own = {name: tuple(one.shape) for name, one in model.state_dict().items()}
    given = {name: tuple(np.shape(one)) for name, one in weights.items()}
    if own != given:
        other = sorted(n for n in own | given if own.get(n) != given.get(n))
        told = [f"{n} {given.get(n, 'none')} for {own.get(n, 'none')}" for n in other]
        raise ShapeMismatchError(
            f"{len(other)} of {len(own | given)} weights are not those of this "
            f"{type(model).__name__}: {name_some(told, at_most=3)}. Make the model "
            "with the options that it was trained with."
        )
    model.load_state_dict({n: torch.as_tensor(one) for n, one in weights.items()})

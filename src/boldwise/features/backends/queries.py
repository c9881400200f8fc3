"""Queries of an attention block, wherever a network computes them."""

from collections.abc import Callable
from typing import Any

QUERY = ("q_proj", "query", "q_lin", "to_q", "q", "wq")

Finder = Callable[[Any, Any, Any, Any], Any]


def find_queries(block: Any) -> tuple[Any, Finder] | None:
    """Find the module of a block that computes queries, and how to take them.

    Parameters
    ----------
    block : torch.nn.Module
        A transformer block, its attention, or the projection itself.

    Returns
    -------
    found : (module, finder) or None
        ``finder(module, args, kwargs, output)`` gives the queries, shape (B, T, D),
        before any norm or rotation; None where no attention is known.
    """
    for name, module in block.named_modules():
        finder = _finder_for(name.rpartition(".")[2], module)
        if finder:
            return module, finder
    return None


def _finder_for(name: str, module: Any) -> Finder | None:
    if getattr(module, "in_proj_weight", None) is not None:
        return _of_joint_weights
    wide = getattr(module, "out_features", 0)
    if wide and (name == "qkv" or wide == 3 * module.in_features):
        return _first_third
    return _all if wide and name in QUERY else None


def _first_third(module: Any, args: Any, options: Any, value: Any) -> Any:
    return value[..., : value.shape[-1] // 3]


def _all(module: Any, args: Any, options: Any, value: Any) -> Any:
    return value


def _of_joint_weights(module: Any, args: Any, options: Any, value: Any) -> Any:
    """Compute the queries of attention that projects all three at once."""
    import torch

    given = args[0] if args else options["query"]
    weight, bias = module.in_proj_weight, module.in_proj_bias
    width = weight.shape[0] // 3
    query = torch.nn.functional.linear(
        given, weight[:width], None if bias is None else bias[:width]
    )
    batch_first = getattr(module, "batch_first", True)
    return query if batch_first else query.transpose(0, 1)

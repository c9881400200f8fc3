"""Means of losses over rows; what is not finite ends the training."""

from dataclasses import dataclass, field
from math import isfinite
from typing import Any

import torch

from boldwise.errors import DataError


@dataclass
class Means:
    """Weighted sums of named losses.

    Attributes
    ----------
    total, weight : dict of str to float
        Sum of loss times rows, and of rows, by name.
    what : str
        For the message.
    """

    total: dict[str, float] = field(default_factory=dict)
    weight: dict[str, float] = field(default_factory=dict)
    what: str = "loss"
    _pending: list[tuple[dict[str, torch.Tensor], int, tuple[int, int, float]]] = field(
        default_factory=list
    )

    def add(
        self,
        losses: dict[str, torch.Tensor],
        n_rows: int,
        *,
        place: tuple[int, int, float],
    ) -> None:
        """Add the losses of one step; they stay on their device until ``settle``.

        Parameters
        ----------
        losses : dict of str to tensor of shape ()
        n_rows : int
        place : tuple
            Epoch and step, from 0, and learning rate, for the message.
        """
        self._pending.append((losses, n_rows, place))

    def settle(self) -> None:
        """Fetch the numbers of all steps so far.

        Raises
        ------
        DataError
            If a loss is NaN or infinite.
        """
        for losses, n_rows, place in self._pending:
            for name, tensor in losses.items():
                value = float(tensor)
                if not isfinite(value):
                    raise DataError(_told(self.what, name, value, place))
                self.total[name] = self.total.get(name, 0.0) + n_rows * value
                self.weight[name] = self.weight.get(name, 0.0) + n_rows
        self._pending = []

    def means(self) -> dict[str, float]:
        """Mean of each loss over the rows that are settled."""
        return {name: self.total[name] / self.weight[name] for name in self.total}

    def to_json(self) -> dict[str, Any]:
        """List what a checkpoint keeps; all must be settled."""
        return {"total": self.total, "weight": self.weight}


def _told(what: str, name: str, value: float, place: tuple[int, int, float]) -> str:
    epoch, step, rate = place
    part = "" if name == "loss" else f" (part '{name}')"
    return (
        f"the {what}{part} is {value} in epoch {epoch + 1}, step {step + 1}, at "
        f"learning rate {rate:.3g}. Lower learning_rate or set clip_norm; if it comes "
        "in the first step, look for NaN or very large values in the features or "
        "responses."
    )

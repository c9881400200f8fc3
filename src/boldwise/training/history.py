"""What became of the losses: one entry per epoch."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass
class History:
    """The course of one training, as arrays per epoch.

    Attributes
    ----------
    loss : dict of str to list of float
        Mean over the rows of the epoch, while the weights still moved: ``"loss"``
        and the parts that the model named.
    validation : dict of str to list of float
        The same after the epoch, on the validation rows, without dropout; empty if
        there are none.
    learning_rate : list of float
        Of the last step of the epoch.
    seconds, waiting_s : list of float
        Duration of the training steps of the epoch, and how much of it they waited
        for batches. Differs from run to run: not for stores.
    best_epoch : int
        From 0: the one whose weights were kept; -1 before the first has ended.
    n_steps : int
        Per epoch.
    stopped_early : bool
        Patience ended before the epochs did.
    """

    loss: dict[str, list[float]] = field(default_factory=dict)
    validation: dict[str, list[float]] = field(default_factory=dict)
    learning_rate: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    waiting_s: list[float] = field(default_factory=list)
    best_epoch: int = -1
    n_steps: int = 0
    stopped_early: bool = False

    def __len__(self) -> int:
        return len(self.learning_rate)

    @property
    def judged(self) -> list[float]:
        """Loss that decides which epoch is best: validation where there is one."""
        return (self.validation or self.loss).get("loss", [])

    def add(
        self,
        loss: dict[str, float],
        validation: dict[str, float],
        *,
        learning_rate: float,
        seconds: float,
        waiting_s: float,
    ) -> bool:
        """Add an epoch.

        Parameters
        ----------
        loss, validation : dict of str to float
            Means of the epoch by name.
        learning_rate, seconds, waiting_s : float

        Returns
        -------
        better : bool
            Its weights are to be kept. Without validation the last are.
        """
        for known, new in ((self.loss, loss), (self.validation, validation)):
            for name, value in new.items():
                known.setdefault(name, []).append(value)
        self.learning_rate.append(learning_rate)
        self.seconds.append(seconds)
        self.waiting_s.append(waiting_s)
        best = self.best_epoch
        better = not validation or best < 0 or self.judged[-1] < self.judged[best]
        self.best_epoch = len(self) - 1 if better else best
        return better

    def arrays(self) -> dict[str, np.ndarray]:
        """Arrays of shape (n_epochs,) by name, without what differs between runs."""
        named = {f"loss/{name}": values for name, values in self.loss.items()}
        named |= {f"validation/{name}": one for name, one in self.validation.items()}
        named["learning_rate"] = self.learning_rate
        return {name: np.array(values, float) for name, values in named.items()}

    def to_json(self) -> dict[str, Any]:
        """All of it, as JSON holds it."""
        return dict(vars(self))

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "History":
        """Rebuild what ``to_json`` gave."""
        return cls(**values)

"""What a training tells while it runs; light to import."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Moment:
    """How far a training has come.

    Attributes
    ----------
    epoch, step : int
        Epochs that have ended; steps of the running one that have.
    n_epochs, n_steps : int
        Epochs at most; steps per epoch.
    loss : float
        Mean over the running epoch so far, or over the last; NaN if not known yet.
    validation_loss, best_loss : float
        After the last epoch, and the lowest; NaN where there is none.
    seconds_left : float
        For all epochs, at the speed so far.
    """

    epoch: int
    step: int
    n_epochs: int
    n_steps: int
    loss: float
    validation_loss: float
    best_loss: float
    seconds_left: float


Progress = Callable[[Moment], None]

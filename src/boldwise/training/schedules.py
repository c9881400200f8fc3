"""Learning rates in closed form: a step's rate needs no memory of the steps before."""

from collections.abc import Callable
from math import cos, pi

START = 1 / 25  # of the highest rate, where one_cycle begins (torch's div_factor)
END = START / 1e4  # where it ends (torch's final_div_factor)
RISING = 0.3  # share of the steps over which one_cycle rises, if warmup says nothing


def rate_factor(
    schedule: str, step: int, n_steps: int, *, warmup: float = 0.0
) -> float:
    """Learning rate of one step, as a share of the highest.

    ``constant`` and ``cosine`` rise linearly over the warm-up, whose last step has
    the full rate; ``cosine`` then falls as torch's ``CosineAnnealingLR`` to 0 just
    after the last step. ``one_cycle`` (Smith & Topin 2018) rises and falls in two
    cosines, as torch's ``OneCycleLR`` of two phases; Adam's momentum is not cycled.

    Parameters
    ----------
    schedule : str
        ``"constant"``, ``"cosine"`` or ``"one_cycle"``.
    step : int
        From 0, of the whole training.
    n_steps : int
        Of all epochs that may run.
    warmup : float
        Share of the steps that rise; 0 for ``one_cycle``: 0.3 of them.

    Returns
    -------
    factor : float
        0 to 1.

    Examples
    --------
    >>> [rate_factor("cosine", step, 4) for step in (0, 2)]
    [1.0, 0.5]
    """
    if schedule == "one_cycle":
        return _one_cycle(step, n_steps, warmup or RISING)
    n_warm = round(warmup * n_steps)
    if step < n_warm:
        return (step + 1) / n_warm
    return _AFTER[schedule]((step - n_warm) / max(1, n_steps - n_warm))


_AFTER: dict[str, Callable[[float], float]] = {
    "constant": lambda done: 1.0,
    "cosine": lambda done: 0.5 * (1 + cos(pi * done)),
}


def _one_cycle(step: int, n_steps: int, rising: float) -> float:
    top, last = rising * n_steps - 1, n_steps - 1  # torch's ends, top not a whole step
    if step <= top:
        return _glide(START, 1.0, step / top if top > 0 else 1.0)
    return _glide(1.0, END, (step - top) / (last - top) if last > top else 1.0)


def _glide(start: float, end: float, share: float) -> float:
    return end + (start - end) / 2 * (1 + cos(pi * share))

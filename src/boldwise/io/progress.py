"""How far a streamed fit or a training has come: in a log, or as a bar."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import isfinite

from boldwise.linear.blocks import Progress
from boldwise.training.moment import Moment
from boldwise.training.moment import Progress as TrainingProgress

EVERY_S = 10.0


def log_progress(
    log: logging.Logger, n_voxels: int, *, every_s: float = EVERY_S
) -> Progress:
    """Say in a log every few seconds how many voxels are done.

    Parameters
    ----------
    log : logging.Logger
    n_voxels : int
        How many there are.
    every_s : float
        Least seconds between two lines. The end is always told.

    Returns
    -------
    progress : callable
        For ``progress=`` of a streamed fit.
    """
    told = time.monotonic()

    def tell(done: int, seconds_left: float) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told >= every_s or done == n_voxels:
            told = now
            left = f"{seconds_left:,.0f} s left"
            log.info("%s of %s voxels, %s", f"{done:,}", f"{n_voxels:,}", left)

    return tell


@contextmanager
def show_progress(n_voxels: int) -> Iterator[Progress]:
    """Draw a bar on the terminal for as long as the context lasts.

    Parameters
    ----------
    n_voxels : int
        How many there are.

    Yields
    ------
    progress : callable
        For ``progress=`` of a streamed fit.
    """
    from tqdm import tqdm

    with tqdm(total=n_voxels, unit="voxel", unit_scale=True) as bar:
        # It works out the time left by itself.
        yield lambda done, _: bar.update(done - bar.n)


def log_training(log: logging.Logger, *, every_s: float = EVERY_S) -> TrainingProgress:
    """Say in a log every few seconds how far a training is, and how good.

    Parameters
    ----------
    log : logging.Logger
    every_s : float
        Least seconds between two lines. The end is always told.

    Returns
    -------
    progress : callable
        For ``progress=`` of ``training.loop.train``.
    """
    told = time.monotonic()

    def tell(moment: Moment) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told >= every_s or not moment.seconds_left:
            told = now
            done = f"{moment.epoch} of {moment.n_epochs} epochs"
            part = (
                f" and {moment.step} of {moment.n_steps} steps" if moment.step else ""
            )
            left = f"at most {moment.seconds_left:,.0f} s left"
            log.info("%s%s, %s, %s", done, part, _losses(moment), left)

    return tell


@contextmanager
def show_training() -> Iterator[TrainingProgress]:
    """Draw a bar of a training's steps on the terminal: losses, and the time left.

    Yields
    ------
    progress : callable
        For ``progress=`` of ``training.loop.train``.
    """
    from tqdm import tqdm

    with tqdm(unit="step") as bar:

        def tell(moment: Moment) -> None:
            """Move the bar."""
            if bar.total is None:
                bar.reset(moment.n_epochs * moment.n_steps)
                bar.initial = bar.n = moment.epoch * moment.n_steps + moment.step
            now = min(moment.epoch + 1, moment.n_epochs)
            bar.set_description(f"epoch {now} of {moment.n_epochs}", refresh=False)
            bar.set_postfix_str(_losses(moment), refresh=False)
            bar.update(moment.epoch * moment.n_steps + moment.step - bar.n)

        yield tell


def _losses(moment: Moment) -> str:
    told = f"loss {moment.loss:.4g}"
    if isfinite(moment.validation_loss):
        told += f", validation {moment.validation_loss:.4g}"
        told += f" (best {moment.best_loss:.4g})"
    return told

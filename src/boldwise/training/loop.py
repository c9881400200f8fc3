"""The training loop: epochs of steps, judged, kept, resumed."""

from pathlib import Path

import torch
from torch import nn

from boldwise.training.batches import BatchSource
from boldwise.training.history import History
from boldwise.training.memory import kept_memory
from boldwise.training.moment import Moment, Progress
from boldwise.training.options import TrainingOptions
from boldwise.training.run import Run
from boldwise.training.seeds import seeded, threads

__all__ = ["Moment", "Progress", "train"]


def train(
    model: nn.Module,
    batches: BatchSource,
    *,
    options: TrainingOptions,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> History:
    """Train a model; it then holds the weights of its best epoch.

    The best epoch is the one of lowest validation loss, or the last if there is no
    validation. With equal options, data and first weights, the weights that come out
    are the same bytes on a CPU, however often the run was killed and begun again
    with the same folder. The caller's random numbers are left as they were.

    Parameters
    ----------
    model : nn.Module
        With ``loss(batch) -> (loss, parts)``: a tensor of shape () to be lowered, and
        a dict of named tensors of shape () to be recorded. If it has a method
        ``at(share)``, that is called before each step with the share of all steps
        that are over (for losses that change in the course). An attribute
        ``undecayed`` names parameters without weight decay.
    batches : BatchSource
        For example ``training.batches.RowBatches``.
    options : TrainingOptions
    folder : path, or None
        Of checkpoints; None: a killed run starts anew. A checkpoint is named after
        options, data and first weights, so that no run resumes another's. The caller
        removes the folder once the result is kept.
    progress : callable, or None
        Called after each step and each epoch with a ``Moment``.

    Returns
    -------
    history : History

    Raises
    ------
    DataError
        If the model cannot be trained, or its loss is NaN or infinite.
    ConfigError
        If the device is not there.
    StoreError
        If the checkpoint cannot be read.
    """
    home = next(iter(model.parameters()), torch.empty(0)).device
    seed = seeded(options.seed, device=options.device)
    with threads(options.threads), seed, kept_memory():
        run = Run(model, batches, options)
        run.resume(folder)
        while not run.finished:
            run.train_epoch(progress)
            run.judge(progress)
        model.load_state_dict(run.best)
    model.to(home).eval()
    return run.history

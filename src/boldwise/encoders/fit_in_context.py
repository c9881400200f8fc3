"""Train the in-context encoder: on synthetic voxels, then on other subjects'."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch

from boldwise.encoders.context_batches import ContextBatches, ContextSizes
from boldwise.encoders.in_context import InContextEncoder, InContextShape
from boldwise.encoders.map_study import Scale
from boldwise.encoders.voxel_populations import (
    Population,
    draw_population,
    prior_of_populations,
    remember_voxels,
    scale_of_populations,
)
from boldwise.errors import DataError
from boldwise.training.history import History
from boldwise.training.loop import train
from boldwise.training.moment import Progress
from boldwise.training.options import TrainingOptions
from boldwise.training.seeds import seeded

TRAINING = TrainingOptions(
    n_epochs=10,
    batch_size=64,
    learning_rate=1e-3,
    schedule="cosine",
    warmup=0.05,
    weight_decay=0.1,
    clip_norm=1.0,
    patience=5,
)


@dataclass(frozen=True)
class InContextOptions:
    """How the in-context encoder is made and trained.

    Attributes
    ----------
    shape : InContextShape
    sizes : ContextSizes
    n_synthetic : int
        Voxels to draw on the images of each source subject for the first stage; 0:
        none.
    learned_prior : bool
        Begin with the covariance of the source voxels' weights; otherwise with that
        of plain ridge, the identity.
    training : TrainingOptions
        Of both stages; ``batch_size`` counts voxels.
    """

    shape: InContextShape = field(default_factory=InContextShape)
    sizes: ContextSizes = field(default_factory=ContextSizes)
    n_synthetic: int = 1000
    learned_prior: bool = True
    training: TrainingOptions = TRAINING


@dataclass(frozen=True)
class InContextFit:
    """What came out.

    Attributes
    ----------
    model : InContextEncoder
        Ready for ``in_context.read_context``.
    synthetic, real : History or None
        Of the two stages; None where there was none.
    n_parameters : int
        That were trained, none of them of the new subject.
    """

    model: InContextEncoder
    synthetic: History | None
    real: History
    n_parameters: int


def pretrain_in_context(
    populations: Sequence[Population],
    *,
    options: InContextOptions = InContextOptions(),
    folder: Path | None = None,
    progress: Progress | None = None,
) -> tuple[InContextEncoder, History | None]:
    """Make an encoder, and train it on synthetic voxels of these images.

    Only the embeddings of the populations are used.

    Parameters
    ----------
    populations : sequence of Population
        Arrays of shape (n_images, n_features) and (n_images, n_voxels).
    options : InContextOptions
    folder : path, optional
        Of checkpoints.
    progress : callable, optional

    Returns
    -------
    model : InContextEncoder
    history : History or None
        None if no synthetic voxels were wanted.
    """
    seed = options.training.seed
    with seeded(seed):
        model = InContextEncoder(scale_of_populations(populations), options.shape)
    if not options.n_synthetic:
        return model, None
    drawn = [
        draw_population(one.embedding, options.n_synthetic, seed=seed + index)
        for index, one in enumerate(populations)
    ]
    return model, _train(model, drawn, options, folder, progress)


def fit_in_context(
    populations: Sequence[Population],
    *,
    options: InContextOptions = InContextOptions(),
    folder: Path | None = None,
    progress: Progress | None = None,
) -> InContextFit:
    """Train an in-context encoder for a subject who is not among the populations.

    Parameters
    ----------
    populations : sequence of Population
        One per source subject: training images only, so that no response to a test
        image of the new subject is seen. Arrays of shape (n_images, n_features) and
        (n_images, n_voxels).
    options : InContextOptions
    folder : path, optional
        Of checkpoints.
    progress : callable, optional

    Returns
    -------
    fit : InContextFit

    Raises
    ------
    DataError
        If there is no population.
    """
    if not populations:
        raise DataError(
            "an in-context encoder learns from other subjects: give one or more."
        )
    model, synthetic = pretrain_in_context(
        populations, options=options, folder=folder, progress=progress
    )
    if options.learned_prior:
        root = prior_of_populations(populations, scale_of_populations(populations))
        with torch.no_grad():
            model.prior.copy_(torch.from_numpy(root))
    places = remember(model, populations, seed=options.training.seed)
    real = _train(model, populations, options, folder, progress, places)
    n_parameters = sum(one.numel() for one in model.parameters())
    return InContextFit(model, synthetic, real, n_parameters)


def remember(
    model: InContextEncoder, populations: Sequence[Population], *, seed: int
) -> list[np.ndarray] | None:
    """Let a model remember voxels of these populations, as ridge weighs them.

    Parameters
    ----------
    model : InContextEncoder
        Changed in place.
    populations : sequence of Population
        Arrays of shape (n_images, n_features) and (n_images, n_voxels).
    seed : int

    Returns
    -------
    place : list of array of int, shape (n_voxels,), or None
        As of ``remember_voxels``; None where the model has no memory.
    """
    if model.memory is None:
        return None
    weight, place = remember_voxels(
        populations,
        Scale(model.mean.numpy(), model.spread.numpy()),
        model.prior.detach().numpy(),
        n_remembered=model.shape.n_remembered,
        seed=seed,
    )
    model.memory.weight = torch.from_numpy(weight)  # (K, D)
    return place


def _train(
    model: InContextEncoder,
    populations: Sequence[Population],
    options: InContextOptions,
    folder: Path | None,
    progress: Progress | None,
    remembered: list[np.ndarray] | None = None,
) -> History:
    seed = options.training.seed
    batches = ContextBatches(populations, options.sizes, seed, remembered)
    judged = any(len(voxels) for voxels in batches.judged)
    training = options.training if judged else replace(options.training, patience=None)
    return train(model, batches, options=training, folder=folder, progress=progress)

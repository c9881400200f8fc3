"""Fit one network to many brains, and take up new ones by their embeddings alone.

Letters for shapes: B stimuli, L levels, T tokens, D token width, E embedding, V voxels.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from boldwise.encoders.level_study import LevelStudy
from boldwise.encoders.map_study import Scale, read_blocks, scale_of_columns
from boldwise.encoders.voxel_embedding import (
    SIZES,
    VoxelEmbeddingEncoder,
    VoxelEmbeddingSizes,
)
from boldwise.encoders.voxel_neighbours import nearest_embeddings
from boldwise.errors import DataError, name_some
from boldwise.training.batches import RowBatches
from boldwise.training.history import History
from boldwise.training.joined import JoinedBatches
from boldwise.training.loop import Moment, train
from boldwise.training.options import TrainingOptions
from boldwise.training.seeds import seeded
from boldwise.training.split import validation_rows

TRAINING = TrainingOptions(
    n_epochs=30, batch_size=16, learning_rate=1e-3, schedule="one_cycle"
)
Report = Callable[[Moment], None]


@dataclass(frozen=True)
class VoxelEmbeddingOptions:
    """How a voxel-embedding encoder is made and trained.

    Attributes
    ----------
    sizes : VoxelEmbeddingSizes
    n_drawn : int
        Voxels per step and subject; all, where a subject has fewer.
    validation_share : float
        Of the training rows, in whole groups, that choose the epoch; 0: none.
    n_neighbours : int
        A new voxel begins at the mean embedding of so many known ones, whose
        predicted responses are most like its own.
    training : TrainingOptions
        Its ``batch_size`` counts stimuli of each subject.
    """

    sizes: VoxelEmbeddingSizes = SIZES
    n_drawn: int = 5_000
    validation_share: float = 0.1
    n_neighbours: int = 10
    training: TrainingOptions = TRAINING


OPTIONS = VoxelEmbeddingOptions()
# A new voxel begins near its place: few small steps, or its noise is learnt instead.
ADOPTING = VoxelEmbeddingOptions(
    validation_share=0.0,
    training=TrainingOptions(n_epochs=10, batch_size=16, learning_rate=3e-4),
)


@dataclass(frozen=True)
class VoxelEmbeddingFit:
    """What came out.

    Attributes
    ----------
    prediction : dict of array of float32, shape (n_test, V)
        By subject, in the unit of the responses.
    embedding : dict of array of float32, shape (V, E)
        By subject.
    scale : dict of Scale
        By subject: mean and width (V,) of the training responses.
    history : History
    n_parameters : int
        That were trained.
    model : VoxelEmbeddingEncoder
    """

    prediction: dict[str, np.ndarray]
    embedding: dict[str, np.ndarray]
    scale: dict[str, Scale]
    history: History
    n_parameters: int
    model: VoxelEmbeddingEncoder


def fit_voxel_embedding(
    studies: Mapping[str, LevelStudy],
    *,
    options: VoxelEmbeddingOptions = OPTIONS,
    folder: Path | None = None,
    progress: Report | None = None,
) -> VoxelEmbeddingFit:
    """Train the shared network and all embeddings, and predict the test stimuli.

    Scales, weights and the best epoch come from training rows alone.

    Parameters
    ----------
    studies : mapping of LevelStudy
        By subject, or ``dataset/subject``; tokens (n_stimuli, L, T, D) of one network.
    options : VoxelEmbeddingOptions
    folder : path, optional
        Of checkpoints.
    progress : callable, optional

    Returns
    -------
    fit : VoxelEmbeddingFit

    Raises
    ------
    DataError
        If subjects come with tokens of different shapes.
    """
    shapes = {tuple(study.tokens.shape[1:]) for study in studies.values()}
    if len(shapes) != 1:
        raise DataError(
            f"subjects have tokens of shapes {sorted(shapes)}; one network needs equal "
            "levels, tokens and widths. Describe all stimuli by the same features."
        )
    n_voxels = {name: one.responses.shape[1] for name, one in studies.items()}
    with seeded(options.training.seed):
        model = VoxelEmbeddingEncoder(n_voxels, shapes.pop(), sizes=options.sizes)
    return _train(model, studies, options, folder, progress)


def adopt_subjects(
    known: VoxelEmbeddingFit,
    studies: Mapping[str, LevelStudy],
    *,
    options: VoxelEmbeddingOptions = ADOPTING,
    folder: Path | None = None,
    progress: Report | None = None,
) -> VoxelEmbeddingFit:
    """Fit the embeddings of new subjects; the shared network stays as it is.

    Each new voxel begins at the known voxels whose predicted responses to its
    training stimuli are most like its own.

    Parameters
    ----------
    known : VoxelEmbeddingFit
        Not changed.
    studies : mapping of LevelStudy
        By the names of the new subjects.
    options : VoxelEmbeddingOptions
        Sizes are those of ``known``.
    folder : path, optional
        Of checkpoints.
    progress : callable, optional

    Returns
    -------
    fit : VoxelEmbeddingFit
        Of the new subjects only.

    Raises
    ------
    DataError
        If a subject is known already.
    """
    twice = sorted(set(known.embedding) & set(studies))
    if twice:
        raise DataError(
            f"subjects {name_some(twice)} trained the network; give new subjects names "
            "of their own, such as dataset/subject."
        )
    n_levels, width, _ = known.model.narrow.shape
    shape = n_levels, known.model.place.shape[1], width
    model = VoxelEmbeddingEncoder({}, shape, sizes=known.model.sizes)
    model.load_state_dict(known.model.shared_state(), strict=False)
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    for name, study in studies.items():
        standard = scale_of_columns(study.responses).apply(study.responses)
        start = nearest_embeddings(
            known.model, study, standard, n_neighbours=options.n_neighbours
        )
        model.add_subject(name, start)  # (V, E)
    return _train(model, studies, options, folder, progress)


def predict_levels(
    model: VoxelEmbeddingEncoder, subject: str, tokens: Any, rows: np.ndarray
) -> np.ndarray:
    """Predict standardised responses of a subject to some stimuli, in blocks.

    Parameters
    ----------
    model : VoxelEmbeddingEncoder
    subject : str
    tokens : sliceable of shape (n_stimuli, L, T, D)
    rows : array of int, shape (n,)

    Returns
    -------
    prediction : array of float32, shape (n, V)
    """
    model.eval()
    with torch.no_grad():
        blocks = [
            model(torch.from_numpy(np.asarray(block, np.float32)), subject).numpy()
            for block in read_blocks(tokens, rows)
        ]
    return np.concatenate(blocks)


def _train(
    model: VoxelEmbeddingEncoder,
    studies: Mapping[str, LevelStudy],
    options: VoxelEmbeddingOptions,
    folder: Path | None,
    progress: Report | None,
) -> VoxelEmbeddingFit:
    scale = {name: scale_of_columns(one.responses) for name, one in studies.items()}
    sources = {
        name: _batches(study, scale[name], options) for name, study in studies.items()
    }
    trained = [one for one in model.parameters() if one.requires_grad]
    history = train(
        model,
        JoinedBatches(sources, together=True),
        options=options.training,
        folder=folder,
        progress=progress,
    )
    return VoxelEmbeddingFit(
        prediction={
            name: scale[name].undo(
                predict_levels(model, name, study.tokens, study.test_row)
            )
            for name, study in studies.items()
        },
        embedding={name: model.embedding_of(name) for name in studies},
        scale=scale,
        history=history,
        n_parameters=sum(one.numel() for one in trained),
        model=model,
    )


def _batches(
    study: LevelStudy, scale: Scale, options: VoxelEmbeddingOptions
) -> RowBatches:
    held = validation_rows(study.group, options.validation_share, options.training.seed)
    return RowBatches(
        {"tokens": study.tokens, "responses": scale.apply(study.responses)},
        validation_row=held,
        place={"tokens": study.train_row},
        drawn={"responses": min(options.n_drawn, study.responses.shape[1])},
    )

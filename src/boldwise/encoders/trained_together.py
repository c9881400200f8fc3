"""Encoders that learn from several subjects: embeddings, examples, a shared core.

Letters for shapes: L levels, T tokens, D token width, E embedding, V voxels.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from boldwise.encoders.context_batches import ContextSizes
from boldwise.encoders.image_study import ImageStudy, Viewer
from boldwise.encoders.level_study import LevelStudy, StackedLevels
from boldwise.encoders.trained_by_tokens import fields_of
from boldwise.encoders.trained_rows import FoldRows
from boldwise.encoders.trained_task import FoldFit, FoldTask
from boldwise.encoders.voxel_populations import Population
from boldwise.errors import DataError
from boldwise.features.records import find_rows
from boldwise.training.options import TrainingOptions
from boldwise.training.weights import weights_of

if TYPE_CHECKING:
    from boldwise.encoders.fit_in_context import InContextFit
    from boldwise.encoders.fit_voxel_embedding import VoxelEmbeddingFit

SHARED = "shared"  # label of the one training of all subjects


def fit_embeddings(task: FoldTask) -> FoldFit:
    """Fit a voxel-embedding encoder to all subjects at once.

    Parameters
    ----------
    task : FoldTask
        Token spaces are its levels, of equal shapes.

    Returns
    -------
    fit : FoldFit
        ``found``: ``SUBJECT/embedding`` of shape (V, E).
    """
    fit = fit_levels(task, task.rows)
    return FoldFit(
        prediction={name: fit.prediction[name] for name in task.wanted},
        weights={SHARED: weights_of(fit.model)},
        histories={SHARED: fit.history},
        found={f"{name}/embedding": one for name, one in fit.embedding.items()},
        n_parameters=fit.n_parameters,
    )


def fit_levels(task: FoldTask, subjects: Iterable[str]) -> "VoxelEmbeddingFit":
    """Fit a voxel-embedding encoder to some subjects of a task, all at once.

    Parameters
    ----------
    task : FoldTask
    subjects : iterable of str

    Returns
    -------
    fit : VoxelEmbeddingFit
        Embeddings of shape (V, E).
    """
    from boldwise.encoders.fit_voxel_embedding import (
        VoxelEmbeddingOptions,
        fit_voxel_embedding,
    )
    from boldwise.encoders.voxel_embedding import VoxelEmbeddingSizes

    options = task.options
    studies = {name: level_study(task, task.rows[name]) for name in subjects}
    sizes = ("embedding", "narrowed", "hidden", "cosine", "dropout")
    return fit_voxel_embedding(
        studies,
        options=VoxelEmbeddingOptions(
            sizes=VoxelEmbeddingSizes(**{name: options[name] for name in sizes}),
            n_drawn=options["n_drawn"],
            validation_share=_share(task),
            training=TrainingOptions(**options["training"]),
        ),
        folder=task.folder,
        progress=task.progress,
    )


def level_study(task: FoldTask, rows: FoldRows) -> LevelStudy:
    """Tokens (n_stimuli, L, T, D) of all levels, and rows of one subject."""
    levels = StackedLevels([one.token for one in task.sources.tokens])
    train, test = _rows(task.sources.token_ids(), rows)
    return LevelStudy(levels, rows.response, train, test, rows.group)


def fit_by_example(task: FoldTask) -> FoldFit:
    """Train an in-context encoder on the other subjects, and show it this one's.

    Parameters
    ----------
    task : FoldTask
        One subject is wanted; the others teach.

    Returns
    -------
    fit : FoldFit
        ``found``: the linear weights that it told, ``weight`` (n_features, V) and
        ``intercept`` (V,).
    """
    from boldwise.encoders.in_context import read_context

    (subject,) = task.wanted
    fit = fit_reader(task)
    rows = task.rows[subject]
    told = read_context(fit.model, vectors_of(task, rows.train_id), rows.response)
    stages = {"synthetic": fit.synthetic, "real": fit.real}
    return FoldFit(
        prediction={subject: told.predict(vectors_of(task, rows.test_id))},
        weights={"real": weights_of(fit.model)},
        histories={name: one for name, one in stages.items() if one is not None},
        found={"weight": told.weight, "intercept": told.intercept},
        n_parameters=fit.n_parameters,
    )


def fit_reader(task: FoldTask) -> "InContextFit":
    """Train an in-context encoder on all subjects of a task but the wanted one.

    Parameters
    ----------
    task : FoldTask
        One subject is wanted; its responses train nothing.

    Returns
    -------
    fit : InContextFit
        Reads features (n, D) and responses (V, n).
    """
    from boldwise.encoders.fit_in_context import InContextOptions, fit_in_context
    from boldwise.encoders.in_context import InContextShape

    (subject,), options = task.wanted, task.options
    populations = [
        Population(vectors_of(task, rows.train_id), rows.response)
        for name, rows in task.rows.items()
        if name != subject
    ]
    shape = (
        *("width", "n_blocks", "n_heads", "n_registers"),
        *("dropout", "solve", "n_remembered"),
    )
    return fit_in_context(
        populations,
        options=InContextOptions(
            shape=InContextShape(**{name: options[name] for name in shape}),
            sizes=_context(options, populations),
            n_synthetic=options["n_synthetic"],
            learned_prior=options["learned_prior"],
            training=TrainingOptions(**options["training"]),
        ),
        folder=task.folder,
        progress=task.progress,
    )


def fit_core(task: FoldTask) -> FoldFit:
    """Learn a core from the responses of all subjects, with a readout for each.

    Parameters
    ----------
    task : FoldTask

    Returns
    -------
    fit : FoldFit
        ``found``: ``SUBJECT/field/x`` and so on, each of shape (V,), in shares of the
        picture.
    """
    from boldwise.encoders.cores import CoreShape
    from boldwise.encoders.response_optimised import (
        ResponseOptimisedOptions,
        fit_response_optimised,
    )

    options, study = task.options, _image_study(task)
    core = {name: options[name] for name in ("n_features", "n_blocks", "kernel")}
    core |= {name: options[name] for name in ("stride", "n_heads", "dropout")}
    fit = fit_response_optimised(
        study,
        options=ResponseOptimisedOptions(
            core=CoreShape(kind=options["core"], **core),
            readout=options["readout"],
            validation_share=_share(task),
            training=TrainingOptions(**options["training"]),
        ),
        folder=task.folder,
        progress=task.progress,
    )
    found: dict[str, np.ndarray] = {}
    for name, one in fit.viewers.items():
        found |= fields_of(one.fields, f"{name}/field")
    return FoldFit(
        prediction={name: fit.viewers[name].prediction for name in task.wanted},
        weights={SHARED: weights_of(fit.model)},
        histories={SHARED: fit.history},
        found=found,
        n_parameters=fit.n_parameters,
    )


def _image_study(task: FoldTask) -> ImageStudy:
    sources = task.sources
    if sources.pictures is None:
        raise DataError(
            "a response-optimised encoder learns from pictures, and these stimuli have "
            "none. Give `dataset.stimuli.images`."
        )
    viewers, group = {}, np.array(sources.stimulus_id, object)
    for name, rows in task.rows.items():
        train, test = _rows(sources.stimulus_id, rows)
        viewers[name] = Viewer(rows.response, train, test)
        group[train] = rows.group
    return ImageStudy(sources.pictures, viewers, group.astype(str))


def _rows(ids: np.ndarray, rows: FoldRows) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the training and of the test stimuli, (n_train,) and (n_test,)."""
    train = find_rows(ids, rows.train_id, what="description")
    return train, find_rows(ids, rows.test_id, what="description")


def _share(task: FoldTask) -> float:
    share: float = task.options["validation_share"]
    return max(rows.least_share(share) for rows in task.rows.values())


def vectors_of(task: FoldTask, ids: np.ndarray) -> np.ndarray:
    """Features of some stimuli, all spaces side by side: shape (n, D), float32."""
    found = [space.fold(task.number).rows(ids) for space in task.sources.spaces]
    return np.concatenate(found, axis=1).astype(np.float32)


def _context(options: Mapping[str, Any], populations: list[Population]) -> ContextSizes:
    """Sizes of contexts, cut to the images that the smallest population has."""
    n_images = min((len(one.response) for one in populations), default=0)
    asked = min(options["n_asked"], max(1, n_images // 3))
    return ContextSizes(
        least=min(options["n_least"], max(1, n_images - asked)),
        most=min(options["n_most"], max(1, n_images - asked)),
        asked=asked,
    )

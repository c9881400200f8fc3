"""Fit region queries to the voxels of a subject: one model, or layers times seeds.

Letters for shapes: B stimuli, T tokens, D token width, R queries, V voxels, L layers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from boldwise.encoders.map_study import (
    MapStudy,
    Scale,
    read_blocks,
    scale_of_columns,
    scale_of_features,
)
from boldwise.encoders.query_groups import check_readers
from boldwise.encoders.region_query import RegionQueryEncoder, RegionQuerySizes
from boldwise.evaluation.scores import correlate_in_folds
from boldwise.training.batches import RowBatches
from boldwise.training.history import History
from boldwise.training.loop import Moment, train
from boldwise.training.options import TrainingOptions
from boldwise.training.seeds import seeded
from boldwise.training.split import validation_rows

SHARPNESS = 40.0  # of the softmax over layers, per unit of correlation; as published
TRAINING = TrainingOptions(
    n_epochs=20,
    batch_size=32,
    learning_rate=5e-3,
    schedule="one_cycle",
    weight_decay=1e-2,
    clip_norm=1.0,
)
SIZES = RegionQuerySizes()
Member = np.ndarray | tuple[int, int]


@dataclass(frozen=True)
class RegionQueryOptions:
    """How a region-query encoder is made and trained.

    Attributes
    ----------
    sizes : RegionQuerySizes
    validation_share : float
        Of the training rows, in whole groups: they choose the epoch, and weigh the
        members of an ensemble. 0: none; the last epoch is kept, and all layers weigh
        alike.
    training : TrainingOptions
    """

    sizes: RegionQuerySizes = SIZES
    validation_share: float = 0.1
    training: TrainingOptions = TRAINING


@dataclass(frozen=True)
class RegionQueryFit:
    """What came out.

    Attributes
    ----------
    prediction : array of float32, shape (n_test, V)
        In the unit of the responses.
    attention : array of float32, shape (n_test, R, T)
        Mean over heads; sums to 1 over tokens.
    accuracy : array of shape (V,)
        Correlation on the validation rows; NaN where nothing varies, or none are.
    weights : dict of array
        Readout ``weight`` (V, D) and ``bias`` (V,), on standardised responses, and
        their ``response_mean`` and ``response_width`` (V,).
    history : History
    n_parameters : int
        That were trained.
    model : RegionQueryEncoder
    """

    prediction: np.ndarray
    attention: np.ndarray
    accuracy: np.ndarray
    weights: dict[str, np.ndarray]
    history: History
    n_parameters: int
    model: RegionQueryEncoder


@dataclass(frozen=True)
class Ensemble:
    """Layers times seeds, mixed voxel by voxel.

    Attributes
    ----------
    prediction : array of float32, shape (n_test, V)
    share : array of float32, shape (L, V)
        Of each layer in a voxel's prediction; sums to 1 over layers.
    accuracy : array of shape (L, V)
        Mean over seeds of the correlation on their validation rows.
    fits : dict of list of RegionQueryFit
        By layer, in the order of the seeds.
    """

    prediction: np.ndarray
    share: np.ndarray
    accuracy: np.ndarray
    fits: dict[str, list[RegionQueryFit]]


def fit_region_query(
    study: MapStudy,
    member: Member,
    *,
    options: RegionQueryOptions = RegionQueryOptions(),
    folder: Path | None = None,
    progress: Callable[[Moment], None] | None = None,
) -> RegionQueryFit:
    """Fit region queries, and predict the test stimuli.

    Scales, weights and the best epoch come from training rows alone.

    Parameters
    ----------
    study : MapStudy
    member : array of bool, shape (R, V), or (int, int)
        From ``query_groups.group_queries``; or R and V, for queries that voxels learn
        to choose.
    options : RegionQueryOptions
    folder : path, optional
        Of checkpoints.
    progress : callable, optional

    Returns
    -------
    fit : RegionQueryFit

    Raises
    ------
    DataError
        If queries are given for another number of voxels, or a voxel reads none.
    """
    seed = options.training.seed
    responses = scale_of_columns(study.responses)
    standard = responses.apply(study.responses)
    held = validation_rows(study.group, options.validation_share, seed)
    model = _begin(study, member, options)
    batches = RowBatches(
        {"tokens": study.maps, "responses": standard},
        validation_row=held,
        place={"tokens": study.train_row},
    )
    history = train(
        model, batches, options=options.training, folder=folder, progress=progress
    )
    prediction, attention = look(model, study.maps, study.test_row)
    return RegionQueryFit(
        prediction=responses.undo(prediction),
        attention=attention,
        accuracy=_accuracy(model, study, standard, held),
        weights=_weights(model, responses),
        history=history,
        n_parameters=sum(one.numel() for one in model.parameters()),
        model=model,
    )


def fit_ensemble(
    studies: Mapping[str, MapStudy],
    member: Member,
    *,
    seeds: Sequence[int],
    options: RegionQueryOptions = RegionQueryOptions(),
    folder: Path | None = None,
) -> Ensemble:
    """Fit every layer with every seed, and mix the layers voxel by voxel.

    Seeds are averaged within a layer. A seed draws its own validation rows, the same
    in all layers, so that layers are compared on equal rows.

    Parameters
    ----------
    studies : mapping of MapStudy
        By layer of the network: the same rows and responses on other tokens.
    member : as for ``fit_region_query``
    seeds : sequence of int
    options : RegionQueryOptions
        Their seed is not used.
    folder : path, optional
        Of checkpoints.

    Returns
    -------
    ensemble : Ensemble
    """

    def fit_one(study: MapStudy, seed: int) -> RegionQueryFit:
        training = replace(options.training, seed=seed)
        own = replace(options, training=training)
        return fit_region_query(study, member, options=own, folder=folder)

    fits = {
        name: [fit_one(study, seed) for seed in seeds]
        for name, study in studies.items()
    }
    accuracy = np.array([np.mean([f.accuracy for f in v], 0) for v in fits.values()])
    prediction = np.array(
        [np.mean([f.prediction for f in v], 0) for v in fits.values()]
    )
    share = share_by_accuracy(accuracy)
    mixed = np.einsum("lv,lnv->nv", share, prediction).astype(np.float32)
    return Ensemble(mixed, share, accuracy, fits)


def share_by_accuracy(
    accuracy: np.ndarray, *, sharpness: float = SHARPNESS
) -> np.ndarray:
    """Softmax over members of their accuracy, voxel by voxel.

    Parameters
    ----------
    accuracy : array of shape (n_members, V)
        NaN counts as 0: no better than chance.
    sharpness : float
        Per unit of correlation.

    Returns
    -------
    share : array of float32, shape (n_members, V)
    """
    score = sharpness * np.nan_to_num(accuracy)
    share = np.exp(score - score.max(0))
    return np.asarray(share / share.sum(0), np.float32)


def look(
    model: RegionQueryEncoder, tokens: Any, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Predict some stimuli in blocks, and tell where queries looked.

    Parameters
    ----------
    model : RegionQueryEncoder
    tokens : sliceable of shape (n_stimuli, T, D)
    rows : array of int, shape (n,)

    Returns
    -------
    prediction : array of float32, shape (n, V)
        Of standardised responses.
    attention : array of float32, shape (n, R, T)
    """
    model.eval()
    found = []
    with torch.no_grad():
        for block in read_blocks(tokens, rows):
            seen = torch.from_numpy(np.asarray(block, np.float32))
            found.append((model(seen).numpy(), model.attend(seen).numpy()))
    prediction, attention = zip(*found, strict=True)
    return np.concatenate(prediction), np.concatenate(attention)


def _begin(
    study: MapStudy, member: Member, options: RegionQueryOptions
) -> RegionQueryEncoder:
    check_readers(member, study.responses.shape[1])
    scale = scale_of_features(study.maps, study.train_row)
    with seeded(options.training.seed):
        model = RegionQueryEncoder(
            member, study.grid, study.maps.shape[2], sizes=options.sizes
        )
    model.standardise_with(scale.mean, scale.width)
    return model


def _accuracy(
    model: RegionQueryEncoder, study: MapStudy, standard: np.ndarray, held: np.ndarray
) -> np.ndarray:
    """Correlation (V,) of predicted and standardised responses on validation rows."""
    if not len(held):
        return np.full(standard.shape[1], np.nan)
    judged, _ = look(model, study.maps, study.train_row[held])
    return correlate_in_folds(judged, standard[held], np.zeros(len(held), int))


def _weights(model: RegionQueryEncoder, responses: Scale) -> dict[str, np.ndarray]:
    weight, bias = model.readout.by_voxel()
    return {
        "weight": weight.detach().numpy(),
        "bias": bias.detach().numpy(),
        "response_mean": responses.mean,
        "response_width": responses.width,
    }

"""Fit a spatial readout of a frozen map of features to all voxels of a subject.

Letters for shapes: B stimuli of a batch, T places of the map, D features, V voxels.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from boldwise.encoders.agreement import losses
from boldwise.encoders.map_study import (
    MapStudy,
    Scale,
    read_blocks,
    scale_of_columns,
    scale_of_features,
)
from boldwise.encoders.readout_start import start_readout
from boldwise.encoders.readouts import (
    Grid,
    MapShape,
    Readout,
    build_readout,
    weights_of,
)
from boldwise.encoders.visual_field import FieldShares
from boldwise.training.batches import RowBatches
from boldwise.training.history import History
from boldwise.training.loop import train
from boldwise.training.moment import Progress
from boldwise.training.options import TrainingOptions
from boldwise.training.split import validation_rows

TRAINING = TrainingOptions(
    n_epochs=60, batch_size=64, learning_rate=0.01, weight_decay=0.01, patience=8
)


@dataclass(frozen=True)
class ReadoutOptions:
    """How a readout is made and trained.

    Attributes
    ----------
    kind : {"factorised", "gaussian", "semantic"}
    validation_share : float
        Of the training rows, in whole groups, that decide when to stop.
    training : TrainingOptions
    extra : mapping
        Options of the kind, such as ``moves`` of the semantic readout.
    """

    kind: str = "gaussian"
    validation_share: float = 0.1
    training: TrainingOptions = TRAINING
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ReadoutFit:
    """What came out.

    Attributes
    ----------
    prediction : array of float32, shape (n_test, n_voxels)
        In the unit of the responses.
    weights : dict of array
        ``place`` (V, T), ``feature`` (V, D) on standardised features and responses,
        ``bias`` (V,); ``feature_mean`` and ``feature_width`` (D,), ``response_mean``
        and ``response_width`` (V,).
    fields : FieldShares
        Receptive fields, in shares of the picture.
    history : History
    n_parameters : int
        That were trained.
    model : MapEncoder
    """

    prediction: np.ndarray
    weights: dict[str, np.ndarray]
    fields: FieldShares
    history: History
    n_parameters: int
    model: "MapEncoder"


class MapEncoder(nn.Module):
    """A readout on standardised features, trained by the squared error.

    Parameters
    ----------
    readout : Readout
    grid : (int, int)
    scale : Scale
        Of the D features.
    """

    mean: torch.Tensor
    width: torch.Tensor

    def __init__(self, readout: Readout, grid: Grid, scale: Scale) -> None:
        super().__init__()
        self.readout = readout
        self.grid = grid
        self.register_buffer("mean", torch.from_numpy(scale.mean))  # (D,)
        self.register_buffer("width", torch.from_numpy(scale.width))  # (D,)
        self.undecayed = tuple(f"readout.{name}" for name in readout.unweighted)

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """Standardised responses (B, V) to maps (B, T, D)."""
        standard = (maps - self.mean) / self.width  # (B, T, D)
        response: torch.Tensor = self.readout(standard, self.grid)  # (B, V)
        return response

    def loss(self, batch: dict[str, Any]) -> tuple[torch.Tensor, dict[str, Any]]:
        """Squared error; what counts on validation rows is the concordance.

        Parameters
        ----------
        batch : dict of tensor
            ``maps`` (B, T, D) and standardised ``responses`` (B, V).

        Returns
        -------
        loss : tensor of shape ()
        parts : dict
            As of ``agreement.losses``.
        """
        found = self(batch["maps"])  # (B, V)
        return losses(found, batch["responses"], training=self.training)


def fit_readout(
    study: MapStudy,
    *,
    options: ReadoutOptions = ReadoutOptions(),
    folder: Path | None = None,
    progress: Progress | None = None,
) -> ReadoutFit:
    """Fit a readout, and predict the test stimuli.

    Everything is fitted to training rows alone: scales, where fields begin, when to
    stop, weights. All voxels train at once; none sees another but in the semantic
    readout, whose stem they share.

    Parameters
    ----------
    study : MapStudy
    options : ReadoutOptions
    folder : path, optional
        Of checkpoints.
    progress : callable, optional

    Returns
    -------
    fit : ReadoutFit
    """
    feature_scale = scale_of_features(study.maps, study.train_row)
    response_scale = scale_of_columns(study.responses)
    standard = response_scale.apply(study.responses)
    seed = options.training.seed
    batches = RowBatches(
        {"maps": study.maps, "responses": standard},
        validation_row=validation_rows(study.group, options.validation_share, seed),
        place={"maps": study.train_row},
    )

    def fit(model: MapEncoder) -> History:
        training = options.training
        return train(model, batches, options=training, folder=folder, progress=progress)

    model = _begin(study, standard, feature_scale, options)
    if options.kind == "semantic":
        still = replace(options, kind="factorised", extra={})
        factorised = _begin(study, standard, feature_scale, still)
        fit(factorised)
        model.load_state_dict(factorised.state_dict(), strict=False)
    history = fit(model)
    predicted = predict_maps(model, study.maps, study.test_row)
    return ReadoutFit(
        prediction=response_scale.undo(predicted),
        weights=_kept(model, feature_scale, response_scale),
        fields=model.readout.fields(study.grid),
        history=history,
        n_parameters=sum(one.numel() for one in model.parameters()),
        model=model,
    )


def _kept(
    model: MapEncoder, features: Scale, responses: Scale
) -> dict[str, np.ndarray]:
    scales = {
        "feature_mean": features.mean,
        "feature_width": features.width,
        "response_mean": responses.mean,
        "response_width": responses.width,
    }
    return weights_of(model.readout, model.grid) | scales


def predict_maps(model: nn.Module, maps: Any, rows: np.ndarray) -> np.ndarray:
    """Standardised responses to some stimuli, in blocks.

    Parameters
    ----------
    model : nn.Module
        From maps (B, T, D) to responses (B, V).
    maps : sliceable of shape (n_stimuli, T, D)
    rows : array of int, shape (n,)

    Returns
    -------
    prediction : array of float32, shape (n, V)
    """
    model.eval()
    with torch.no_grad():
        blocks = [
            model(torch.from_numpy(np.asarray(block, np.float32))).numpy()
            for block in read_blocks(maps, rows)
        ]
    return np.concatenate(blocks)


def _begin(
    study: MapStudy, standard: np.ndarray, scale: Scale, options: ReadoutOptions
) -> MapEncoder:
    seed = options.training.seed
    shape = MapShape(study.grid, study.maps.shape[2])
    readout = build_readout(
        options.kind, shape, standard.shape[1], seed=seed, **options.extra
    )
    start_readout(
        readout, study.maps, study.train_row, standard, scale=scale, seed=seed
    )
    return MapEncoder(readout, study.grid, scale)

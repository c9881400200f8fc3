"""The response-optimised encoder: a core learned from responses, for all subjects.

Letters for shapes: B pictures of a batch, H by W pixels, P colour planes, T places and
D features of the core's map, V voxels of one subject.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from boldwise.encoders.agreement import losses
from boldwise.encoders.cores import Core, CoreShape, build_core
from boldwise.encoders.image_study import ImageStudy, ViewerBatches
from boldwise.encoders.map_study import Scale, read_blocks, scale_of_features
from boldwise.encoders.readout_start import AT_MOST, start_readout
from boldwise.encoders.readouts import MapShape, Readout, build_readout, weights_of
from boldwise.encoders.visual_field import FieldShares
from boldwise.training.history import History
from boldwise.training.loop import train
from boldwise.training.moment import Progress
from boldwise.training.options import TrainingOptions
from boldwise.training.seeds import seeded

TRAINING = TrainingOptions(
    n_epochs=100,
    batch_size=64,
    learning_rate=0.01,
    schedule="cosine",
    weight_decay=0.01,
    patience=15,
)


@dataclass(frozen=True)
class ResponseOptimisedOptions:
    """How core and readouts are made and trained.

    Attributes
    ----------
    core : CoreShape
    readout : {"factorised", "gaussian", "semantic"}
    extra : mapping
        Options of the readout's kind.
    validation_share : float
        Of the training pictures.
    training : TrainingOptions
    """

    core: CoreShape = field(default_factory=CoreShape)
    readout: str = "gaussian"
    extra: Mapping[str, Any] = field(default_factory=dict)
    validation_share: float = 0.1
    training: TrainingOptions = TRAINING


@dataclass(frozen=True)
class ViewerFit:
    """What came out for one subject.

    Attributes
    ----------
    prediction : array of float32, shape (n_test, n_voxels)
        In the unit of the responses.
    weights : dict of array
        ``place`` (V, T), ``feature`` (V, D) and ``bias`` (V,).
    fields : FieldShares
        Receptive fields of the readout on the core's map, in shares of the picture.
    """

    prediction: np.ndarray
    weights: dict[str, np.ndarray]
    fields: FieldShares


@dataclass(frozen=True)
class ResponseOptimisedFit:
    """What came out for all subjects.

    Attributes
    ----------
    viewers : dict of subject to ViewerFit
    history : History
    n_parameters : int
    model : SharedCore
    """

    viewers: dict[str, ViewerFit]
    history: History
    n_parameters: int
    model: "SharedCore"


class SharedCore(nn.Module):
    """One core for all subjects, and a readout for each.

    Parameters
    ----------
    core : Core
    readouts : mapping of subject to Readout
    light : Scale
        Of the P planes of the pictures.
    """

    light: torch.Tensor
    contrast: torch.Tensor

    def __init__(
        self, core: Core, readouts: Mapping[str, Readout], light: Scale
    ) -> None:
        super().__init__()
        self.core = core
        self.subjects = list(readouts)
        self.readouts = nn.ModuleList(readouts.values())
        self.register_buffer("light", torch.from_numpy(light.mean))  # (P,)
        self.register_buffer("contrast", torch.from_numpy(light.width))  # (P,)
        listed = [f"core.{name}" for name in getattr(core, "undecayed", ())]
        for index, one in enumerate(readouts.values()):
            listed += [f"readouts.{index}.{part}" for part in one.unweighted]
        self.undecayed = tuple(listed)

    def maps(self, pictures: torch.Tensor) -> torch.Tensor:
        """Features (B, T, D) of pictures (B, H, W, P) of light 0 to 255."""
        light = (pictures.to(self.light.dtype) - self.light) / self.contrast
        features: torch.Tensor = self.core(light.permute(0, 3, 1, 2))  # (B, T, D)
        return features

    def readout_of(self, subject: str) -> Readout:
        """Readout of one subject."""
        readout: Readout = self.readouts[self.subjects.index(subject)]  # type: ignore[assignment]
        return readout

    def read(self, maps: torch.Tensor, subject: str) -> torch.Tensor:
        """Standardised responses (B, V) of one subject to features (B, T, D)."""
        response: torch.Tensor = self.readout_of(subject)(maps, self.core.grid)
        return response

    def loss(self, batch: dict[str, Any]) -> tuple[torch.Tensor, dict[str, Any]]:
        """Squared error; what counts on validation pictures is the concordance.

        Parameters
        ----------
        batch : dict
            ``pictures`` (B, H, W, P); by subject, ``place`` (n,) of the pictures they
            saw among those, and standardised ``responses`` (n, V).

        Returns
        -------
        loss : tensor of shape ()
        parts : dict
            As of ``agreement.losses``; a subject weighs as many pictures as they saw.
        """
        maps = self.maps(batch["pictures"])  # (B, T, D)
        n_pairs = sum(len(place) for place in batch["place"].values())
        total = maps.new_zeros(())
        parts: dict[str, Any] = {}
        for subject, place in batch["place"].items():
            found = self.read(maps[place], subject)  # (n, V)
            measured, share = batch["responses"][subject], len(place) / n_pairs
            loss, told = losses(found, measured, training=self.training)
            total = total + share * loss
            parts = {k: parts.get(k, 0.0) + share * one for k, one in told.items()}
        return total, parts


def fit_response_optimised(
    study: ImageStudy,
    *,
    options: ResponseOptimisedOptions = ResponseOptimisedOptions(),
    folder: Path | None = None,
    progress: Progress | None = None,
) -> ResponseOptimisedFit:
    """Learn a core and its readouts from the responses of all subjects at once.

    Parameters
    ----------
    study : ImageStudy
    options : ResponseOptimisedOptions
    folder : path, optional
        Of checkpoints.
    progress : callable, optional

    Returns
    -------
    fit : ResponseOptimisedFit
    """
    training = options.training
    batches = ViewerBatches(study, options.validation_share, training.seed)
    model = _begin(study, batches, options)
    history = train(model, batches, options=training, folder=folder, progress=progress)
    viewers = {
        name: _fit_of(model, study, name, batches.scales[name])
        for name in study.viewers
    }
    n_parameters = sum(one.numel() for one in model.parameters())
    return ResponseOptimisedFit(viewers, history, n_parameters, model)


def _fit_of(
    model: SharedCore, study: ImageStudy, subject: str, scale: Scale
) -> ViewerFit:
    rows = study.viewers[subject].test_row
    readout, grid = model.readout_of(subject), model.core.grid
    with torch.no_grad():
        told = [
            model.read(torch.from_numpy(maps), subject).numpy()
            for maps in _maps_of(model, study.pictures, rows)
        ]
    prediction = scale.undo(np.concatenate(told))
    return ViewerFit(prediction, weights_of(readout, grid), readout.fields(grid))


def _begin(
    study: ImageStudy, batches: ViewerBatches, options: ResponseOptimisedOptions
) -> SharedCore:
    """Random filters already tell where a voxel looks: fields begin there."""
    _, height, width, planes = study.pictures.shape
    seed = options.training.seed
    with seeded(seed):
        core = build_core((planes, height, width), options.core)
    light = scale_of_features(study.pictures, study.train_row)
    shape = MapShape(core.grid, core.n_features)
    readouts = {
        name: build_readout(
            options.readout,
            shape,
            one.responses.shape[1],
            seed=seed + 1 + index,
            **options.extra,
        )
        for index, (name, one) in enumerate(study.viewers.items())
    }
    model = SharedCore(core, readouts, light)
    for name, one in study.viewers.items():
        rows = one.train_row[:AT_MOST]
        maps = np.concatenate(list(_maps_of(model, study.pictures, rows)))
        every = np.arange(len(rows))
        start_readout(
            readouts[name],
            maps,
            every,
            batches.scales[name].apply(one.responses[:AT_MOST]),
            scale=scale_of_features(maps, every),
            seed=seed,
        )
    return model


def _maps_of(
    model: SharedCore, pictures: Any, rows: np.ndarray
) -> Iterator[np.ndarray]:
    """Features of some pictures, in blocks of shape (B, T, D)."""
    model.eval()
    for block in read_blocks(pictures, rows):
        with torch.no_grad():
            yield model.maps(torch.from_numpy(np.ascontiguousarray(block))).numpy()

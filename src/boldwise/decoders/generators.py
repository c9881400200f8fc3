"""What can be plugged in behind a decoder: priors, image generators, captioners.

Decoding, identification and the metrics never import a generator. One that is named in
words is imported when it is first asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Protocol, Self, runtime_checkable

import numpy as np

from boldwise.decoders.linear import RidgeDecoder
from boldwise.errors import ConfigError, DataError, ShapeMismatchError, first_line


@runtime_checkable
class ImageGenerator(Protocol):
    """Turns embeddings into pictures."""

    def generate(self, prediction: np.ndarray) -> np.ndarray:
        """Embeddings (n_items, n_features) to uint8 (n_items, height, width, 3)."""
        ...


@runtime_checkable
class Captioner(Protocol):
    """Turns embeddings into sentences."""

    def caption(self, prediction: np.ndarray) -> list[str]:
        """Embeddings (n_items, n_features) to one sentence for each."""
        ...


@runtime_checkable
class EmbeddingPrior(Protocol):
    """Moves predicted embeddings to where true ones lie; fitted on training stimuli."""

    def fit(self, prediction: np.ndarray, target: np.ndarray) -> Self:
        """Learn from out-of-fold predictions and targets, (n_train, n_features)."""
        ...

    def transform(self, prediction: np.ndarray) -> np.ndarray:
        """Move predictions (n_items, n_features)."""
        ...


class IdentityPrior:
    """Leaves predictions where they are."""

    def fit(self, prediction: np.ndarray, target: np.ndarray) -> Self:
        """Learn nothing from arrays of shape (n_train, n_features)."""
        _refuse_unlike(prediction, target)
        return self

    def transform(self, prediction: np.ndarray) -> np.ndarray:
        """Return predictions (n_items, n_features) as they are."""
        return prediction


@dataclass
class RidgePrior:
    """Regresses true embeddings on predicted ones, z-scored, by ridge.

    Undoes a linear distortion that is common to all predictions, such as the loss of
    spread by shrinkage in some directions and not in others. Fit it on predictions of
    stimuli that the decoder was not trained on.

    Parameters
    ----------
    options : mapping
        Of ``RidgeDecoder``: ``alphas``, ``cv``, ``alpha_per_target``.
    """

    options: Mapping[str, Any] = field(default_factory=dict)

    def fit(self, prediction: np.ndarray, target: np.ndarray) -> Self:
        """Fit on predictions and targets, shape (n_train, n_features)."""
        _refuse_unlike(prediction, target)
        self.ridge_ = RidgeDecoder(**self.options).fit(prediction, target)
        return self

    def transform(self, prediction: np.ndarray) -> np.ndarray:
        """Move predictions (n_items, n_features), in the unit of the targets."""
        if not hasattr(self, "ridge_"):
            raise DataError("this RidgePrior is not fitted yet: call fit first.")
        targets = self.ridge_.targets_
        spread = np.where(np.isfinite(targets.spread), targets.spread, 0.0)
        moved = self.ridge_.predict(prediction) * spread + targets.mean
        return np.asarray(moved, np.float32)


PARTS: dict[str, type[Any]] = {
    "image generator": ImageGenerator,
    "captioner": Captioner,
    "prior": EmbeddingPrior,
}


def load_part(what: str, name: str, options: Mapping[str, Any]) -> Any:
    """Import and build a generator, captioner or prior of any package.

    Parameters
    ----------
    what : str
        ``"image generator"``, ``"captioner"`` or ``"prior"``.
    name : str
        ``package.module:Class``.
    options : mapping
        Passed to the class.

    Returns
    -------
    part : ImageGenerator, Captioner or EmbeddingPrior

    Raises
    ------
    ConfigError
        If it cannot be imported, or lacks what such a part must do.
    """
    module, _, attribute = name.partition(":")
    if not module or not attribute:
        raise ConfigError(f"a {what} is named package.module:Class, not '{name}'.")
    try:
        found = getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ConfigError(
            f"{what} '{name}' cannot be imported ({first_line(error)}). Is its package "
            "installed in this environment?"
        ) from error
    part = found(**options)
    if not isinstance(part, PARTS[what]):
        methods = [one for one in vars(PARTS[what]) if not one.startswith("_")]
        raise ConfigError(
            f"'{name}' is no {what}: it needs the methods {', '.join(methods)}."
        )
    return part


def _refuse_unlike(prediction: np.ndarray, target: np.ndarray) -> None:
    if prediction.shape != target.shape:
        raise ShapeMismatchError(
            f"predictions have shape {prediction.shape}, targets {target.shape}; a "
            "prior needs pairs in one space."
        )

"""Fitted models to and from files: arrays and options in a store, never a pickle."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from boldwise.errors import StoreError
from boldwise.io.stores import open_store, write_store

MODELS = {
    "ridge_encoder": "boldwise.encoders.ridge:RidgeEncoder",
    "ridge_decoder": "boldwise.decoders.linear:RidgeDecoder",
    "category_decoder": "boldwise.decoders.category:CategoryDecoder",
}


class Model(Protocol):
    """What a model must offer to be kept."""

    def to_state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Arrays of any shape by name, and options that JSON can hold."""

    @classmethod
    def from_state(
        cls, arrays: Mapping[str, np.ndarray], options: Mapping[str, Any]
    ) -> "Model":
        """Rebuild the model from both: arrays in the shapes of ``to_state``."""


def save_model(model: Model, path: str | Path) -> None:
    """Write a fitted model to a file of its own.

    Parameters
    ----------
    model : RidgeEncoder, RidgeDecoder or CategoryDecoder
        Fitted.
    path : path
        Target, for example ``face-area.h5``; replaced if it exists.

    Raises
    ------
    StoreError
        If the model is not fitted, or of a kind that is not kept.

    Examples
    --------
    >>> from boldwise.encoders import RidgeEncoder
    >>> features = np.arange(20.0).reshape(10, 2)
    >>> encoder = RidgeEncoder(cv=2).fit([features], features[:, :1])
    >>> save_model(encoder, getfixture("tmp_path") / "encoder.h5")
    >>> copy = load_model(getfixture("tmp_path") / "encoder.h5")
    >>> bool((copy.predict([features]) == encoder.predict([features])).all())
    True
    """
    names = {place.partition(":")[2]: name for name, place in MODELS.items()}
    kind = type(model).__name__
    if kind not in names:
        raise StoreError(f"{path}: cannot keep a {kind}; known: {', '.join(names)}.")
    try:
        arrays, options = model.to_state()
    except AttributeError as error:
        raise StoreError(f"{path}: the {kind} is not fitted yet.") from error
    write_store(
        path,
        arrays,
        schema="model",
        attributes={"model": names[kind], "options": options},
    )


def load_model(path: str | Path) -> Any:
    """Read a model that ``save_model`` wrote; it predicts as before.

    Parameters
    ----------
    path : path

    Returns
    -------
    model : RidgeEncoder, RidgeDecoder or CategoryDecoder

    Raises
    ------
    StoreError
        If the file is damaged, or the model is not known to this boldwise.
    """
    with open_store(path, schema="model") as store:
        about = store.attributes
        arrays = {name: np.asarray(store[name][()]) for name in store.names}
    if about["model"] not in MODELS:
        raise StoreError(
            f"{path}: holds a '{about['model']}'; this boldwise knows "
            f"{', '.join(MODELS)}. Update boldwise."
        )
    module, _, name = MODELS[about["model"]].partition(":")
    return getattr(import_module(module), name).from_state(arrays, about["options"])

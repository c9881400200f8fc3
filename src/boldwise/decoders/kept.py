"""Linear decoders that are kept, to be applied to new responses."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from boldwise.decoders.linear import RidgeDecoder

MODEL = "model/"
CHOSEN = ("alpha", "cv_score")


def name_decoder(number: int, decoder: RidgeDecoder) -> dict[str, np.ndarray]:
    """Name what a copy of the decoder of one outer fold needs.

    Parameters
    ----------
    number : int
        Outer fold, from 0.
    decoder : RidgeDecoder
        Fitted.

    Returns
    -------
    datasets : dict of array
        ``model/<fold>/coef`` of shape (n_voxels, n_features), float32; mean and spread
        of responses, shape (n_voxels,), and of targets, shape (n_features,).
    """
    arrays, _ = decoder.to_state()
    return {
        f"{MODEL}{number}/{name}": values
        for name, values in arrays.items()
        if name not in CHOSEN
    }


def kept_decoder(arrays: Mapping[str, Any]) -> RidgeDecoder:
    """Rebuild the decoder of one outer fold.

    Parameters
    ----------
    arrays : mapping of array
        As ``name_decoder`` names them, without what stands before the last stroke.

    Returns
    -------
    decoder : RidgeDecoder
        Its penalties are not kept with it: they are NaN.
    """
    unknown = np.full(arrays["coef"].shape[1], np.nan)
    return RidgeDecoder.from_state({**arrays, **dict.fromkeys(CHOSEN, unknown)}, {})


def to_features(decoder: RidgeDecoder, prediction: np.ndarray) -> np.ndarray:
    """Bring decoded features back to the unit of the feature space.

    Parameters
    ----------
    decoder : RidgeDecoder
    prediction : array of shape (n_items, n_features)
        Of its ``predict``.

    Returns
    -------
    feature : array of float32, shape (n_items, n_features)
        A feature that did not vary over the training stimuli is their mean.
    """
    spread = decoder.targets_.spread
    spread = np.where(np.isfinite(spread), spread, 0.0)
    return np.asarray(prediction * spread + decoder.targets_.mean, np.float32)

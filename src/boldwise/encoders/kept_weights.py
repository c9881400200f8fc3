"""Weights of linear encoders that are kept, and what they predict of new stimuli.

Letters for shapes: n new stimuli, p features of all spaces (of the widest, where each
voxel has one of them), s feature spaces, w voxels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from boldwise.encoders.design import Design
from boldwise.errors import DataError, ShapeMismatchError

MODEL = "model/"
PER_VOXEL = ("weight", "intercept")


@dataclass(frozen=True)
class KeptFold:
    """A fitted linear encoder of one outer fold.

    Attributes
    ----------
    design : Design
        Of s feature spaces.
    weight : array of float32, shape (p, w)
    intercept : array of float32, shape (w,)
        In the unit of the responses.
    layer : array of int, shape (w,), or None
        The one space that each voxel follows; None: all of them, joined.
    """

    design: Design
    weight: np.ndarray
    intercept: np.ndarray
    layer: np.ndarray | None = None

    def predict(self, spaces: Sequence[np.ndarray]) -> np.ndarray:
        """Predict the responses to new stimuli.

        Parameters
        ----------
        spaces : sequence of s arrays, each of shape (n, n_features of the space)
            As fitted in the same outer fold.

        Returns
        -------
        prediction : array of float32, shape (n, w)
            NaN for a voxel that the encoder could not be fitted to.

        Raises
        ------
        ShapeMismatchError
            If the spaces are not those of the fit.
        DataError
            If a feature is NaN or infinite, or the weights are of delayed features.
        """
        design = self.design.join(spaces).astype(np.float32)  # (n, p)
        bad = ~np.isfinite(design)
        if bad.any():
            raise DataError(
                f"{int(bad.sum())} of {bad.size} features of new stimuli are NaN or "
                f"infinite, in {int(bad.any(axis=1).sum())} stimuli. Leave these out."
            )
        if self.layer is not None:
            return self._by_layer(design)
        if design.shape[1] != len(self.weight):
            raise ShapeMismatchError(
                f"the encoder has weights for {len(self.weight)} features, but its "
                f"spaces have {design.shape[1]}: it was fitted with delays, to volumes "
                "of a time series. Apply an encoder of single trials."
            )
        return np.asarray(design @ self.weight + self.intercept, np.float32)

    def _by_layer(self, design: np.ndarray) -> np.ndarray:
        layer = np.asarray(self.layer)
        prediction = np.full((len(design), len(layer)), np.nan, np.float32)
        for number, own in enumerate(self.design.columns()):
            here = np.flatnonzero(layer == number)
            weight = self.weight[: len(own), here]
            prediction[:, here] = design[:, own] @ weight + self.intercept[here]
        return prediction


def name_weights(
    number: int, weight: np.ndarray, intercept: np.ndarray
) -> dict[str, np.ndarray]:
    """Name what is kept of one outer fold, for its voxels.

    Parameters
    ----------
    number : int
        Outer fold, from 0.
    weight : array of shape (p, w)
    intercept : array of shape (w,)

    Returns
    -------
    results : dict of array of float32
        ``model/<fold>/weight`` and ``model/<fold>/intercept``.
    """
    named = zip(PER_VOXEL, (weight, intercept), strict=True)
    return {f"{MODEL}{number}/{n}": np.asarray(one, np.float32) for n, one in named}


def name_chosen(
    folds: Sequence[Sequence[Mapping[str, np.ndarray]]], layer: np.ndarray
) -> dict[str, np.ndarray]:
    """Name the weights of the space that each voxel follows, in every outer fold.

    Parameters
    ----------
    folds : sequence of sequence of mapping
        Of each space in each fold: ``weight`` of shape (n_features of the space, w)
        and ``intercept`` of shape (w,).
    layer : array of int, shape (n_folds, w)
        Place of the space.

    Returns
    -------
    results : dict of array of float32
        As of ``name_weights``; zeros below the weights of narrow spaces.
    """
    named: dict[str, np.ndarray] = {}
    for number, (spaces, own) in enumerate(zip(folds, layer, strict=True)):
        widest = max(len(one["weight"]) for one in spaces)
        weight = np.zeros((widest, len(own)), np.float32)
        intercept = np.zeros(len(own), np.float32)
        for place, one in enumerate(spaces):
            here = own == place
            weight[: len(one["weight"]), here] = one["weight"][:, here]
            intercept[here] = one["intercept"][here]
        named |= name_weights(number, weight, intercept)
    return named


def name_designs(folds: Sequence[Sequence[Design]]) -> dict[str, np.ndarray]:
    """Name how features are centred and scaled in each outer fold.

    Parameters
    ----------
    folds : sequence of sequence of Design
        For each outer fold one of all spaces, or one of each.

    Returns
    -------
    datasets : dict of array of float64
        ``model/<fold>/mean`` of shape (p of all spaces,), ``…/scale`` and ``…/width``
        of shape (s,).
    """
    named: dict[str, np.ndarray] = {}
    for number, designs in enumerate(folds):
        means = [mean for one in designs for mean in one.mean]
        named |= {
            f"{MODEL}{number}/mean": np.concatenate(means),
            f"{MODEL}{number}/scale": np.array(
                [x for one in designs for x in one.scale]
            ),
            f"{MODEL}{number}/width": np.array([len(mean) for mean in means]),
        }
    return named


def kept_fold(arrays: Mapping[str, Any], layer: np.ndarray | None = None) -> KeptFold:
    """Rebuild the encoder of one outer fold.

    Parameters
    ----------
    arrays : mapping of array
        ``weight`` of shape (p, w), ``intercept`` of shape (w,), and ``mean``,
        ``scale`` and ``width``, as ``name_designs`` has them.
    layer : array of int, shape (w,), optional
        As of ``KeptFold``.

    Returns
    -------
    fold : KeptFold
    """
    mean = np.split(arrays["mean"], np.cumsum(arrays["width"])[:-1])
    design = Design(tuple(mean), tuple(np.asarray(arrays["scale"]).tolist()))
    return KeptFold(design, arrays["weight"], arrays["intercept"], layer)

"""Which feature space the voxels of each region chose, and by which inner scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from boldwise.reporting.style import (
    DARK,
    PALE,
    PALETTE,
    WHOLE,
    describe,
    house_style,
    new_figure,
)

MAX_ENCODERS, MAX_REGIONS = 4, 5
QUARTILES = (25, 50, 75)


@dataclass(frozen=True)
class LayerChoice:
    """How the voxels of an encoder chose among its feature spaces.

    Attributes
    ----------
    spaces : sequence of str
        Names, in the order of the layers.
    choose_by : str
        Who chose together: ``"voxel"``, ``"roi"`` or ``"all"``.
    layer : array of int, shape (n_folds, n_voxels)
        Place of the chosen space; -1 where none could be scored.
    score : array of shape (n_folds, n_layers, n_voxels)
        R² of each space in the inner folds.
    """

    spaces: Sequence[str]
    choose_by: str
    layer: np.ndarray
    score: np.ndarray


@house_style()
def draw_layer_choice(
    choices: Mapping[str, LayerChoice],
    predicted: Mapping[str, np.ndarray],
    rois: Mapping[str, np.ndarray],
) -> Figure:
    """Draw the share of voxels that chose each layer, above the layers' inner scores.

    Parameters
    ----------
    choices : mapping of encoder to LayerChoice
    predicted : mapping of encoder to array of bool, shape (n_voxels,)
        Voxels that the encoder predicts above chance: the others choose at random.
    rois : mapping of name to array of bool, shape (n_voxels,)

    Returns
    -------
    figure : matplotlib.figure.Figure
    """
    shown = dict(list(choices.items())[:MAX_ENCODERS])
    everywhere = np.ones(next(iter(shown.values())).layer.shape[1], bool)
    regions = {"all": everywhere, **dict(list(rois.items())[:MAX_REGIONS])}
    figure = new_figure(WHOLE, 3.6 * len(shown) + 0.3)
    parts = figure.subfigures(len(shown), 1, squeeze=False).ravel()
    said = []
    for part, (name, one) in zip(parts, shown.items(), strict=True):
        part.suptitle(f"{name} (chosen by: {one.choose_by})", fontsize=10)
        axes = part.subplots(2, len(regions), sharex=True, sharey="row", squeeze=False)
        for column, (region, inside) in zip(axes.T, regions.items(), strict=True):
            own = inside & predicted[name]
            _draw_shares(column[0], one, own)
            _draw_profile(column[1], one, own)
            column[0].set_title(f"{region} ({own.sum()})")
        axes[0, 0].set_ylabel("share of voxels")
        axes[1, 0].set_ylabel("inner R²")
        shares = zip(one.spaces, share_of_layers(one, predicted[name]), strict=True)
        said.append(f"{name}: " + ", ".join(f"{s} {_percent(v)}" for s, v in shares))
    return describe(
        figure,
        "Share of the voxels predicted above chance that chose each feature space: "
        f"{'; '.join(said)}.",
    )


def share_of_layers(choice: LayerChoice, inside: np.ndarray) -> np.ndarray:
    """Share of the choices, over voxels and folds, that fell on each layer.

    Parameters
    ----------
    choice : LayerChoice
    inside : array of bool, shape (n_voxels,)

    Returns
    -------
    share : array of shape (n_layers,)
        NaN if nothing was chosen.
    """
    layer = choice.layer[:, inside]
    count = np.bincount(layer[layer >= 0], minlength=len(choice.spaces))
    return count / count.sum() if count.sum() else np.full(len(count), np.nan)


def layer_profile(choice: LayerChoice, inside: np.ndarray) -> np.ndarray:
    """Quartiles over voxels of each layer's inner score, averaged over outer folds.

    Parameters
    ----------
    choice : LayerChoice
    inside : array of bool, shape (n_voxels,)

    Returns
    -------
    quartiles : array of shape (3, n_layers)
        NaN if no voxel inside has a score.
    """
    score = choice.score[:, :, inside].mean(axis=0)
    known = score[:, np.isfinite(score).all(axis=0)]
    if not known.shape[1]:
        return np.full((len(QUARTILES), len(score)), np.nan)
    return np.asarray(np.percentile(known, QUARTILES, axis=1))


def _draw_shares(axis: Axes, choice: LayerChoice, inside: np.ndarray) -> None:
    """Bars, and a dot for each outer fold: how firm the choice is."""
    place = np.arange(len(choice.spaces))
    axis.bar(place, share_of_layers(choice, inside), width=0.75, color=PALETTE[0])
    for layer in choice.layer:
        fold = LayerChoice(choice.spaces, choice.choose_by, layer[None], choice.score)
        shares = share_of_layers(fold, inside)
        axis.plot(place, shares, ".", color=DARK, markersize=4, linestyle="")
    axis.set_ylim(0, 1.05)


def _draw_profile(axis: Axes, choice: LayerChoice, inside: np.ndarray) -> None:
    """Median over voxels of each layer's inner score, and the middle half."""
    place = np.arange(len(choice.spaces))
    low, middle, high = layer_profile(choice, inside)
    axis.axhline(0, color=PALE, linewidth=0.8)
    axis.fill_between(place, low, high, color=PALE)
    axis.plot(place, middle, "o-", color=PALETTE[0], markersize=3.5)
    axis.set_xticks(place, list(choice.spaces), rotation=60, ha="right")
    axis.set_xlim(-0.6, len(place) - 0.4)


def _percent(share: float) -> str:
    return f"{share:.0%}" if np.isfinite(share) else "–"

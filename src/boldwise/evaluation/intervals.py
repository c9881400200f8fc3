"""How sure is a score? Draws over stimuli and subjects, never over voxels.

Voxels of one brain share their noise: drawing them anew gives intervals that are far
too narrow. Stimuli are drawn within folds, the same ones for all voxels, models and
subjects, so that differences between models are paired.
"""

from collections.abc import Mapping

import numpy as np

from boldwise.evaluation.scores import correlate_weighted, normalise_by_ceiling

DRAW_TILE = 64  # A constant: draws of all voxels at once, 8 bytes for each.
LEVEL = 0.95

Draws = dict[str, np.ndarray]


def draw_medians(
    prediction: np.ndarray,
    response: np.ndarray,
    fold: np.ndarray,
    *,
    weights: np.ndarray,
    masks: Mapping[str, np.ndarray],
    ceiling: tuple[np.ndarray, float],
) -> tuple[Draws, Draws]:
    """Recompute the median score of each region for every draw of the stimuli.

    Parameters
    ----------
    prediction, response : array of shape (n_items, n_voxels)
    fold : array of int, shape (n_items,)
    weights : array of shape (n_draws, n_items)
        How often each item was drawn.
    masks : mapping of name to array of bool, shape (n_voxels,)
        Regions of interest.
    ceiling : tuple of array of shape (n_voxels,) and float
        Noise ceilings, and the least to normalise by. They are not drawn anew.

    Returns
    -------
    r, normalised_r : dict of name to array of shape (n_draws,)
        Median over the region's voxels, as far as defined; NaN if none is.
    """
    once = correlate_weighted(prediction, response, fold, np.ones((1, len(fold))))[0]
    normalised = normalise_by_ceiling(once, ceiling[0], min_ceiling=ceiling[1])
    medians: tuple[Draws, Draws] = ({}, {})
    for drawn in medians:
        drawn.update({name: np.full(len(weights), np.nan) for name in masks})
    for start in range(0, len(weights), DRAW_TILE):
        tile = slice(start, start + DRAW_TILE)
        r = correlate_weighted(prediction, response, fold, weights[tile])
        ratio = normalise_by_ceiling(r, ceiling[0], min_ceiling=ceiling[1])
        for drawn, values, first in zip(
            medians, (r, ratio), (once, normalised), strict=True
        ):
            for name, mask in masks.items():
                defined = mask & np.isfinite(first)
                if defined.any():
                    drawn[name][tile] = np.median(values[:, defined], axis=1)
    return medians


def widen_draws(draws: np.ndarray, value: float, *, widening: float) -> np.ndarray:
    """Spread draws around the value itself, where folds train one another.

    Parameters
    ----------
    draws : array of shape (n_draws,)
    value : float
        What was drawn anew.
    widening : float
        From ``HeldOut``; 1 leaves the draws as they are.

    Returns
    -------
    draws : array of shape (n_draws,)
    """
    return draws if widening == 1 else value + widening * (draws - value)


def combine_subjects(draws: np.ndarray, *, seed: int) -> np.ndarray:
    """Draw subjects, too: the mean over drawn subjects at each draw of the stimuli.

    The two-way bootstrap [1]_: its spread covers new stimuli and new subjects.
    Differs from the paper in that what subjects add is widened by sqrt(n / (n - 1)),
    as n drawn subjects vary by too little around their own mean. With three subjects
    it still rests on very few; read such intervals with care.

    Parameters
    ----------
    draws : array of shape (n_subjects, n_draws)
        Column b holds all subjects' scores of the same draw of the stimuli.
    seed : int
        Equal seeds draw equal subjects, for every region and model.

    Returns
    -------
    combined : array of shape (n_draws,)

    References
    ----------
    .. [1] Owen (2007), "The pigeonhole bootstrap", Annals of Applied Statistics
       1(2):386-411.
    """
    n_subjects, n_draws = draws.shape
    rng = np.random.default_rng([seed, 2])
    drawn = rng.integers(0, n_subjects, (n_subjects, n_draws))
    same_subjects = draws.mean(axis=0)
    added = np.take_along_axis(draws, drawn, axis=0).mean(axis=0) - same_subjects
    widening = np.sqrt(n_subjects / max(n_subjects - 1, 1))
    return np.asarray(same_subjects + widening * added)


def percentile_interval(
    draws: np.ndarray, *, level: float = LEVEL
) -> tuple[float, float]:
    """Middle part of the draws that are defined.

    Parameters
    ----------
    draws : array of shape (n_draws,)
    level : float
        Share of the draws inside.

    Returns
    -------
    low, high : float
        NaN if no draw is defined.
    """
    defined = draws[np.isfinite(draws)]
    if not len(defined):
        return float("nan"), float("nan")
    low, high = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def draw_p(value: float, draws: np.ndarray | None) -> float:
    """Test a value against 0, two-sided, by the spread of its draws.

    The draws are moved so that they centre on 0, as they would if nothing were
    there: p = (1 + #{|draw - value| >= |value|}) / (1 + n_draws).

    Parameters
    ----------
    value : float
    draws : array of shape (n_draws,) or None

    Returns
    -------
    p : float
        NaN if the value is, or nothing was drawn.
    """
    defined = np.empty(0) if draws is None else draws[np.isfinite(draws)]
    if not np.isfinite(value) or not len(defined):
        return float("nan")
    beyond = int((np.abs(defined - value) >= abs(value)).sum())
    return (1 + beyond) / (1 + len(defined))

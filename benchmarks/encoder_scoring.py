"""Scores of the encoders' benchmark: two predictions beside each other."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from boldwise.evaluation.intervals import draw_medians, percentile_interval
from boldwise.evaluation.scores import correlate_in_folds, normalise_by_ceiling
from boldwise.linear.ridge import RidgeCV
from boldwise.simulate.measuring import Measured

ALPHAS = np.logspace(-3, 4, 22)  # times the mean length of a row of features
MIN_CEILING, N_DRAWS = 0.1, 500
Predict = Callable[[np.ndarray], np.ndarray]


def fit_ridge(
    features: np.ndarray,
    responses: np.ndarray,
    rows: np.ndarray,
    test: np.ndarray,
    *,
    standardise: bool = True,
) -> tuple[np.ndarray, float]:
    """Fit with a penalty per voxel by 5 folds: prediction, mean score of the folds."""
    scaled = features - features[rows].mean(0)
    if standardise:
        spread = scaled[rows].std(0)
        scaled = scaled / np.where(spread > 1e-6, spread, 1)
    scaled /= np.sqrt((scaled[rows] ** 2).sum(1).mean())
    model = RidgeCV(alphas=ALPHAS, cv=5).fit(scaled[rows], responses)
    return model.predict(scaled[test]), float(model.best_cv_score_.mean())


def median_of(prediction: np.ndarray, one: Measured, test: np.ndarray) -> float:
    """Median over voxels of r in units of what noise permits."""
    r = correlate_in_folds(prediction, one.response[test], np.zeros(len(test), int))
    score = normalise_by_ceiling(r, one.ceiling(test), min_ceiling=MIN_CEILING)
    return float(np.nanmedian(score))


def compare(
    ours: np.ndarray, theirs: np.ndarray, one: Measured, test: np.ndarray
) -> tuple[float, float, float]:
    """Difference of the medians, and its interval over stimuli, drawn for both."""
    weights = np.random.default_rng(0).multinomial(
        len(test), np.full(len(test), 1 / len(test)), N_DRAWS
    )
    everywhere = {"all": np.ones(ours.shape[1], bool)}
    drawn = [
        draw_medians(
            prediction, one.response[test], np.zeros(len(test), int),
            weights=weights.astype(float), masks=everywhere,
            ceiling=(one.ceiling(test), MIN_CEILING),
        )[1]["all"]
        for prediction in (ours, theirs)
    ]  # fmt: skip
    ahead = median_of(ours, one, test) - median_of(theirs, one, test)
    return ahead, *percentile_interval(drawn[0] - drawn[1])


def say(row: Mapping[str, Any], *, as_json: bool) -> None:
    """Print one row of the table."""
    import json

    if as_json:
        print(json.dumps(row), flush=True)
        return
    told = [f"{v:.3f}" if isinstance(v, float) else str(v) for v in row.values()]
    print("  ".join(f"{one:>9s}" for one in told), flush=True)

"""What must be fitted to features is fitted to training stimuli only, per fold."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from boldwise.errors import DataError
from boldwise.features.blocks import cut_rows
from boldwise.features.projection import ProjectedRows
from boldwise.features.records import FeatureSpace, FittedFeatures, find_rows
from boldwise.features.reduction import Pca, fit_pca
from boldwise.features.streamed_pca import fit_streamed_pca
from boldwise.features.tfidf import apply_idf, fit_idf

WHOLE = 5 * 10**7  # numbers: fewer are read at once and decomposed in memory
RESULT = 75 * 10**7  # numbers that can be kept, of all folds: 3 GB


def fit_on_train(
    space: FeatureSpace,
    train_ids: Sequence[np.ndarray],
    *,
    min_stimuli: int | None = None,
    projection: Mapping[str, Any] | None = None,
    n_components: int | None = None,
    seed: int = 0,
) -> FittedFeatures:
    """Weight words and find principal components on the training stimuli.

    Parameters
    ----------
    space : FeatureSpace
        As extracted. Its features may be sliceable rows that lie on disk: more than
        50 million numbers are then read by blocks, as often as needed.
    train_ids : sequence of array of str, one of shape (n_train,) per outer fold
    min_stimuli : int, optional
        Given for word counts: they become TF-IDF, without the words that fewer
        training captions have than this. Absent: features stay as they are.
    projection : mapping, optional
        ``epsilon`` and ``seed`` of ``ProjectedRows``: a sparse random projection
        before the components, where there are more columns than distances need.
    n_components : int, optional
        Principal components to keep; absent: no reduction.
    seed : int
        Of the randomised decomposition of large features.

    Returns
    -------
    fitted : FittedFeatures
        All stimuli of the space, in its order. One fold serves all where nothing
        is fitted. Folds of fewer columns than others are filled up with zeros.

    Raises
    ------
    DataError
        If a training stimulus has no features, or the training features leave
        nothing to fit, or what is left is too large.
    """
    notes, folds, explained = dict(space.notes), [], []
    fitted = min_stimuli is not None or n_components is not None
    outer = train_ids if fitted else train_ids[:1]
    once = None if min_stimuli is not None else _project(space.feature, projection)
    for ids in outer:
        train = find_rows(space.stimulus_id, ids, what="features")
        rows, about = once or _weight(space.feature, train, min_stimuli, projection)
        notes |= about
        if n_components is not None:
            pca = _fit(rows, train, n_components=n_components, seed=seed)
            explained.append(pca.explained)
            rows = _components(pca, rows)
        folds.append(_read(rows, len(outer)))
    if n_components is not None:
        notes["components"] = _tell(explained, n_components)
    feature = _stack(folds) if fitted else folds[0][None]
    return FittedFeatures(space.stimulus_id, feature, notes)


def _weight(
    feature: Any,
    train: np.ndarray,
    min_stimuli: int | None,
    projection: Mapping[str, Any] | None,
) -> tuple[Any, dict[str, str]]:
    """Weight words by their training captions, then project."""
    idf = fit_idf(np.asarray(feature[:])[train], min_stimuli=min_stimuli or 1)
    rows, notes = _project(apply_idf(np.asarray(feature[:]), idf), projection)
    words = f"TF-IDF of words in {min_stimuli} or more training captions"
    return rows, {"weights": words, **notes}


def _project(
    feature: Any, projection: Mapping[str, Any] | None
) -> tuple[Any, dict[str, str]]:
    """Project if asked to; give rows in memory if they are few enough."""
    notes = {}
    if projection is not None:
        feature = ProjectedRows(feature, **projection)
        notes["projection"] = feature.about
    few = feature.shape[0] * feature.shape[1] <= WHOLE
    return np.asarray(feature[:]) if few else feature, notes


def _fit(rows: Any, train: np.ndarray, *, n_components: int, seed: int) -> Pca:
    if isinstance(rows, np.ndarray):
        return fit_pca(rows[train], n_components=n_components, seed=seed)
    inside = np.zeros(len(rows), bool)
    inside[train] = True
    return fit_streamed_pca(rows, inside, n_components=n_components, seed=seed)


def _components(pca: Pca, rows: Any) -> np.ndarray:
    if isinstance(rows, np.ndarray):
        return pca.apply(rows).astype(np.float32)
    component = np.empty((len(rows), len(pca.axes)), np.float32)
    for block in cut_rows(slice(None), *rows.shape):
        component[block] = pca.apply(np.asarray(rows[block]))
    return component


def _read(rows: Any, n_folds: int) -> np.ndarray:
    """Take rows as float32, unless they are more than can be kept."""
    n, p = rows.shape
    if n_folds * n * p > RESULT:
        raise DataError(
            f"{p:,} columns for {n:,} stimuli in {n_folds} folds are "
            f"{4e-9 * n_folds * n * p:.0f} GB, too much for ridge. Add "
            "`n_components`, or `projection: {epsilon: 0.1}`, or pool the tokens by "
            "their mean."
        )
    return np.asarray(rows[:]).astype(np.float32, copy=False)


def _stack(folds: Sequence[np.ndarray]) -> np.ndarray:
    """Folds (n, p_fold) -> (n_folds, n, p) without columns that are 0 everywhere."""
    width = max(fold.shape[1] for fold in folds)
    stacked = np.zeros((len(folds), len(folds[0]), width), np.float32)
    for place, fold in enumerate(folds):
        stacked[place, :, : fold.shape[1]] = fold
    used = np.asarray(stacked.any(axis=(0, 1)))
    return stacked if used.all() else stacked[:, :, used]


def _tell(explained: Sequence[np.ndarray], n_components: int) -> str:
    kept = [len(shares) for shares in explained]
    share = [100 * float(shares.sum()) for shares in explained]
    told = (
        f"{min(kept)} to {max(kept)} principal components of the training stimuli, "
        f"with {min(share):.1f} to {max(share):.1f} % of their variance"
    )
    fewer = min(kept) < n_components
    return f"{told}; {n_components} were asked for" if fewer else told

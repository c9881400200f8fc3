"""What must be fitted to features is fitted to training stimuli only, per fold."""

from collections.abc import Sequence

import numpy as np

from boldwise.features.records import FeatureSpace, FittedFeatures
from boldwise.features.reduction import fit_pca
from boldwise.features.tfidf import apply_idf, fit_idf


def fit_on_train(
    space: FeatureSpace,
    train_ids: Sequence[np.ndarray],
    *,
    min_stimuli: int | None = None,
    n_components: int | None = None,
    seed: int = 0,
) -> FittedFeatures:
    """Weight words and find principal components on the training stimuli.

    Parameters
    ----------
    space : FeatureSpace
        As extracted.
    train_ids : sequence of array of str, one of shape (n_train,) per outer fold
    min_stimuli : int, optional
        Given for word counts: they become TF-IDF, without the words that fewer
        training captions have than this. Absent: features stay as they are.
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
        nothing to fit.
    """
    if min_stimuli is None and n_components is None:
        return FittedFeatures(
            space.stimulus_id, space.feature[None].astype(np.float32), space.notes
        )
    notes = dict(space.notes)
    folds = []
    explained = []
    for ids in train_ids:
        feature, train = space.feature, space.rows(ids)
        if min_stimuli is not None:
            idf = fit_idf(train, min_stimuli=min_stimuli)
            feature, train = apply_idf(feature, idf), apply_idf(train, idf)
        if n_components is not None:
            pca = fit_pca(train, n_components=n_components, seed=seed)
            feature = pca.apply(feature)
            explained.append(pca.explained)
        folds.append(feature.astype(np.float32))
    if min_stimuli is not None:
        notes["weights"] = f"TF-IDF of words in {min_stimuli} or more training captions"
    if n_components is not None:
        notes["components"] = _tell(explained, n_components)
    return FittedFeatures(space.stimulus_id, _stack(folds), notes)


def _stack(folds: Sequence[np.ndarray]) -> np.ndarray:
    """Folds (n, p_fold) -> (n_folds, n, p) without columns that are 0 everywhere."""
    width = max(fold.shape[1] for fold in folds)
    stacked = np.zeros((len(folds), len(folds[0]), width), np.float32)
    for place, fold in enumerate(folds):
        stacked[place, :, : fold.shape[1]] = fold
    used = np.asarray(stacked.any(axis=(0, 1)))
    return stacked[:, :, used]


def _tell(explained: Sequence[np.ndarray], n_components: int) -> str:
    kept = [len(shares) for shares in explained]
    share = [100 * float(shares.sum()) for shares in explained]
    told = (
        f"{min(kept)} to {max(kept)} principal components of the training stimuli, "
        f"with {min(share):.1f} to {max(share):.1f} % of their variance"
    )
    fewer = min(kept) < n_components
    return f"{told}; {n_components} were asked for" if fewer else told

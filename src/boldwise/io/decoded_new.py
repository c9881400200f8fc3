"""A fitted decoder, applied to new responses; candidates, ranked by what it says."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.decoders.kept import to_features
from boldwise.errors import DataError
from boldwise.evaluation.identification import correlate_rows, rank_candidates
from boldwise.features.records import FeatureSpace
from boldwise.io.applied import Fitted, read_decoder, refuse_remade, trained_on
from boldwise.io.new_features import NewStimuli, scratch_beside
from boldwise.io.new_responses import read_new_responses
from boldwise.io.records import read_fitted_features, read_split, write_features

COLUMNS = ("stimulus_id", "rank", "candidate", "similarity")


@dataclass(frozen=True)
class DecodedNew:
    """Features of what was seen, and candidates for it.

    Attributes
    ----------
    stimulus_id : array of str, shape (n,)
        Of the new responses.
    feature : array of float32, shape (n, n_features)
        In the unit of the feature space.
    candidate : array of str, shape (n_candidates,)
    similarity : array of shape (n, n_candidates)
        Correlation of decoded and true features, z-scored as in training.
    trained : array of bool, shape (n,)
        The decoder was trained on the stimulus, by its id.
    """

    stimulus_id: np.ndarray
    feature: np.ndarray
    candidate: np.ndarray
    similarity: np.ndarray
    trained: np.ndarray

    def best(self, n: int) -> Iterator[dict[str, str | int | float]]:
        """List the candidates that come closest, by ``COLUMNS``."""
        for own, row in zip(self.stimulus_id, self.similarity, strict=True):
            order = np.argsort(-np.nan_to_num(row, nan=-np.inf), kind="stable")
            for rank, place in enumerate(order[:n], start=1):
                similarity = float(np.round(row[place], 6))
                values = (str(own), rank, str(self.candidate[place]), similarity)
                yield dict(zip(COLUMNS, values, strict=True))

    def true_ranks(self) -> np.ndarray:
        """Rank of the true stimulus, where it is a candidate that trained nothing."""
        place = {str(one): number for number, one in enumerate(self.candidate)}
        fresh = np.flatnonzero(~self.trained)
        rows = [n for n in fresh if str(self.stimulus_id[n]) in place]
        own = [place[str(self.stimulus_id[n])] for n in rows]
        ranks = rank_candidates(self.similarity[rows])
        return np.asarray(ranks[np.arange(len(rows)), own])


def decode_new(
    decoder: str | Path,
    responses: str | Path,
    path: str | Path,
    *,
    gallery: str | Path | None = None,
    fold: int | None = None,
    log: logging.Logger,
) -> DecodedNew:
    """Decode new responses, and write the features as a store of a feature space.

    Parameters
    ----------
    decoder : path
        ``results/STUDY/decoders/SPLIT/DECODER/sub-X.h5``, fitted with
        ``keep_weights``.
    responses : path
        As ``read_new_responses`` takes them, prepared as those of the study.
    path : path
        Target.
    gallery : path, optional
        Candidates: a folder of pictures, or a store of stimuli.
    fold : int, optional
        Outer fold whose model decodes; absent: the mean over those of all folds.
    log : logging.Logger

    Returns
    -------
    decoded : DecodedNew

    Raises
    ------
    StoreError, DataError
        If the model cannot be applied, or responses or candidates do not fit it.
    """
    fitted = read_decoder(decoder)
    models = fitted.chosen(fold)
    unit = str(fitted.about["response_unit"])
    ids, response = read_new_responses(responses, fitted.voxels, unit=unit)
    split = read_split(fitted.results / f"splits/{fitted.split}.h5")
    refuse_remade(fitted, [], split.hash)
    feature = _features(fitted, models, response)
    candidate, similarity = np.empty(0, dtype=str), np.empty((len(ids), 0))
    if gallery is not None:
        with scratch_beside(path) as scratch:
            new = NewStimuli(
                gallery,
                fitted.results,
                split=fitted.split,
                scratch=Path(scratch),
                log=log,
            )
            candidate = new.stimulus_id
            similarity = _compare(fitted, models, response, new)
    notes = {"decoded": f"by {fitted.path}", "target": str(fitted.options["target"])}
    given = {"rule": "boldwise decode"}
    write_features(path, FeatureSpace(ids, feature, notes), provenance=given)
    trained = trained_on(fitted, split, models, ids)
    return DecodedNew(ids, feature, candidate, similarity, trained)


def _features(
    fitted: Fitted, models: Mapping[int, Any], response: np.ndarray
) -> np.ndarray:
    """Mean over outer folds, if their features have the same axes."""
    target = (
        fitted.results / "features" / fitted.split / f"{fitted.options['target']}.h5"
    )
    n_axes = len(read_fitted_features(target).feature) if len(models) > 1 else 1
    if n_axes > 1:
        raise DataError(
            f"{fitted.path}: the target was fitted in {len(models)} outer folds, "
            "whose features have other axes and no common mean. Choose one fold "
            "(--fold 0)."
        )
    each = [to_features(one, one.predict(response)) for one in models.values()]
    return np.asarray(np.mean(each, axis=0), np.float32)


def _compare(
    fitted: Fitted, models: Mapping[int, Any], response: np.ndarray, new: NewStimuli
) -> np.ndarray:
    """Correlate decoded with true features, as identification does; mean of folds."""
    target = str(fitted.options["target"])
    refuse_remade(fitted, [target], new.split.hash)
    described = new.describe(target)
    each = []
    for number, model in models.items():
        true = model.targets_.apply(described.fold(number).feature)
        if not np.isfinite(true).all():
            raise DataError(
                f"features of {int((~np.isfinite(true)).any(axis=1).sum())} candidates "
                "are NaN or infinite. Leave these out."
            )
        each.append(correlate_rows(model.predict(response), true))
    return np.asarray(np.mean(each, axis=0))

"""Every kind of decoder over the outer folds of a split: train, then the held out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from boldwise.decoders.across_subjects import pair_with_others
from boldwise.decoders.aligned_subjects import decode_aligned, is_fitted
from boldwise.decoders.alignment.methods import ANATOMICAL
from boldwise.decoders.category_folds import category_of_each, fit_categories
from boldwise.decoders.control_ranks import rank_controls, row_scale
from boldwise.decoders.data import Decoded, DecodingData, OuterFold, outer_folds
from boldwise.decoders.kept import name_decoder
from boldwise.decoders.linear import RidgeDecoder
from boldwise.decoders.pooled import (
    Ensemble,
    Others,
    fit_ensemble,
    fit_pooled,
    look_at_others,
)
from boldwise.errors import DataError
from boldwise.evaluation.held_out import find_held_out
from boldwise.features.records import FeatureSpace, find_rows
from boldwise.linear.plan import penalty_grid

Columns = dict[str, np.ndarray]


def decode_over_folds(data: DecodingData, options: Mapping[str, Any]) -> Decoded:
    """Fit a decoder on the training stimuli of every fold, and decode the others.

    Repeats of a stimulus are averaged first.

    Parameters
    ----------
    data : DecodingData
        Responses of shape (n_trials, n_voxels), and what the kind needs beside them.
    options : mapping
        As in the config: ``kind`` is ``ridge`` (with ``penalties``, the ``low`` and
        ``high`` end and the number ``n`` of a grid, and ``others`` where it learns
        from other subjects, too), ``category`` (with
        ``classifier``) or ``across_subjects`` (with ``alignment``; absent: anatomy).

    Returns
    -------
    decoded : Decoded

    Raises
    ------
    DataError
        If a stimulus lacks features or has not one category, if a fold cannot be
        trained, or if subjects share no voxels or stimuli.
    """
    decode = {
        "ridge": _decode_features,
        "category": _decode_categories,
        "across_subjects": _compare_subjects,
    }[options["kind"]]
    return decode(data, options)


def kind_of(options: Mapping[str, Any]) -> str:
    """Kind of a decoder, as its store names it.

    Parameters
    ----------
    options : mapping
        As for ``decode_over_folds``.

    Returns
    -------
    kind : str
        That of the config; ``aligned_subjects`` where subjects are compared after an
        alignment that was fitted.
    """
    aligned = is_fitted(options.get("alignment", {"kind": ANATOMICAL}))
    return "aligned_subjects" if aligned else str(options["kind"])


def _decode_features(data: DecodingData, options: Mapping[str, Any]) -> Decoded:
    if data.target is None:
        raise DataError("a ridge decoder needs a feature space as its target.")
    folds = list(outer_folds(data))
    alphas = penalty_grid(**options["penalties"])
    others, chosen = None, options.get("others")
    if chosen is not None:
        others = look_at_others(data.others, data.split, chosen)
    parts: list[Columns] = []
    model: Columns = {}
    for fold in folds:
        features = data.target.fold(fold.number)
        decoder = _fit_ridge(fold, features, alphas, others)
        parts.append(_say(decoder, fold, features))
        if options.get("keep_weights", False) and isinstance(decoder, RidgeDecoder):
            model |= name_decoder(fold.number, decoder)
    arrays = {name: np.concatenate([p[name] for p in parts]) for name in parts[0]}
    unit = "standard deviations of the training stimuli, from their mean"
    return _collect(folds, arrays | model, unit)


def _fit_ridge(
    fold: OuterFold, features: FeatureSpace, alphas: np.ndarray, others: Others | None
) -> RidgeDecoder | Ensemble:
    """Fit to one subject, or to several that were brought together."""
    if others is not None:
        if others.options["how"] == "pooled":
            return fit_pooled(fold, others, features, alphas=alphas)
        return fit_ensemble(fold, others, features, alphas=alphas)
    cv = fold.inner if fold.apart is None else fold.apart
    decoder = RidgeDecoder(alphas=alphas, cv=cv)
    return decoder.fit(fold.train, features.rows(fold.train_id))


def _say(
    decoder: RidgeDecoder | Ensemble, fold: OuterFold, features: FeatureSpace
) -> Columns:
    """Decode the test stimuli, beside the truth and the controls."""
    trained = features.rows(fold.train_id)
    wanted = decoder.targets_.apply(features.rows(fold.test_id))
    controls = rank_controls(
        decoder.predict,
        fold.test,
        (decoder.targets_.apply(trained), wanted),
        scale=row_scale(decoder.responses_),
        seed=fold.number,
    )
    return controls | {
        "prediction": decoder.predict(fold.test),
        "target": wanted.astype(np.float32),
        "alpha": decoder.alpha_[None].astype(np.float32),
        "cv_score": decoder.cv_score_[None].astype(np.float32),
    }


def _decode_categories(data: DecodingData, options: Mapping[str, Any]) -> Decoded:
    folds = list(outer_folds(data))
    trained = [category_of_each(data.stimuli, fold.train_id) for fold in folds]
    tested = [category_of_each(data.stimuli, fold.test_id) for fold in folds]
    classes = np.unique(np.concatenate(trained))
    evidence = np.concatenate(
        [
            fit_categories(fold, label, classes, classifier=options["classifier"])
            for fold, label in zip(folds, trained, strict=True)
        ]
    )
    arrays = {
        "label": np.concatenate(tested),
        "predicted_label": classes[np.argmax(evidence, axis=1)],
        "evidence": evidence,
        "classes": classes,
    }
    return _collect(folds, arrays, "evidence for each class, comparable in a row")


def _compare_subjects(data: DecodingData, options: Mapping[str, Any]) -> Decoded:
    """Own responses against the others' mean; scoring centres both over the fold."""
    alignment = options.get("alignment", {"kind": ANATOMICAL})
    if is_fitted(alignment):
        return decode_aligned(data, alignment)
    ids, own, mean = pair_with_others(data.responses, data.others)
    held_out = find_held_out(data.split, ids)
    if not len(held_out):
        raise DataError(
            f"none of the {len(ids)} stimuli that all subjects saw are held out by "
            f"split '{data.split.name}'."
        )
    rows = find_rows(ids, held_out.stimulus_id, what="responses")
    arrays = {"prediction": own[rows], "target": mean[rows]}
    return Decoded(held_out.stimulus_id, held_out.fold, arrays, data.responses.unit)


def _collect(folds: Sequence[OuterFold], arrays: Columns, unit: str) -> Decoded:
    sizes = [len(fold.test_id) for fold in folds]
    return Decoded(
        stimulus_id=np.concatenate([fold.test_id for fold in folds]),
        fold=np.repeat([fold.number for fold in folds], sizes),
        arrays=arrays,
        unit=unit,
    )

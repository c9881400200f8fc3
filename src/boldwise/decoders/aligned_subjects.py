"""Identify a stimulus across subjects whose responses were aligned by function."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from boldwise.decoders.alignment.methods import (
    ANATOMICAL,
    PAIRS,
    fit_template,
    pair_method,
    place_method,
)
from boldwise.decoders.alignment.parcels import cut_into_parcels, fit_by_parcel
from boldwise.decoders.alignment.whitening import fit_whitening
from boldwise.decoders.data import Decoded, DecodingData, outer_folds
from boldwise.errors import DataError
from boldwise.evaluation.alignment_ids import alignment_ids, refuse_tested
from boldwise.features.records import find_rows
from boldwise.linear.folds import Folds
from boldwise.responses.records import Responses
from boldwise.responses.repeats import average_repeats
from boldwise.responses.subjects import shared_voxels

Group = list[np.ndarray]


@dataclass(frozen=True)
class AlignedFold:
    """One subject beside others, on stimuli to align and on stimuli to identify.

    Attributes
    ----------
    own : pair of array, shape (n_align, n_voxels) and (n_test, n_voxels)
    others : pair of lists of array, the same for each other subject
        Rows show the same stimuli as those of ``own``.
    cv : array of int, shape (n_align,), or list of (array of int, array of int)
        Inner folds of the alignment stimuli.
    place : array of shape (n_voxels, 3)
        Where the voxels lie, the same for all subjects; empty where each has its own.
    """

    own: tuple[np.ndarray, np.ndarray]
    others: tuple[Group, Group]
    cv: np.ndarray | Folds
    place: np.ndarray = field(default_factory=lambda: np.empty((0, 3)))


def decode_aligned(data: DecodingData, options: Mapping[str, Any]) -> Decoded:
    """Bring one subject and the others together by function, and compare them.

    In every outer fold, the alignment is fitted on the training stimuli that all
    subjects saw. The prediction is what the subject's responses become, the target
    the mean of what the others' become.

    Parameters
    ----------
    data : DecodingData
        Responses of shape (n_trials, n_voxels), of the subject and of others.
    options : mapping
        Of the alignment: ``kind``, and what it takes.

    Returns
    -------
    decoded : Decoded

    Raises
    ------
    LeakageError
        If a fold tests on all stimuli that the subjects share.
    DataError
        If there are no others, or subjects that must share voxels share none.
    """
    folds = list(_folds(data, places=needs_places(options)))
    pairs = [compare_aligned(fold, options) for _, _, fold in folds]
    unit = data.responses.unit
    return Decoded(
        stimulus_id=np.concatenate([ids for _, ids, _ in folds]),
        fold=np.concatenate([np.full(len(ids), number) for number, ids, _ in folds]),
        arrays={
            "prediction": np.concatenate(_filled([own for own, _ in pairs])),
            "target": np.concatenate(_filled([mean for _, mean in pairs])),
        },
        unit=f"{unit}, whitened" if options.get("whiten") else unit,
    )


def is_fitted(options: Mapping[str, Any]) -> bool:
    """Whether an alignment learns anything from training stimuli."""
    learns = options.get("readout", "none") != "none" or options.get("whiten", False)
    return bool(options["kind"] != ANATOMICAL or learns)


def needs_places(options: Mapping[str, Any]) -> bool:
    """Whether an alignment presumes that a voxel means one place in all subjects."""
    return bool(options["kind"] == ANATOMICAL or options.get("n_parcels", 1) > 1)


def compare_aligned(
    fold: AlignedFold, options: Mapping[str, Any]
) -> tuple[np.ndarray, np.ndarray]:
    """Fit one fold's alignment, and apply it to the stimuli to identify.

    Parameters
    ----------
    fold : AlignedFold
    options : mapping
        As ``decode_aligned``.

    Returns
    -------
    own, mean : array of float32, shape (n_test, n_common)
        Of the subject, and of the others.
    """
    compare = _in_own_voxels if options["kind"] in PAIRS else _in_template
    own, mean = compare(fold, options)
    return own.astype(np.float32), mean.astype(np.float32)


def _in_own_voxels(
    fold: AlignedFold, options: Mapping[str, Any]
) -> tuple[np.ndarray, np.ndarray]:
    """Bring the others into the voxels of the subject, one by one."""
    fit = pair_method(options, fold.cv)
    if options["n_parcels"] > 1:
        lost = int(np.isnan(fold.place[:, 0]).sum())
        if lost:
            raise DataError(
                f"{lost} of {len(fold.place)} columns are vertices, whose places in "
                "millimetres are not known here: they cannot be cut. Set n_parcels: 1."
            )
        parcels = cut_into_parcels(fold.place, options["n_parcels"])
        fit = partial(
            fit_by_parcel, fit, source_parcels=parcels, target_parcels=parcels
        )
    aligned = [
        fit(source, fold.own[0]).apply(test)
        for source, test in zip(*fold.others, strict=True)
    ]
    return fold.own[1], np.mean(aligned, axis=0)


def _in_template(
    fold: AlignedFold, options: Mapping[str, Any]
) -> tuple[np.ndarray, np.ndarray]:
    """Bring the subject into a template of the others, which does not know it."""
    template = fit_template(fold.others[0], options)
    place = place_method(options, fold.cv)(fold.own[0], template.pattern)
    own, mean = place.apply(fold.own[1]), template.average(fold.others[1])
    if options["whiten"]:
        whitening = fit_whitening(template.pattern)
        own, mean = whitening.apply(own), whitening.apply(mean)
    return own, mean


def _folds(
    data: DecodingData, *, places: bool
) -> Iterator[tuple[int, np.ndarray, AlignedFold]]:
    """Give number, test ids and responses of each outer fold that tests something."""
    subjects = [data.responses, *data.others]
    seen, place = _seen(subjects, places=places)
    shared = seen[0][0]
    for ids, _ in seen[1:]:
        shared = np.intersect1d(shared, ids)
    if not len(shared):
        raise DataError(
            f"no stimulus was seen by all {len(subjects)} subjects, so they cannot be "
            "aligned on any. Leave this decoder out."
        )
    for fold in range(data.split.n_folds):
        if np.isin(data.split.test_ids(fold), shared).any():
            alignment_ids(data.split, fold, shared)  # refuses to align on what it tests
    for one in outer_folds(replace(data, responses=_only(data.responses, shared))):
        refuse_tested(data.split, one.number, one.train_id)
        align, test = (
            [values[find_rows(ids, wanted, what="responses")] for ids, values in seen]
            for wanted in (one.train_id, one.test_id)
        )
        cv = one.inner if one.apart is None else one.apart
        parts = AlignedFold((align[0], test[0]), (align[1:], test[1:]), cv, place)
        yield one.number, one.test_id, parts


def _seen(
    subjects: Sequence[Responses], *, places: bool
) -> tuple[list[tuple[np.ndarray, np.ndarray]], np.ndarray]:
    """Stimuli and mean responses of each subject; and where shared voxels lie."""
    if len(subjects) < 2:
        raise DataError(
            "one subject alone cannot be aligned: list two or more subjects, or leave "
            "this decoder out."
        )
    columns: Sequence[Any] = [slice(None)] * len(subjects)
    place = np.empty((0, 3))
    if places:
        columns = shared_voxels([one.voxels for one in subjects])
        voxels = subjects[0].voxels.take(columns[0])
        axes = np.eye(3) if voxels.affine is None else voxels.affine[:3, :3]
        place = np.where(voxels.on_surface[:, None], np.nan, voxels.ijk @ axes.T)
    seen = [
        average_repeats(one.response[:, kept], one.trials.stimulus_id)[:2]
        for one, kept in zip(subjects, columns, strict=True)
    ]
    return seen, place


def _only(responses: Responses, shared: np.ndarray) -> Responses:
    rows = np.flatnonzero(np.isin(responses.trials.stimulus_id, shared))
    return replace(
        responses, response=responses.response[rows], trials=responses.trials.take(rows)
    )


def _filled(patterns: Group) -> Group:
    """Fill up folds with zeros, where their stimuli determine fewer columns."""
    widest = max(one.shape[1] for one in patterns)
    return [np.pad(one, ((0, 0), (0, widest - one.shape[1]))) for one in patterns]

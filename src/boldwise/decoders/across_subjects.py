"""Identify a stimulus from what it does to other subjects in a common space."""

from collections.abc import Sequence

import numpy as np

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.responses.records import Responses, Voxels
from boldwise.responses.repeats import average_repeats

FEWEST_VOXELS = 3


def average_subjects(
    responses: Responses, others: Sequence[Responses]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One subject's responses beside the mean of the others', stimulus by stimulus.

    Stimuli are matched by id and voxels by their indices: only those that every
    subject has are kept. Repeats are averaged within a subject first.

    Parameters
    ----------
    responses : Responses
        Of the subject who is left out, of shape (n_trials, n_voxels).
    others : sequence of Responses
        One or more; volumes of the same shape and affine.

    Returns
    -------
    stimulus_id : array of str, shape (n_stimuli,)
        Sorted.
    own, mean : array of float32, shape (n_stimuli, n_shared_voxels)
        In the unit of the responses.

    Raises
    ------
    DataError
        If there are no others, or the subjects do not share voxels or stimuli.
    ShapeMismatchError
        If their volumes differ in shape or affine.
    """
    if not others:
        raise DataError(
            "one subject alone cannot be compared with others: list two or more "
            "subjects, or leave this decoder out."
        )
    everyone = [responses, *others]
    columns = match_voxels([subject.voxels for subject in everyone])
    averaged = [
        average_repeats(subject.response[:, own], subject.trials.stimulus_id)
        for subject, own in zip(everyone, columns, strict=True)
    ]
    shared = averaged[0][0]
    for ids, _, _ in averaged[1:]:
        shared = np.intersect1d(shared, ids)
    if not len(shared):
        raise DataError(
            f"no stimulus was seen by all {len(everyone)} subjects, so none can be "
            "identified across them. Leave this decoder out."
        )
    kept = [mean[np.isin(ids, shared)] for ids, mean, _ in averaged]
    return shared, kept[0], np.mean(kept[1:], axis=0, dtype=np.float64).astype("f4")


def match_voxels(voxels: Sequence[Voxels]) -> list[np.ndarray]:
    """Columns of the voxels that all subjects have, in one order for all.

    Parameters
    ----------
    voxels : sequence of Voxels

    Returns
    -------
    columns : list of array of int, each of shape (n_shared_voxels,)
        One array per subject.

    Raises
    ------
    ShapeMismatchError
        If the volumes differ in shape or affine.
    DataError
        If fewer than 3 voxels are shared.
    """
    first = voxels[0]
    for other in voxels[1:]:
        if other.volume_shape != first.volume_shape or not _same_affine(first, other):
            raise ShapeMismatchError(
                f"subjects do not share voxels: their volumes are {first.volume_shape} "
                f"and {other.volume_shape}, or their affines differ. Resample all "
                "subjects to one space first."
            )
    places = [np.ravel_multi_index(v.ijk.T, first.volume_shape) for v in voxels]
    shared = places[0]
    for place in places[1:]:
        shared = np.intersect1d(shared, place)
    if len(shared) < FEWEST_VOXELS:
        raise DataError(
            f"subjects do not share voxels: of {[len(v) for v in voxels]} only "
            f"{len(shared)} lie at the same place in all. Use one mask in one space."
        )
    shared = np.sort(shared)
    orders = [np.argsort(place) for place in places]
    return [
        order[np.searchsorted(place, shared, sorter=order)]
        for place, order in zip(places, orders, strict=True)
    ]


def _same_affine(a: Voxels, b: Voxels) -> bool:
    if a.affine is None or b.affine is None:
        return (a.affine is None) == (b.affine is None)
    return bool(np.allclose(a.affine, b.affine, atol=1e-3))

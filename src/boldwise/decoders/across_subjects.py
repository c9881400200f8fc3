"""Identify a stimulus from what it does to other subjects in a common space."""

from collections.abc import Sequence

import numpy as np

from boldwise.errors import DataError
from boldwise.responses.records import Responses
from boldwise.responses.repeats import average_repeats
from boldwise.responses.subjects import shared_voxels


def pair_with_others(
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
    columns = shared_voxels([subject.voxels for subject in everyone])
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

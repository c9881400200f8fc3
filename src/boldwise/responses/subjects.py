"""Several subjects in a common space: the voxels they share, and their mean."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from boldwise.errors import DataError, ShapeMismatchError, name_some
from boldwise.responses.records import Responses, Trials, Voxels
from boldwise.responses.repeats import average_repeats

AFFINE_MM = 1e-3  # Headers round; what differs by more is another grid.


def shared_voxels(voxels: Sequence[Voxels]) -> list[np.ndarray]:
    """Find the voxels that all subjects have, joined by their indices.

    Parameters
    ----------
    voxels : sequence of Voxels
        One table per subject, in a common space; they may differ in length, as
        voxels that are constant in one subject are left out there.

    Returns
    -------
    columns : list of array of int, shape (n_shared,)
        For each subject, its columns that hold the shared voxels, in one order.

    Raises
    ------
    ShapeMismatchError
        If the volumes differ in shape or affine: indices would not mean the same place.
    DataError
        If no voxel is shared.
    """
    shapes = {table.volume_shape for table in voxels}
    if len(shapes) > 1:
        raise ShapeMismatchError(
            f"subjects in a common space have volumes of {len(shapes)} shapes: "
            f"{name_some(sorted(shapes))}. Resample them to one grid, or set "
            "`common_space: false`."
        )
    if not all(_same_affine(voxels[0], table) for table in voxels[1:]):
        raise ShapeMismatchError(
            f"{len(voxels)} subjects in a common space have affines that differ by "
            f"more than {AFFINE_MM} mm. Resample them to one grid, or set "
            "`common_space: false`."
        )
    meshes = {str(sorted(table.n_vertices.items())) for table in voxels}
    if len(meshes) > 1:
        raise ShapeMismatchError(
            f"subjects in a common space have meshes of {len(meshes)} sizes: "
            f"{name_some(sorted(meshes))}. Resample them to one (fsaverage), or set "
            "`common_space: false`."
        )
    flat = [table.place for table in voxels]
    shared = flat[0]
    for places in flat[1:]:
        shared = np.intersect1d(shared, places)
    if not len(shared):
        raise DataError(
            f"{len(voxels)} subjects share no voxel. Set `common_space: false` unless "
            "their masks were meant to overlap."
        )
    return [_places_of(shared, places) for places in flat]


def in_voxels_of(responses: Responses, voxels: Voxels) -> Responses:
    """Arrange the responses of another subject in the voxels of this one.

    Parameters
    ----------
    responses : Responses
        Of the other subject, in a common space.
    voxels : Voxels
        Of this subject.

    Returns
    -------
    arranged : Responses
        Of shape (n_trials, n_voxels); NaN where the other subject lacks the voxel.

    Raises
    ------
    ShapeMismatchError, DataError
        As for ``shared_voxels``.
    """
    there, here = shared_voxels([responses.voxels, voxels])
    arranged = np.full((len(responses.trials), len(voxels)), np.nan, np.float32)
    arranged[:, here] = responses.response[:, there]
    return replace(responses, response=arranged, voxels=voxels, fit={})


def average_subjects(subjects: Sequence[Responses]) -> Responses:
    """Average the responses of subjects in a common space.

    Parameters
    ----------
    subjects : sequence of Responses
        Repeats of a stimulus are averaged within each subject first, so that every
        subject weighs the same.

    Returns
    -------
    mean : Responses
        One row per stimulus that all subjects saw, sorted by id, in the voxels that
        all have. A stimulus keeps its session and run where all its trials agree;
        elsewhere they are ``"several"``. Onsets are NaN.

    Raises
    ------
    DataError
        If no stimulus was seen by all, or units differ.
    """
    units = sorted({one.unit for one in subjects})
    if len(units) > 1:
        raise DataError(
            f"subjects have responses in several units: {name_some(units)}. "
            "Prepare them in the same way."
        )
    columns = shared_voxels([one.voxels for one in subjects])
    means = [average_repeats(one.response, one.trials.stimulus_id) for one in subjects]
    shared = means[0][0]
    for ids, _, _ in means[1:]:
        shared = np.intersect1d(shared, ids)
    if not len(shared):
        raise DataError(
            f"no stimulus was seen by all {len(subjects)} subjects, so their mean does "
            "not exist. Set `group_subject: false`."
        )
    total = np.zeros((len(shared), len(columns[0])))
    for (ids, mean, _), kept in zip(means, columns, strict=True):
        total += mean[np.searchsorted(ids, shared)][:, kept]
    notes = {
        "group": f"mean of {len(subjects)} subjects: {len(shared)} stimuli and "
        f"{len(columns[0])} voxels that all of them have",
        "voxels_dropped": "those that one of the subjects lacks",
    }
    return replace(
        subjects[0],
        response=(total / len(subjects)).astype(np.float32),
        trials=_trials_of(shared, subjects),
        voxels=subjects[0].voxels.take(columns[0]),
        notes={**subjects[0].notes, **notes},
        fit={},
    )


def _same_affine(one: Voxels, other: Voxels) -> bool:
    if one.affine is None or other.affine is None:
        return one.affine is other.affine
    return bool(np.allclose(one.affine, other.affine, rtol=0, atol=AFFINE_MM))


def _places_of(shared: np.ndarray, places: np.ndarray) -> np.ndarray:
    order = np.argsort(places)
    found: np.ndarray = order[np.searchsorted(places, shared, sorter=order)]
    return found


def _trials_of(shared: np.ndarray, subjects: Sequence[Responses]) -> Trials:
    ids = np.concatenate([one.trials.stimulus_id for one in subjects])
    label = {}
    for column in ("session", "run"):
        names = np.concatenate([getattr(one.trials, column) for one in subjects])
        label[column] = np.array([_agreed(names[ids == wanted]) for wanted in shared])
    return Trials(
        stimulus_id=shared,
        onset_s=np.full(len(shared), np.nan),
        repeat=np.zeros(len(shared), np.int64),
        **label,
    )


def _agreed(names: np.ndarray) -> str:
    unique = np.unique(names)
    return str(unique[0]) if len(unique) == 1 else "several"

"""Truth and results of the simulated subjects, joined voxel by voxel and id by id."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.evaluation.splits import TEST
from boldwise.features.records import find_rows
from boldwise.io.bids_text import write_table
from boldwise.io.records import read_responses, read_split, read_voxels
from boldwise.io.stores import Store, open_store, write_store
from boldwise.responses.records import Voxels
from boldwise.responses.repeats import average_repeats
from boldwise.simulate.recovery import Finding, Recovered, true_ceiling

METRICS = ("r", "normalised_r", "p", "q")


def read_recovered(inputs: Any, subjects: Sequence[str]) -> dict[str, Recovered]:
    """Read what is known and what was found of each subject.

    Parameters
    ----------
    inputs : object
        With the path ``split`` and the paths ``truth``, ``responses``, ``ceilings``
        (one per subject) and ``scores`` (``<encoder>/sub-<subject>.h5``).
    subjects : sequence of str

    Returns
    -------
    recovered : dict of Recovered
        By subject; voxels in the order of its responses.
    """
    split = read_split(inputs.split)
    tested = split.stimulus_id[(split.part == TEST).any(axis=0)]
    return {subject: _read_subject(inputs, subject, tested) for subject in subjects}


def write_findings(path: str | Path, found: Sequence[Finding]) -> None:
    """Write findings as a table, one row each.

    Parameters
    ----------
    path : path
        A TSV file.
    found : sequence of Finding
    """
    columns = {
        field.name: np.array([getattr(one, field.name) for one in found])
        for field in fields(Finding)
    }
    write_table(path, columns)


def write_recovered(
    path: str | Path,
    subjects: Mapping[str, Recovered],
    *,
    provenance: Mapping[str, Any],
) -> None:
    """Write true beside estimated ceilings, voxel by voxel.

    Parameters
    ----------
    path : path
    subjects : mapping of Recovered
        By subject; arrays of shape (n_voxels,).
    provenance : mapping
    """
    columns = ("population", "true_ceiling", "noise_ceiling")
    datasets = {
        f"sub-{subject}/{name}": getattr(one, name)
        for subject, one in subjects.items()
        for name in columns
    }
    write_store(path, datasets, schema="recovery", provenance=provenance)


def _read_subject(inputs: Any, subject: str, tested: np.ndarray) -> Recovered:
    responses = read_responses(_of(inputs.responses, subject)[0])
    shown = np.isin(responses.trials.stimulus_id, tested)
    ids, mean, _ = average_repeats(
        responses.response[shown], responses.trials.stimulus_id[shown]
    )
    with open_store(_of(inputs.truth, subject)[0], schema="truth") as truth:
        columns = find_voxels(read_voxels(truth), responses.voxels)
        rows = find_rows(truth["stimulus_id"], ids, what="true responses")
        amplitude = truth["amplitude"][()][np.ix_(rows, columns)]
        population = truth["population"][columns]
    with open_store(_of(inputs.ceilings, subject)[0], schema="noise_ceiling") as store:
        ceiling = _in_order(store, responses.voxels, "noise_ceiling")
    scores = {}
    for path in _of(inputs.scores, subject):
        with open_store(path, schema="scores") as store:
            scores[Path(path).parent.name] = {
                name: _in_order(store, responses.voxels, name) for name in METRICS
            }
    return Recovered(population, true_ceiling(mean, amplitude), ceiling, scores)


def find_voxels(known: Voxels, wanted: Voxels) -> np.ndarray:
    """Index of each wanted voxel among the known ones, by its place in the volume.

    Parameters
    ----------
    known, wanted : Voxels
        ``n_known`` and ``n_voxels`` of them, on one grid.

    Returns
    -------
    column : array of int, shape (n_voxels,)

    Raises
    ------
    DataError
        If a wanted voxel is not known.
    """
    return find_rows(_names(known), _names(wanted), what="known voxel")


def _names(voxels: Voxels) -> np.ndarray:
    return np.array(["-".join(map(str, place)) for place in voxels.ijk.tolist()])


def _in_order(store: Store, voxels: Voxels, name: str) -> np.ndarray:
    values: np.ndarray = store[name][()][find_voxels(read_voxels(store), voxels)]
    return values


def _of(paths: Sequence[str], subject: str) -> list[str]:
    """Paths of one subject, by the name of the file."""
    return [path for path in paths if Path(path).stem == f"sub-{subject}"]

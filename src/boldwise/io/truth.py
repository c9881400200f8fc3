"""What the simulation knows, to and from its stores."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.io.bids_text import write_table
from boldwise.io.records import voxel_datasets
from boldwise.io.stores import open_store, write_store
from boldwise.responses.records import Voxels
from boldwise.simulate.brains import category_of
from boldwise.simulate.captions import CATEGORIES, CONTENT_WORDS
from boldwise.simulate.properties import (
    CONFOUND_NAMES,
    PROPERTY_NAMES,
    object_properties,
)
from boldwise.simulate.scenes import Scenes
from boldwise.simulate.world import Subject

IN_STIMULI = ("image", "caption")  # these columns of a scene lie in the stimulus store
HRF_TIME_S = np.arange(0, 32.1, 0.1)


def write_scenes(
    path: str | Path,
    stimulus_id: np.ndarray,
    scenes: Scenes,
    *,
    provenance: Mapping[str, Any],
) -> None:
    """Write the graphs of scenes; their images and captions are stimuli.

    Parameters
    ----------
    path : path
    stimulus_id : array of str, shape (n_scenes,)
    scenes : Scenes
    provenance : mapping
    """
    graph = {f.name: getattr(scenes, f.name) for f in fields(Scenes)}
    for name in IN_STIMULI:
        del graph[name]
    write_store(
        path,
        {"stimulus_id": stimulus_id, "category": np.array(CATEGORIES), **graph},
        schema="scenes",
        provenance=provenance,
    )


def read_scenes(
    path: str | Path, stimuli_path: str | Path
) -> tuple[np.ndarray, Scenes]:
    """Read scenes back from their two stores.

    Parameters
    ----------
    path, stimuli_path : path
        As written by one job, in one order.

    Returns
    -------
    stimulus_id : array of str, shape (n_scenes,)
    scenes : Scenes
    """
    with open_store(stimuli_path, schema="stimuli") as stimuli:
        columns = {name: stimuli[name][()] for name in IN_STIMULI}
    with open_store(path, schema="scenes") as graph:
        for field in fields(Scenes):
            if field.name not in IN_STIMULI:
                columns[field.name] = graph[field.name][()]
        return graph["stimulus_id"], Scenes(**columns)


def write_properties(path: str | Path, stimulus_id: np.ndarray, scenes: Scenes) -> None:
    """Write the properties that category voxels follow, as a table of features.

    Parameters
    ----------
    path : path
        A TSV file.
    stimulus_id : array of str, shape (n_scenes,)
    scenes : Scenes
    """
    columns = zip(PROPERTY_NAMES, object_properties(scenes).T, strict=True)
    write_table(path, {"stimulus_id": stimulus_id, **dict(columns)})


def write_truth(
    path: str | Path,
    subject: Subject,
    motion: Mapping[str, np.ndarray],
    *,
    provenance: Mapping[str, Any],
) -> None:
    """Write all that is known about a subject.

    Parameters
    ----------
    path : path
    subject : Subject
    motion : mapping of array of shape (n_volumes, 6)
        True motion by run label: mm and radians.
    provenance : mapping
    """
    brain, anatomy = subject.brain, subject.brain.anatomy
    i, j, k = anatomy.tissue.shape
    known = {
        "stimulus_id": subject.stimulus_id,
        "amplitude": subject.amplitude,
        "population": anatomy.population,
        "gain": brain.gain,
        "meaning": brain.meaning,
        "meaning_word": np.array(CONTENT_WORDS),
        "category_of_voxel": category_of(brain),
        "latent/category": np.array(PROPERTY_NAMES),
        "latent/confound": np.array(CONFOUND_NAMES),
        "hrf/time_s": HRF_TIME_S,
    }
    known |= {f"hrf/{k}": f.at(HRF_TIME_S) for k, f in subject.functions.items()}
    known |= {f"mixing/{name}": weight for name, weight in brain.mixing.items()}
    known |= {f"field/{name}": value for name, value in vars(brain.fields).items()}
    known |= {f"motion/{run}": parameters for run, parameters in motion.items()}
    known |= voxel_datasets(Voxels(anatomy.ijk, (i, j, k), anatomy.affine))
    write_store(path, known, schema="truth", provenance=provenance)

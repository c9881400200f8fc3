"""What the report tells of trained encoders, from their stores."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.encoders.visual_field import FieldShares
from boldwise.errors import StoreError
from boldwise.evaluation.scoring import VoxelScores
from boldwise.evaluation.splits import Split
from boldwise.features.records import Stimuli, find_rows
from boldwise.io.score_stores import read_all_scores, subject_of
from boldwise.io.stores import Store, open_store
from boldwise.io.training_stores import read_histories
from boldwise.reporting.attention_maps import N_PICTURES, AttentionMaps, pick
from boldwise.reporting.beside_ridge import Pair
from boldwise.training.history import History

COLUMNS = (
    *("encoder", "subject", "n_parameters", "n_epochs", "best_epoch"),
    *("ridge", "ridge_parameters"),
)
TOGETHER = "all"  # stands for the subject of an encoder that all share
Beside = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True)
class RidgeSizes:
    """What it takes to count the weights of ridges.

    Attributes
    ----------
    n_voxels : mapping of subject to int
    n_features : mapping of feature space to int
    """

    n_voxels: Mapping[str, int]
    n_features: Mapping[str, int]

    def count(self, subject: str, spaces: Sequence[str]) -> int:
        """Weights and an intercept for each voxel, of one subject or of all."""
        own = (
            self.n_voxels.values() if subject == TOGETHER else [self.n_voxels[subject]]
        )
        return sum(own) * (sum(self.n_features[name] for name in spaces) + 1)


def read_courses(paths: Sequence[str | Path]) -> dict[str, dict[str, History]]:
    """Read how the losses of trained encoders fell.

    Parameters
    ----------
    paths : sequence of path
        Stores named ``<encoder>/sub-<subject>.h5`` or ``<encoder>/shared.h5``.

    Returns
    -------
    courses : dict of encoder to dict of run to History
        Losses of shape (n_epochs,).
    """
    courses: dict[str, dict[str, History]] = {}
    for path in map(Path, paths):
        own = courses.setdefault(path.parent.name, {})
        own |= {f"{path.stem} {run}": one for run, one in read_histories(path).items()}
    return courses


def read_pairs(
    paths: Sequence[str | Path], beside: Beside, split: Split
) -> tuple[list[Pair], bool]:
    """Read the scores of trained encoders and of the ridges beside them.

    Parameters
    ----------
    paths : sequence of path
        Score stores named ``<encoder>/sub-<subject>.h5``.
    beside : mapping of encoder to mapping of ridge to its feature spaces
    split : Split

    Returns
    -------
    pairs : list of Pair
        All subjects joined; arrays of shape (n_voxels of all,).
    normalised : bool
        Whether scores are in units of the ceiling; False if no ceiling is known.
    """
    scores = read_all_scores(paths, split)
    everything = [one for own in scores.values() for one in own.values()]
    normalised = any(np.isfinite(one.normalised_r).any() for one in everything)
    name = "normalised_r" if normalised else "r"
    pairs = [
        Pair(
            encoder,
            ridge,
            _joined(scores[encoder], name),
            _joined(scores[ridge], name),
            _regions(scores[encoder]),
        )
        for encoder, ridges in beside.items()
        for ridge in ridges
    ]
    return pairs, normalised


def tabulate_training(
    models: Sequence[str | Path],
    ridges: Sequence[str | Path],
    features: Sequence[str | Path],
    beside: Beside,
) -> Iterator[dict[str, str | int]]:
    """List how trained encoders came about, with the weights of the ridges beside.

    Parameters
    ----------
    models : sequence of path
        Stores named ``<encoder>/sub-<subject>.h5`` or ``<encoder>/shared.h5``.
    ridges : sequence of path
        Encoder stores of the ridges, named ``<encoder>/sub-<subject>.h5``.
    features : sequence of path
        Fitted features of the ridges, named ``<space>.h5``.
    beside : mapping of encoder to mapping of ridge to its feature spaces

    Yields
    ------
    row : dict
        By ``COLUMNS``; a row for each encoder, subject and ridge.
    """
    sizes = _sizes(ridges, features)
    for path in map(Path, models):
        encoder = path.parent.name
        subject = subject_of(path) if path.stem.startswith("sub-") else TOGETHER
        with open_store(path, schema="training") as store:
            n_parameters = max(store.attributes["n_parameters"])
        runs = list(read_histories(path).values())
        row: dict[str, str | int] = {
            "encoder": encoder,
            "subject": subject,
            "n_parameters": n_parameters,
            "n_epochs": max(len(run) for run in runs),
            "best_epoch": max(run.best_epoch + 1 for run in runs),
        }
        own = beside.get(encoder, {}) or {"": ()}
        for ridge, spaces in own.items():
            count = sizes.count(subject, spaces) if ridge else "n/a"
            yield {**row, "ridge": ridge or "n/a", "ridge_parameters": count}


def read_attention_maps(
    paths: Sequence[str | Path], stimuli: Stimuli
) -> list[AttentionMaps]:
    """Read where the queries of region-query encoders looked, on a few test pictures.

    Parameters
    ----------
    paths : sequence of path
        Training stores of one subject, named ``<encoder>/sub-<subject>.h5``.
    stimuli : Stimuli
        With pictures.

    Returns
    -------
    maps : list of AttentionMaps
        Of the first outer fold; of an ensemble, of its first token space.
    """
    found = []
    for path in map(Path, paths):
        with open_store(path, schema="training") as store:
            names = [n for n in store.names if n.startswith("found/fold-0/attention/")]
            attention = store[names[0]]
            n_rows, n_columns = store[names[0].replace("attention", "grid", 1)][()]
            ids = store["found/fold-0/test_id"]
            some = pick(len(ids), N_PICTURES)
            seen = find_rows(stimuli.stimulus_id, ids[some], what="picture")
            shape = (len(some), attention.shape[1], int(n_rows), int(n_columns))
            found.append(
                AttentionMaps(
                    encoder=path.parent.name,
                    query=store["found/fold-0/query"],
                    attention=np.asarray(attention[some], np.float32).reshape(shape),
                    picture=np.stack([stimuli.image[row] for row in seen]),  # type: ignore[index]
                    stimulus_id=ids[some],
                )
            )
    return found


def read_fields(path: str | Path, subject: str) -> FieldShares:
    """Read receptive fields of one subject, averaged over outer folds.

    Parameters
    ----------
    path : path
        Training store of a spatial readout, or of a response-optimised encoder.
    subject : str

    Returns
    -------
    fields : FieldShares
        Arrays of shape (n_voxels,), in shares of the picture.

    Raises
    ------
    StoreError
        If the store has no receptive fields.
    """
    with open_store(path, schema="training") as store:
        found = {name: _fields(store, name, subject) for name in ("x", "y")}
        found |= {n: _fields(store, n, subject) for n in ("size_x", "size_y")}
    return FieldShares(**found)


def _fields(store: Store, name: str, subject: str) -> np.ndarray:
    ends = (f"/field/{name}", f"/{subject}/field/{name}")
    names = [
        one
        for one in store.names
        if one.endswith(ends[1]) or (one.count("/") == 3 and one.endswith(ends[0]))
    ]
    if not names:
        raise StoreError(
            f"{store.path}: holds no receptive fields. Delete it and run snakemake "
            "again."
        )
    return np.asarray(np.mean([store[one][()] for one in names], axis=0))


def _sizes(ridges: Sequence[str | Path], features: Sequence[str | Path]) -> RidgeSizes:
    n_voxels, n_features = {}, {}
    for path in ridges:
        with open_store(path, schema="encoder") as store:
            n_voxels[subject_of(path)] = int(store["prediction"].shape[1])
    for path in features:
        with open_store(path, schema="fitted_features") as store:
            n_features[Path(path).stem] = int(store["feature"].shape[2])
    return RidgeSizes(n_voxels, n_features)


def _joined(scores: Mapping[str, VoxelScores], name: str) -> np.ndarray:
    return np.concatenate([np.asarray(getattr(one, name)) for one in scores.values()])


def _regions(scores: Mapping[str, VoxelScores]) -> dict[str, np.ndarray]:
    """Masks over the voxels of all subjects; a region that one lacks is empty there."""
    names: dict[str, Any] = {}
    for one in scores.values():
        names |= dict.fromkeys(name for name in one.masks if name != "all")
    return {
        name: np.concatenate(
            [one.masks.get(name, np.zeros(len(one.r), bool)) for one in scores.values()]
        )
        for name in names
    }

"""Splits, ceilings, scores and their tables to and from files."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.atomic import new_file
from boldwise.errors import DataError, ShapeMismatchError
from boldwise.evaluation.ceilings import METHODS, Ceiling
from boldwise.evaluation.held_out import HeldOut, find_shown
from boldwise.evaluation.scores import FORMULAS
from boldwise.evaluation.scoring import PER_VOXEL, VoxelScores
from boldwise.evaluation.splits import Split
from boldwise.io.records import (
    TRIAL_COLUMNS,
    read_responses,
    read_voxels,
    voxel_datasets,
)
from boldwise.io.stores import open_store, write_store
from boldwise.io.tables import read_text
from boldwise.responses.records import Trials, Voxels
from boldwise.responses.repeats import average_repeats

ROWS = Iterable[Mapping[str, str | int | float]]


def read_seen(paths: Iterable[str | Path]) -> dict[str, Trials]:
    """Read what each subject was shown, without the responses.

    Parameters
    ----------
    paths : iterable of path
        Response stores, named ``sub-<subject>.h5``.

    Returns
    -------
    seen : dict of subject to Trials
    """
    seen = {}
    for path in paths:
        with open_store(path, schema="responses") as store:
            columns = {name: store[f"trial/{name}"][()] for name in TRIAL_COLUMNS}
        seen[subject_of(path)] = Trials(**columns)
    return seen


def read_tr_s(paths: Iterable[str | Path]) -> float | None:
    """Read the longest repetition time of some response stores, in seconds."""
    found = []
    for path in paths:
        with open_store(path, schema="responses") as store:
            found.append(store.attributes["tr_s"] or 0.0)
    return max(found, default=0.0) or None


def read_listed(paths: Iterable[str | Path]) -> list[str]:
    """Read stimulus ids from text files, one per line.

    Parameters
    ----------
    paths : iterable of path
        None, for a split that needs no list.

    Returns
    -------
    ids : list of str
        Without blank lines and the spaces around an id.

    Raises
    ------
    DataError
        If a file is absent, not UTF-8, or lists nothing.
    """
    ids: list[str] = []
    for path in paths:
        found = [line.strip() for line in read_text(path).splitlines() if line.strip()]
        if not found:
            raise DataError(f"{path}: lists no stimulus id. Write one per line.")
        ids += found
    return ids


def read_tested(
    encoder: str | Path, responses: str | Path, split: Split
) -> tuple[np.ndarray, np.ndarray, HeldOut, Voxels]:
    """Read an encoder's predictions beside what they are scored on.

    Parameters
    ----------
    encoder, responses : path
        Stores of one subject.
    split : Split

    Returns
    -------
    prediction, response : array of float32, shape (n_items, n_voxels)
        The latter averaged over repeats; rows in the order of ``held_out``.
    held_out : HeldOut
    voxels : Voxels

    Raises
    ------
    LeakageError
        If the encoder was fitted under another split.
    ShapeMismatchError
        If its voxels are not those of the responses.
    """
    measured = read_responses(responses)
    shown = find_shown(measured, split)
    _, response, _ = average_repeats(shown.response, shown.item)
    with open_store(encoder, schema="encoder") as store:
        split.refuse_other(store.attributes["split_hash"], what=str(encoder))
        rows = shown.held_out.rows_in(store["stimulus_id"], store["fold"][()])
        prediction = store["prediction"][()][rows]
    if prediction.shape[1] != len(measured.voxels):
        raise ShapeMismatchError(
            f"{encoder}: {prediction.shape[1]} voxels were predicted, but {responses} "
            f"holds {len(measured.voxels)}. Run snakemake again."
        )
    return prediction, response, shown.held_out, measured.voxels


def write_ceiling(
    path: str | Path,
    ceiling: Ceiling,
    voxels: Voxels,
    *,
    neighbours: np.ndarray,
    split: Split,
    provenance: Mapping[str, Any],
) -> None:
    """Write the noise ceilings of one subject's voxels, with how they came about.

    Parameters
    ----------
    path : path
    ceiling : Ceiling
    voxels : Voxels
    neighbours : array of shape (n_voxels,)
        Correlation of responses with those one trial later, from
        ``neighbour_correlation``; its median over voxels becomes an attribute.
    split : Split
        Whose test stimuli the ceilings are about.
    provenance : mapping
    """
    values = {
        "noise_ceiling": ceiling.noise_ceiling,
        "noise_ceiling_unrectified": ceiling.unrectified,
        "standard_error": ceiling.standard_error,
        "null_noise_ceiling": ceiling.null_noise_ceiling,
        "neighbour_correlation": neighbours,
    }
    known = neighbours[np.isfinite(neighbours)]
    datasets = {name: each.astype(np.float32) for name, each in values.items()}
    about = {
        "method": ceiling.method,
        "formula": METHODS[ceiling.method],
        "median_neighbour_correlation": float(np.median(known)) if len(known) else None,
        "showings": asdict(ceiling.showings) if ceiling.showings else None,
        "split_hash": split.hash,
    }
    write_store(
        path,
        {**datasets, **voxel_datasets(voxels)},
        schema="noise_ceiling",
        attributes=about,
        provenance=provenance,
    )


def read_ceiling(path: str | Path, split: Split) -> np.ndarray:
    """Read the noise ceilings, shape (n_voxels,), that belong to a split."""
    with open_store(path, schema="noise_ceiling") as store:
        split.refuse_other(store.attributes["split_hash"], what=str(path))
        values: np.ndarray = store["noise_ceiling"][()]
        return values


def region_masks(voxels: Voxels) -> dict[str, np.ndarray]:
    """Regions of interest by name, ``all`` first: masks of shape (n_voxels,)."""
    return {"all": np.ones(len(voxels), bool), **voxels.roi}


def write_scores(
    path: str | Path,
    scores: VoxelScores,
    voxels: Voxels,
    *,
    about: Mapping[str, Any],
    provenance: Mapping[str, Any],
) -> None:
    """Write scores per voxel, and the draws of each region; formulas as attributes."""
    datasets = {name: getattr(scores, name) for name in PER_VOXEL}
    datasets |= {f"roi_draws/{roi}": draws for roi, draws in scores.r_draws.items()}
    datasets |= {
        f"normalised_draws/{roi}": draws
        for roi, draws in scores.normalised_draws.items()
    }
    small = {name: values.astype(np.float32) for name, values in datasets.items()}
    write_store(
        path,
        {**small, **voxel_datasets(voxels)},
        schema="scores",
        attributes={**FORMULAS, **about},
        provenance=provenance,
    )


def read_scores(path: str | Path, split: Split) -> VoxelScores:
    """Read the scores of one encoder on one subject, made under this split."""
    with open_store(path, schema="scores") as store:
        split.refuse_other(store.attributes["split_hash"], what=str(path))
        return VoxelScores(
            **{name: store[name][()] for name in PER_VOXEL},
            masks=region_masks(read_voxels(store)),
            r_draws={k: v[()] for k, v in store.group("roi_draws").items()},
            normalised_draws={
                k: v[()] for k, v in store.group("normalised_draws").items()
            },
        )


def read_all_scores(
    paths: Iterable[str | Path], split: Split
) -> dict[str, dict[str, VoxelScores]]:
    """Read many score stores, named ``<encoder>/sub-<subject>.h5``.

    Parameters
    ----------
    paths : iterable of path
    split : Split
        All must have been scored under it.

    Returns
    -------
    scores : dict of encoder to dict of subject to VoxelScores
        In the order of the paths; arrays of shape (n_voxels,).
    """
    scores: dict[str, dict[str, VoxelScores]] = {}
    for path in paths:
        by_subject = scores.setdefault(Path(path).parent.name, {})
        by_subject[subject_of(path)] = read_scores(path, split)
    return scores


def write_rows(path: str | Path, rows: ROWS, *, columns: Sequence[str]) -> None:
    """Write a tab-separated table; numbers to six digits, NaN as ``n/a``.

    Parameters
    ----------
    path : path
    rows : iterable of dict
        Values by column.
    columns : sequence of str
        The header.
    """
    with new_file(path) as temporary, temporary.open("w", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_cell(row[name]) for name in columns] for row in rows)


def subject_of(path: str | Path) -> str:
    """Read the subject's label out of a store's name, ``sub-<subject>.h5``."""
    return Path(path).stem.removeprefix("sub-")


def _cell(value: str | int | float) -> str:
    if isinstance(value, float):
        return f"{value:.6g}" if np.isfinite(value) else "n/a"
    return str(value)

"""What the sidecars of a raw run say: BIDS inherits them from folder to folder."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.errors import DataError
from boldwise.io.bids_names import parse_name
from boldwise.io.images import Grid
from boldwise.io.tables import read_text
from boldwise.io.timing import LONGEST_TR_S, TOLERANCE, sidecar_of

AXES = {"i": 0, "j": 1, "k": 2}


@dataclass(frozen=True)
class Slices:
    """When the slices of a volume were taken.

    Attributes
    ----------
    time_s : array of shape (n_slices,)
        In the order of the voxels along ``axis``.
    axis : int
    """

    time_s: np.ndarray
    axis: int


def read_raw_sidecar(path: Path, root: Path) -> dict[str, Any]:
    """Join all JSON files that say something about a raw run.

    Parameters
    ----------
    path : Path
        NIfTI file of the run.
    root : Path
        Folder of the BIDS dataset: files at the top hold for all runs that their
        labels do not exclude, and nearer ones win over farther ones.

    Returns
    -------
    sidecar : dict
        Empty where there is none.

    Raises
    ------
    DataError
        If one is not a JSON object.
    """
    told: dict[str, Any] = {}
    for file in _inherited(path, root):
        try:
            content = json.loads(read_text(file))
        except json.JSONDecodeError as error:
            raise DataError(
                f"{file}: not JSON ({error.msg} in line {error.lineno}). Mend it."
            ) from error
        if not isinstance(content, dict):
            raise DataError(f"{file}: holds no JSON object. Mend it.")
        told |= content
    return told


def repetition_time(
    grid: Grid, sidecar: Mapping[str, Any], *, tr_s: float | None = None
) -> float:
    """Find how long a volume of a raw run lasts.

    Parameters
    ----------
    grid : Grid
        Of the run.
    sidecar : mapping
        From ``read_raw_sidecar``.
    tr_s : float, optional
        Wins over sidecar and header.

    Returns
    -------
    tr_s : float
        In seconds.

    Raises
    ------
    DataError
        If none is known, sidecar and header disagree, or it looks like milliseconds.
    """
    told = sidecar.get("RepetitionTime")
    if told is not None and not isinstance(told, int | float):
        raise DataError(
            f"{grid.path}: 'RepetitionTime' of its sidecar is no number. Write seconds."
        )
    if tr_s is None and told and grid.tr_s and abs(told / grid.tr_s - 1) > TOLERANCE:
        raise DataError(
            f"{grid.path}: the header says a repetition time of {grid.tr_s:g} s, the "
            f"sidecar says {told:g} s. Set `dataset.tr_s` to the right one."
        )
    found = tr_s or told
    if not found:
        header = f"; the header says {grid.tr_s:g} s" if grid.tr_s else ""
        raise DataError(
            f"{grid.path}: no sidecar with `RepetitionTime` for it{header}. Mend "
            f"{sidecar_of(grid.path).name}, or set `dataset.tr_s` (seconds)."
        )
    if found > LONGEST_TR_S:
        raise DataError(
            f"{grid.path}: a repetition time of {found:g} s looks like milliseconds. "
            f"Set `dataset.tr_s`, for example to {found / 1000:g}."
        )
    return float(found)


def slice_times(grid: Grid, sidecar: Mapping[str, Any]) -> Slices:
    """Find when the slices of a raw run were taken.

    Parameters
    ----------
    grid : Grid
        Of the run.
    sidecar : mapping
        From ``read_raw_sidecar``: ``SliceTiming`` in seconds, and
        ``SliceEncodingDirection``, by default ``k``; with a minus, as in ``k-``, the
        times start at the last slice.

    Returns
    -------
    slices : Slices

    Raises
    ------
    DataError
        If the times are absent or no numbers, or the direction is unknown.
    """
    told = sidecar.get("SliceTiming")
    if told is None:
        raise DataError(
            f"{grid.path}: no sidecar with `SliceTiming` for it. Write the time of "
            f"each slice (seconds) into {sidecar_of(grid.path).name}, or set "
            "`dataset.preprocessing.slice_timing: false`."
        )
    if not isinstance(told, list) or not all(isinstance(t, int | float) for t in told):
        raise DataError(
            f"{grid.path}: `SliceTiming` of its sidecar is no list of numbers. Write "
            "one time per slice, in seconds."
        )
    direction = sidecar.get("SliceEncodingDirection", "k")
    axis = AXES.get(str(direction).removesuffix("-"))
    if axis is None:
        raise DataError(
            f"{grid.path}: `SliceEncodingDirection` is '{direction}'; known: i, j, k, "
            "i-, j-, k-. Mend its sidecar."
        )
    order = -1 if str(direction).endswith("-") else 1
    return Slices(np.array(told, float)[::order], axis)


def _inherited(path: Path, root: Path) -> list[Path]:
    """JSON files about a run, the farthest first."""
    own, beside = parse_name(path), sidecar_of(path)
    if own is None:
        return [beside] if beside.exists() else []
    folders = [
        folder for folder in reversed(path.parents) if folder.is_relative_to(root)
    ]
    found = []
    for folder in folders:
        named = [parse_name(file) for file in sorted(folder.glob("*bold.json"))]
        fitting = [f for f in named if f and f.suffix == "bold" and f.belongs_to(own)]
        found += [f.path for f in sorted(fitting, key=lambda f: len(f.entities))]
    return found

"""When the volumes of a run were taken: settings, sidecar, header, in this order."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boldwise.errors import DataError
from boldwise.io.images import Grid
from boldwise.io.tables import read_text

LONGEST_TR_S = 30.0
TOLERANCE = 0.01


@dataclass(frozen=True)
class Timing:
    """Times of a run.

    Attributes
    ----------
    tr_s : float
        Repetition time, in seconds.
    start_time_s : float
        Time that volume 0 stands for, in seconds.
    """

    tr_s: float
    start_time_s: float


def read_timing(
    grid: Grid, *, tr_s: float | None = None, start_time_s: float | None = None
) -> Timing:
    """Find the repetition time of a run, and the time of its first volume.

    Parameters
    ----------
    grid : Grid
        Of the BOLD file. A JSON file of the same name may lie beside it, with
        ``RepetitionTime`` and ``StartTime`` in seconds.
    tr_s, start_time_s : float, optional
        Win over the files. Without ``StartTime`` a volume stands for the middle of
        its repetition time, as after slice-timing correction by fMRIPrep.

    Returns
    -------
    timing : Timing

    Raises
    ------
    DataError
        If no repetition time is known, files contradict each other, or a time looks
        like milliseconds.
    """
    path = sidecar_of(grid.path)
    sidecar = _read_sidecar(path)
    told = sidecar.get("RepetitionTime")
    if tr_s is None and told and grid.tr_s and abs(told / grid.tr_s - 1) > TOLERANCE:
        raise DataError(
            f"{grid.path}: the header says a repetition time of {grid.tr_s:g} s, "
            f"{path.name} says {told:g} s. Set `dataset.tr_s` to the right one."
        )
    tr = tr_s or told or grid.tr_s
    if not tr:
        raise DataError(
            f"{grid.path}: no repetition time: the header does not tell, and "
            f"{path.name} is absent or silent. Set `dataset.tr_s` (seconds)."
        )
    if tr > LONGEST_TR_S:
        raise DataError(
            f"{grid.path}: a repetition time of {tr:g} s looks like milliseconds. Set "
            f"`dataset.tr_s`, for example to {tr / 1000:g}."
        )
    start = sidecar.get("StartTime", tr / 2) if start_time_s is None else start_time_s
    return Timing(tr_s=float(tr), start_time_s=float(start))


def sidecar_of(path: Path) -> Path:
    """Name the JSON file that describes a NIfTI file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    sidecar : Path
        Beside it; need not exist.
    """
    return path.with_name(path.name.removesuffix(".gz").removesuffix(".nii") + ".json")


def _read_sidecar(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        sidecar = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise DataError(
            f"{path}: not JSON ({error.msg} in line {error.lineno}). Mend or remove it."
        ) from error
    wrong = [
        key
        for key in ("RepetitionTime", "StartTime")
        if not isinstance(sidecar.get(key, 0.0), int | float)
    ]
    if wrong:
        raise DataError(f"{path}: '{wrong[0]}' is no number. Write it in seconds.")
    return dict(sidecar)

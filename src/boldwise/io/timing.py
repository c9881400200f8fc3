"""When the volumes of a run were taken: settings, sidecar, header, in this order."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from boldwise.errors import DataError
from boldwise.io.tables import read_text

LONGEST_TR_S = 30.0
LONGEST_START_S = 120.0  # Later starts are milliseconds, not discarded volumes.
TOLERANCE = 0.01
EXTENSIONS = (".nii.gz", ".dtseries.nii", ".nii", ".func.gii", ".gii")


class Timed(Protocol):
    """A series whose header may tell its repetition time."""

    @property
    def path(self) -> Path:
        """File of the series."""

    @property
    def tr_s(self) -> float | None:
        """Repetition time in seconds, where the header tells."""


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
    grid: Timed, *, tr_s: float | None = None, start_time_s: float | None = None
) -> Timing:
    """Find the repetition time of a run, and the time of its first volume.

    Parameters
    ----------
    grid : Grid, SurfaceGrid or CiftiGrid
        Of the BOLD file. A JSON file of the same name may lie beside it, with
        ``RepetitionTime`` and ``StartTime`` in seconds. It wins where a header
        writes milliseconds as seconds; any other disagreement is refused.
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
    if tr_s is None and told and grid.tr_s and not _same_time(told, grid.tr_s):
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
    if not 0 <= start <= LONGEST_START_S:
        raise DataError(
            f"{path}: a StartTime of {start:g} s cannot be; is it in milliseconds? Set "
            f"`dataset.start_time_s`, for example to {tr / 2:g}."
        )
    return Timing(tr_s=float(tr), start_time_s=float(start))


def sidecar_of(path: Path) -> Path:
    """Name the JSON file that describes a series.

    Parameters
    ----------
    path : Path

    Returns
    -------
    sidecar : Path
        Beside it; need not exist.
    """
    found = next((one for one in EXTENSIONS if path.name.endswith(one)), "")
    return path.with_name(path.name.removesuffix(found) + ".json")


def _same_time(told: float, header: float) -> bool:
    """Tell whether times agree, or the header's are milliseconds called seconds."""
    return any(abs(told * unit / header - 1) <= TOLERANCE for unit in (1, 1000))


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

"""Raw BIDS runs in, derivatives with fMRIPrep's names out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from boldwise import __version__
from boldwise.errors import BoldwiseError, DataError
from boldwise.io.bids_text import write_json, write_table
from boldwise.io.images import Grid, read_grid, read_volume, write_volume
from boldwise.io.paths import expand
from boldwise.io.raw_sidecars import read_raw_sidecar, repetition_time, slice_times
from boldwise.responses.preprocessing import PreprocessedRun, RawRun, refuse_flat
from boldwise.responses.rigid import Volume

FEWEST_LEVELS = 32  # Distinct whole numbers in a volume; scanners write hundreds.
CONVENTION = (
    "how the head moved from the reference to the volume: R (x - c) + c + t with "
    "R = Rx Ry Rz, in the RAS millimetres of the affine, about the middle c of the "
    "reference's grid"
)


@dataclass(frozen=True)
class RawSource:
    """How raw runs are read; as ``settings.preprocessing`` hands it out.

    Attributes
    ----------
    root : str
        Folder of the BIDS dataset.
    tr_s : float or None
        Repetition time in seconds; wins over sidecars and headers.
    slice_timing : bool
        Whether the times of the slices are needed.
    """

    root: str
    tr_s: float | None = None
    slice_timing: bool = True


def read_raw_header(path: str | Path, source: RawSource) -> tuple[Grid, RawRun]:
    """Read and check what is known of a raw run without its voxels.

    Parameters
    ----------
    path : path
        NIfTI file of the run.
    source : RawSource

    Returns
    -------
    grid : Grid
    run : RawRun
        With no volume in it: ``bold`` has shape (nx, ny, nz, 0).

    Raises
    ------
    DataError
        If the file is absent, has no fourth dimension, or its sidecar lacks a time.
    """
    path = Path(path)
    _refuse_echoes(path)
    grid = read_grid(path)
    if grid.n_volumes < 2:
        raise DataError(
            f"{path}: {grid.n_volumes} volume of shape {grid.shape}, not a 4-D run. "
            "Name the BOLD series in `dataset.bold`, not a reference or a mask."
        )
    sidecar = read_raw_sidecar(path, expand(source.root))
    tr_s = repetition_time(grid, sidecar, tr_s=source.tr_s)
    empty = np.empty((*grid.shape, 0), np.float32)
    if not source.slice_timing:
        return grid, RawRun(empty, grid.affine, tr_s)
    slices = slice_times(grid, sidecar)
    return grid, RawRun(empty, grid.affine, tr_s, slices.time_s, slices.axis)


def read_raw_run(path: str | Path, source: RawSource) -> RawRun:
    """Read a raw run with what its sidecars say.

    Parameters
    ----------
    path : path
        NIfTI file of the run.
    source : RawSource

    Returns
    -------
    run : RawRun

    Raises
    ------
    DataError
        As ``read_raw_header``, and if the run is flat or was stored without the scale
        factors that its values need.
    """
    _, header = read_raw_header(path, source)
    bold, _ = read_volume(path)
    try:
        refuse_flat(bold)
        _refuse_lost_scaling(bold)
    except BoldwiseError as error:
        raise DataError(f"{path}: {error}") from error
    return RawRun(
        bold, header.affine, header.tr_s, header.slice_time_s, header.slice_axis
    )


def write_preprocessed(
    files: Mapping[str, str], run: PreprocessedRun, raw: RawRun, *, source: str
) -> None:
    """Write a preprocessed run as fMRIPrep would name and describe it.

    Parameters
    ----------
    files : mapping of str
        ``bold``, ``sidecar``, ``mask``, ``confounds``, ``confounds_sidecar``.
    run : PreprocessedRun
    raw : RawRun
        What it was made from.
    source : str
        File of the raw run.
    """
    write_volume(files["bold"], run.bold, run.affine, tr_s=raw.tr_s)
    write_volume(files["mask"], run.mask, run.affine)
    write_table(files["confounds"], run.confounds)
    about = {
        "RepetitionTime": raw.tr_s,
        "StartTime": raw.start_time_s,
        "SliceTimingCorrected": raw.slice_time_s is not None,
        "MotionCorrected": run.motion is not None,
        "SkullStripped": False,
        "Sources": [Path(source).name],
        "GeneratedBy": [{"Name": "boldwise preprocess_run", "Version": __version__}],
    }
    write_json(files["sidecar"], about)
    write_json(files["confounds_sidecar"], _describe(run.confounds))


def write_reference(path: str | Path, reference: Volume) -> None:
    """Write the image that a subject's runs are realigned to.

    Parameters
    ----------
    path : path
    reference : Volume
    """
    write_volume(path, reference.image, reference.affine)


def read_reference(paths: list[str]) -> Volume | None:
    """Read the image that a subject's runs are realigned to.

    Parameters
    ----------
    paths : list of str
        One file, or none where nothing is realigned.

    Returns
    -------
    reference : Volume or None
    """
    if not paths:
        return None
    image, grid = read_volume(paths[0])
    return Volume(image, grid.affine)


def _refuse_echoes(path: Path) -> None:
    """Name the echoes of a run whose combined series does not exist."""
    if path.exists() or not path.name.endswith(("_bold.nii.gz", "_bold.nii")):
        return
    stem = path.name.rpartition("_bold.")[0]
    echoes = sorted(path.parent.glob(f"{stem}_echo-*_bold.nii*"))
    if echoes:
        raise DataError(
            f"{path}: no such file, but {len(echoes)} echoes "
            f"({', '.join(echo.name for echo in echoes)}). The builtin preprocessing "
            "does not combine echoes: name one in `dataset.bold` (the middle one has "
            "most contrast), or set `dataset.preprocessing.kind: fmriprep`."
        )


def _refuse_lost_scaling(bold: np.ndarray) -> None:
    middle = bold[..., bold.shape[3] // 2]
    levels = np.unique(middle)
    if len(levels) < FEWEST_LEVELS and (levels == np.rint(levels)).all():
        raise DataError(
            f"volume {bold.shape[3] // 2} holds {len(levels)} whole numbers from "
            f"{levels[0]:g} to {levels[-1]:g}: integers without the scale factors that "
            "they were made with. Export the run again, as float or with `scl_slope`."
        )


def _describe(confounds: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Units and meaning of the columns, for the JSON beside the table."""
    told = {}
    for name in confounds:
        if name.startswith(("trans_", "rot_")) and name.count("_") == 1:
            unit = "mm" if name.startswith("trans_") else "rad"
            told[name] = {"Units": unit, "Description": CONVENTION}
    return told | {
        "framewise_displacement": {"Units": "mm", "Description": "Power et al. 2012"},
        "dvars": {"Units": "1/1000 of the median", "Description": "Power et al. 2012"},
        "std_dvars": {"Units": "none", "Description": "Nichols 2013"},
    }

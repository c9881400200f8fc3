"""Stimuli that a study did not show, in the form of its own."""

from pathlib import Path
from typing import Any

import numpy as np

from boldwise.errors import DataError
from boldwise.features.records import Stimuli
from boldwise.io.picture_rows import PictureRows, hash_pictures
from boldwise.io.pictures import read_pictures
from boldwise.io.records import STIMULUS_COLUMNS, open_stimuli, write_stimuli

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp")
N_PROBES = 2
PROBE = "study: "


def write_new_stimuli(given: str | Path, study: str | Path, path: str | Path) -> int:
    """Write new stimuli to a store, after a few of the study's own.

    What describes the new ones describes these again: if that gives what the study
    has, the new features mean the same.

    Parameters
    ----------
    given : path
        Folder of pictures, whose names without the ending are the ids; or a store of
        stimuli.
    study : path
        Store with the stimuli of the study: new pictures are cut and scaled as its
        own, or left as they are where it left its own.
    path : path
        Target.

    Returns
    -------
    n_probes : int
        Stimuli of the study that stand before the new ones.

    Raises
    ------
    DataError
        If there is no picture, or one does not decode.
    """
    with open_stimuli(study) as known:
        probes = _first(known, N_PROBES)
        new = _from_folder(Path(given), known) if Path(given).is_dir() else None
        if new is None:
            with open_stimuli(given) as stored:
                new = _first(stored, len(stored))
    columns = {name: _join(probes, new, name) for name in STIMULUS_COLUMNS}
    ids = [f"{PROBE}{one}" for one in probes.stimulus_id]
    if all(one is None for one in columns.values()):
        raise DataError(
            f"{given}: these stimuli have no picture, text or label that those of "
            f"{study} have, too. Name a folder of pictures, or a store of stimuli."
        )
    both = Stimuli(np.array([*ids, *new.stimulus_id]), **columns)
    write_stimuli(path, both, provenance={})
    return len(ids)


def _from_folder(folder: Path, known: Stimuli) -> Stimuli:
    files = sorted(one for one in folder.iterdir() if one.suffix.lower() in SUFFIXES)
    if not files:
        raise DataError(
            f"{folder}: holds no picture ({', '.join(SUFFIXES)}). Name the folder that "
            "the pictures lie in."
        )
    ids = np.array([one.stem for one in files])
    image: Any = known.need("image")
    size_px = image.shape[1]
    if isinstance(image, PictureRows):
        image = PictureRows(files, hash_pictures(files), size_px=size_px)
    else:
        image = read_pictures(files, size_px=size_px)
    return Stimuli(ids, image=image)


def _first(stimuli: Stimuli, n: int) -> Stimuli:
    """Take the first stimuli, with what each of them is."""
    columns: dict[str, Any] = {}
    for name in STIMULUS_COLUMNS:
        values = getattr(stimuli, name)
        if isinstance(values, PictureRows):
            paths, hashes = list(values.paths)[:n], list(values.sha256)[:n]
            values = PictureRows(paths, hashes, size_px=values.shape[1])
        elif values is not None:
            values = values[:n]
        columns[name] = values
    return Stimuli(np.asarray(stimuli.stimulus_id[:n]), **columns)


def _join(probes: Stimuli, new: Stimuli, name: str) -> Any:
    """One column of both; None where either has none."""
    first, second = getattr(probes, name), getattr(new, name)
    if first is None or second is None:
        return None
    files = [isinstance(one, PictureRows) for one in (first, second)]
    if all(files):
        paths = [Path(one) for one in [*first.paths, *second.paths]]
        hashes = [*first.sha256, *second.sha256]
        return PictureRows(paths, hashes, size_px=first.shape[1])
    if any(files) or first.shape[1:] != second.shape[1:]:
        raise DataError(
            f"the new {name}s have shape {second.shape[1:]}, those of the study "
            f"{first.shape[1:]}, or only one of both lies in files. Name a folder of "
            "pictures instead: they are prepared as the study's were."
        )
    return np.concatenate([first, second])

"""Arrays in files that others wrote: MATLAB (both formats) and plain HDF5."""

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.errors import DataError, first_line, name_some
from boldwise.io.stores import open_foreign_hdf5

HDF5_SUFFIXES = (".h5", ".hf5", ".hdf5")


def read_fields(path: str | Path, names: Sequence[str]) -> dict[str, np.ndarray]:
    """Read some arrays of a file.

    Parameters
    ----------
    path : path
        ``.mat`` (version 5 or 7.3), ``.h5`` or ``.hdf5``.
    names : sequence of str
        Places in the file, for example ``B/set1/betas`` for a struct in a struct.

    Returns
    -------
    fields : dict of array
        As MATLAB shows them: axes of version 7.3, which HDF5 holds backwards, are
        turned round. Cells of text and character arrays are arrays of str.

    Raises
    ------
    DataError
        If the file is absent or damaged, or a place does not exist.
    """
    path = Path(path)
    if not path.exists():
        raise DataError(f"{path}: no such file. Check the path in the config.")
    if path.suffix in HDF5_SUFFIXES:
        return _read_hdf5(path, names, from_matlab=False)
    if path.suffix != ".mat":
        raise DataError(
            f"{path}: arrays are read from .mat, .h5 and .hdf5 files, not from "
            f"'{path.suffix}'. Convert it."
        )
    if _is_version_73(path):
        return _read_hdf5(path, names, from_matlab=True)
    return _read_matlab(path, names)


def _is_version_73(path: Path) -> bool:
    """MATLAB 7.3 files are HDF5 behind 512 bytes of text."""
    with path.open("rb") as file:
        start = file.read(520)
    return b"\x89HDF" in (start[:4], start[512:516])


def _read_matlab(path: Path, names: Sequence[str]) -> dict[str, np.ndarray]:
    from scipy.io import loadmat, whosmat
    from scipy.io.matlab import MatReadError

    broken = (OSError, EOFError, ValueError, TypeError, LookupError, MemoryError)
    roots = sorted({name.split("/")[0] for name in names})
    try:
        known = [name for name, _, _ in whosmat(path)]
        content = loadmat(path, variable_names=roots)
    except (*broken, MatReadError, zlib.error) as error:
        raise DataError(
            f"{path}: cannot be read as a MATLAB file ({first_line(error)}). Fetch it "
            "again."
        ) from error
    content = {name: content[name] for name in known if name in content}
    lost = [root for root in roots if root not in content]
    if lost:
        raise _absent(path, lost[0], lost[0], known)
    return {name: _walk(path, content, name) for name in names}


def _walk(path: Path, content: dict[str, Any], name: str) -> np.ndarray:
    root, *parts = name.split("/")
    value = content[root]
    for part in parts:
        fields = value.dtype.names or ()
        if part not in fields or value.size != 1:
            raise _absent(path, name, part, fields)
        value = value.item()[fields.index(part)]
    if value.dtype.names:
        raise DataError(
            f"{path}: '{name}' is a struct with {name_some(value.dtype.names)}, not an "
            "array. Name one of these behind it, after a slash."
        )
    if value.dtype.kind in "UO":
        return np.array([_text(item) for item in value.ravel()], dtype=str)
    return np.asarray(value)


def _text(item: Any) -> str:
    """Text of a cell; an empty cell is an array without entries."""
    parts = item.ravel() if isinstance(item, np.ndarray) else [item]
    return "".join(str(part) for part in parts).strip()


def _read_hdf5(
    path: Path, names: Sequence[str], *, from_matlab: bool
) -> dict[str, np.ndarray]:
    fields = {}
    with open_foreign_hdf5(path) as file:
        for name in names:
            if name not in file:
                raise _absent(path, name, name, list(file))
            item = file[name]
            if not hasattr(item, "dtype"):
                raise DataError(
                    f"{path}: '{name}' is a group with {name_some(list(item))}, not an "
                    "array. Name one of these behind it, after a slash."
                )
            fields[name] = _from_matlab(file, item) if from_matlab else _plain(item)
    return fields


def _plain(item: Any) -> np.ndarray:
    values = item[()]
    if item.dtype.kind in "OS":
        texts = [v.decode() if isinstance(v, bytes) else str(v) for v in values.flat]
        return np.array(texts, dtype=str)
    return np.asarray(values)


def _from_matlab(file: Any, item: Any) -> np.ndarray:
    kind = item.attrs.get("MATLAB_class", b"").decode()
    if kind == "cell":
        texts = [_characters(file[place][()]) for place in item[()].T.flat]
        return np.array(texts, dtype=str)
    if kind == "char":
        return np.array([_characters(row) for row in item[()].T], dtype=str)
    return np.asarray(item[()]).T


def _characters(codes: np.ndarray) -> str:
    return "".join(chr(int(code)) for code in codes.ravel()).strip()


def _absent(path: Path, name: str, part: str, known: Sequence[str]) -> DataError:
    shown = name_some([one for one in known if not str(one).startswith("#")])
    return DataError(
        f"{path}: no '{part}' (of '{name}'); beside it stand {shown or 'no others'}. "
        "Mend the path in the config."
    )

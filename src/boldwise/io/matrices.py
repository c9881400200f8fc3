"""Matrices of numbers in files without ids: text, NumPy, MATLAB and HDF5."""

from pathlib import Path
from tokenize import TokenError

import numpy as np

from boldwise.errors import DataError
from boldwise.io.foreign import read_fields
from boldwise.io.tables import MISSING, read_text

TEXT = (".txt", ".csv", ".tsv", ".1d", ".par")


def read_matrix(
    path: str | Path, *, array: str | None = None
) -> tuple[np.ndarray, list[str]]:
    """Read a matrix, a row per volume.

    Parameters
    ----------
    path : path
        ``.txt``, ``.csv``, ``.tsv``, ``.1D`` or ``.par`` with numbers between
        spaces, tabs or commas, with or without a line of names; ``.npy``; ``.mat``,
        ``.h5``, ``.hf5`` or ``.hdf5``.
    array : str, optional
        Place in a MATLAB or HDF5 file; absent: ``data``.

    Returns
    -------
    matrix : array of float64, shape (n_rows, n_columns)
        NaN for ``n/a``. A vector has one column.
    names : list of str
        Of the columns, where a text file has them.

    Raises
    ------
    DataError
        If the file is absent or damaged, or holds no matrix of numbers.
    """
    path = Path(path)
    if path.suffix.lower() in TEXT:
        return _from_text(path)
    if path.suffix == ".npy":
        matrix = _from_npy(path)
    else:
        matrix = read_fields(path, [array or "data"])[array or "data"]
    if matrix.ndim not in (1, 2) or matrix.dtype.kind not in "fiu":
        raise DataError(
            f"{path}: holds an array of shape {matrix.shape} and type {matrix.dtype}; "
            "numbers, volumes by columns, are needed."
        )
    return matrix.reshape(len(matrix), -1).astype(np.float64), []


def refuse_other_length(
    path: str | Path, n_rows: int, *, skip_rows: int, n_volumes: int
) -> None:
    """Refuse a table whose rows are not the volumes of a run.

    Parameters
    ----------
    path : path
        Of the table, for the message.
    n_rows : int
        Its rows.
    skip_rows : int
        Rows at the start that belong to volumes which were discarded.
    n_volumes : int
        Volumes of the run.

    Raises
    ------
    DataError
        With both numbers, as rows without ids can be joined by their count only.
    """
    if n_rows - skip_rows != n_volumes:
        raise DataError(
            f"{path}: {n_rows} rows less {skip_rows} skipped are {n_rows - skip_rows}, "
            f"but the run has {n_volumes} volumes. Mend the number of rows to skip, or "
            "name the right file."
        )


def _from_npy(path: Path) -> np.ndarray:
    try:
        matrix: np.ndarray = np.load(path, allow_pickle=False)
    except FileNotFoundError as error:
        raise DataError(
            f"{path}: no such file. Check the path in the config."
        ) from error
    except (OSError, ValueError, EOFError, SyntaxError, TokenError) as error:
        raise DataError(
            f"{path}: cannot be read as a NumPy array without pickles ({error}). Save "
            "it again with numpy.save."
        ) from error
    return matrix


def _from_text(path: Path) -> tuple[np.ndarray, list[str]]:
    lines = [line for line in read_text(path).splitlines() if line.strip()]
    lines = [line for line in lines if not line.lstrip().startswith(("#", "%"))]
    rows = [line.replace(",", " ").split() for line in lines]
    names: list[str] = []
    if rows and not any(_is_number(field) for field in rows[0]):
        names, rows = [name.strip("\"'") for name in rows[0]], rows[1:]
    if not rows:
        raise DataError(f"{path}: holds no numbers. Name another file.")
    width = len(names) or len(rows[0])
    for number, row in enumerate(rows):
        wrong = [field for field in row if not _is_number(field)]
        if wrong or len(row) != width:
            told = f"'{wrong[0]}'" if wrong else f"{len(row)} values"
            raise DataError(
                f"{path}: row {number + 1} holds {told}, where {width} numbers are "
                "needed. Mend the file."
            )
    values = [[np.nan if f in MISSING else float(f) for f in row] for row in rows]
    return np.array(values), names


def _is_number(field: str) -> bool:
    try:
        float("nan" if field in MISSING else field)
    except ValueError:
        return False
    return True

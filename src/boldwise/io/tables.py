"""Tables as text: CSV and TSV files, checked while they are read."""

import csv
import io
from pathlib import Path

import numpy as np

from boldwise.errors import DataError

MISSING = ("", "n/a", "N/A", "NaN", "nan", "NA")


def read_text(path: str | Path) -> str:
    """Read a text file as UTF-8.

    Parameters
    ----------
    path : path

    Returns
    -------
    text : str
        Without a byte order mark.

    Raises
    ------
    DataError
        If the file is absent or not UTF-8, naming the line.
    """
    try:
        raw = Path(path).read_bytes()
    except FileNotFoundError as error:
        raise DataError(
            f"{path}: no such file. Check the path in the config."
        ) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DataError(
            f"{path}: not UTF-8 text (byte 0x{raw[error.start]:02x} in line {line}). "
            "Save it as UTF-8."
        ) from error


def read_table(
    path: str | Path, *, needed: tuple[str, ...] = ()
) -> dict[str, np.ndarray]:
    """Read a table with a header, every column as text.

    Parameters
    ----------
    path : path
        Comma-separated if it ends in ``.csv``, otherwise tab-separated.
    needed : tuple of str
        Columns that it must have.

    Returns
    -------
    columns : dict of array of str, shape (n_rows,)
        In the order of the file. Spaces around values are removed.

    Raises
    ------
    DataError
        If a row has more or fewer values than the header, or a column is missing
        or named twice.
    """
    header, *rows = _rows(path)
    lost = [name for name in needed if name not in header]
    if lost or len(set(header)) < len(header):
        wrong = f"no column '{lost[0]}'" if lost else "a column is named twice"
        raise DataError(
            f"{path}: {wrong}; its columns are {', '.join(header) or 'none'}. Rename "
            "one, or name another in the config."
        )
    values = np.array(rows, dtype=str).reshape(len(rows), len(header))
    return {name: np.char.strip(values[:, i]) for i, name in enumerate(header)}


def numbers(column: np.ndarray, *, name: str, path: str | Path) -> np.ndarray:
    """Read a column of text as numbers.

    Parameters
    ----------
    column : array of str, shape (n_rows,)
    name : str
        Of the column; named in the message.
    path : path
        Of the table; named in the message.

    Returns
    -------
    values : array of float64, shape (n_rows,)
        NaN for ``n/a`` and empty fields.

    Raises
    ------
    DataError
        Naming the first field that is no number, and its row.
    """
    values = np.empty(len(column))
    for row, field in enumerate(column):
        try:
            values[row] = np.nan if field in MISSING else float(field)
        except ValueError as error:
            raise DataError(
                f"{path}: row {row + 2} of column '{name}' holds '{field}', which is "
                "no number. Write numbers, or n/a where there is none."
            ) from error
    return values


def _rows(path: str | Path) -> list[list[str]]:
    """Header and rows of a table, all of one length."""
    separator = "," if Path(path).suffix == ".csv" else "\t"
    reader = csv.reader(io.StringIO(read_text(path), newline=""), delimiter=separator)
    rows: list[list[str]] = []
    try:
        for row in filter(None, reader):
            if rows and len(row) != len(rows[0]):
                raise DataError(
                    f"{path}: line {reader.line_num} has {len(row)} values, the header "
                    f"names {len(rows[0])} columns ({', '.join(rows[0])}). Quote texts "
                    "that hold the separator."
                )
            rows.append(row if rows else [name.strip() for name in row])
    except csv.Error as error:
        raise DataError(
            f"{path}: line {reader.line_num} cannot be read as a table ({error}). Save "
            "it as plain text."
        ) from error
    return rows or [[]]

"""Features in files that others wrote: tables, NPZ and HDF5."""

import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from tokenize import TokenError

import numpy as np

from boldwise.errors import DataError
from boldwise.features.records import FeatureSpace
from boldwise.io.foreign import HDF5_SUFFIXES, read_fields
from boldwise.io.matrices import read_matrix, refuse_other_length
from boldwise.io.problems import Problems
from boldwise.io.tables import numbers, read_table
from boldwise.responses.runs import volume_ids

TABLE_SUFFIXES = (".csv", ".tsv")
FIELDS = ("stimulus_id", "feature")


def read_given_features(
    path: str | Path, *, columns: Sequence[str] = ()
) -> FeatureSpace:
    """Read features with the ids of their stimuli.

    Parameters
    ----------
    path : path
        ``.csv`` or ``.tsv`` with a column ``stimulus_id`` and columns of numbers;
        ``.npz``, ``.h5`` or ``.hdf5`` with arrays ``stimulus_id`` (n_stimuli,) and
        ``feature`` (n_stimuli, n_features).
    columns : sequence of str
        Columns of a table to read, where others hold no numbers; empty: all.

    Returns
    -------
    space : FeatureSpace
        float32; NaN where a table holds ``n/a`` or nothing. Columns of a table
        keep their names.

    Raises
    ------
    DataError
        If the file is absent, damaged or of another kind, lacks a field, or holds
        text where a number should be.
    """
    path = Path(path)
    if path.suffix in TABLE_SUFFIXES:
        return _from_table(path, columns)
    if path.suffix == ".npz":
        ids, feature = _from_npz(path)
    elif path.suffix in HDF5_SUFFIXES:
        fields = read_fields(path, FIELDS)
        ids, feature = (fields[name] for name in FIELDS)
    else:
        raise DataError(
            f"{path}: features are read from .csv, .tsv, .npz, .h5 and .hdf5 files, "
            f"not from '{path.suffix}'. Convert it."
        )
    if feature.dtype.kind not in "fiub" or feature.ndim != 2:
        raise DataError(
            f"{path}: 'feature' has shape {feature.shape} and type {feature.dtype}; "
            "numbers of shape (n_stimuli, n_features) are needed."
        )
    return _space(path, ids.astype(str), feature)


def _from_table(path: Path, columns: Sequence[str]) -> FeatureSpace:
    table = read_table(path, needed=("stimulus_id", *columns))
    names = list(columns) or [name for name in table if name != "stimulus_id"]
    if not names:
        raise DataError(f"{path}: no column beside stimulus_id. Add features to it.")
    values = [numbers(table[name], name=name, path=path) for name in names]
    return _space(path, table["stimulus_id"], np.stack(values, axis=1), names)


def _from_npz(path: Path) -> tuple[np.ndarray, np.ndarray]:
    broken = (OSError, ValueError, TypeError, EOFError, SyntaxError, RuntimeError)
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            known = list(file)
            arrays = {name: file[name] for name in FIELDS if name in known}
    except FileNotFoundError as error:
        raise DataError(
            f"{path}: no such file. Check the path in the config."
        ) from error
    except (*broken, TokenError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(
            f"{path}: cannot be read as NPZ without pickles ({error}). Save text as "
            "arrays of str, numbers as arrays of float."
        ) from error
    lost = [name for name in FIELDS if name not in arrays]
    if lost:
        raise DataError(
            f"{path}: no array '{lost[0]}'; it has {', '.join(known)}. Save "
            "'stimulus_id' and 'feature'."
        )
    return arrays["stimulus_id"], arrays["feature"]


def _space(
    path: Path, ids: np.ndarray, feature: np.ndarray, names: Sequence[str] = ()
) -> FeatureSpace:
    column = np.array(names) if names else None
    notes = {"file": path.name}
    try:
        return FeatureSpace(ids, feature.astype(np.float32), notes, column)
    except ValueError as error:
        raise DataError(f"{path}: {error}") from error


def read_given_volumes(
    paths: Mapping[str, str | Path],
    volumes: Mapping[str, int],
    *,
    skip_rows: int = 0,
    names: Sequence[str] = (),
) -> FeatureSpace:
    """Read features of volumes from tables without ids: the rows are the volumes.

    Parameters
    ----------
    paths : mapping of str to path
        File of each run, as ``io.matrices.read_matrix`` reads it.
    volumes : mapping of str to int
        How many volumes each run has. Rows without ids can be joined by their number
        only, so a table of any other length is refused.
    skip_rows : int
        Rows at the start of each table that belong to discarded volumes.
    names : sequence of str
        Names of the columns, where the tables have none.

    Returns
    -------
    space : FeatureSpace
        Of shape (n_volumes of all runs, n_features).

    Raises
    ------
    DataError
        With every problem of the files, one per line.
    """
    problems = Problems()
    ids, parts, column = [], [], list(names)
    for run, path in paths.items():
        with problems.collect():
            matrix, told = read_matrix(path)
            refuse_other_length(
                path, len(matrix), skip_rows=skip_rows, n_volumes=volumes[run]
            )
            column = column or told
            if column and len(column) != matrix.shape[1]:
                raise DataError(
                    f"{path}: {matrix.shape[1]} columns, but {len(column)} names "
                    f"({', '.join(column)}). Name each column once."
                )
            ids.append(volume_ids(run, volumes[run]))
            parts.append(matrix[skip_rows:])
    widths = sorted({part.shape[1] for part in parts})
    if len(widths) > 1:
        problems.add(
            [f"tables of given features have {widths} columns. Make them alike."]
        )
    problems.refuse()
    files = ", ".join(dict.fromkeys(Path(path).name for path in paths.values()))
    return FeatureSpace(
        np.concatenate(ids),
        np.concatenate(parts).astype(np.float32),
        {"file": files, "rows": f"volumes, after {skip_rows} skipped"},
        np.array(column) if column else None,
    )

"""HDF5 stores: the only module that opens them.

A store is written to a name of its own beside its target, flushed to disk and
renamed, so that a reader sees all of it or nothing. Equal data give equal bytes:
no times, no host names, checksummed chunks of a fixed shape. A seal at the end tells
whether anything else was changed.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from boldwise.atomic import new_file
from boldwise.errors import DataError, StoreError, first_line
from boldwise.io.attributes import decode, encode
from boldwise.io.chunks import chunk_shape
from boldwise.io.room import refuse_no_room, tell_full_disk
from boldwise.io.seals import check_seal, seal, spans_of_chunks

SCHEMA_VERSION = 1
ROWS_AT_ONCE = 64  # Of arrays with a chunk per row that lie on disk.
PROVENANCE = ("boldwise_version", "rule", "seed", "code", "config", "inputs")
LONG = "long_attributes"  # HDF5 holds attributes up to 64 KiB; longer texts lie here.
LONG_BYTES = 2**15


@dataclass(frozen=True)
class Dataset:
    """Name, shape and type of one array of a store.

    Attributes
    ----------
    name : str
    shape : tuple of int
    kind : str
        ``"text"``, or the type of its numbers, for example ``"float32"``.
    """

    name: str
    shape: tuple[int, ...]
    kind: str


class Store:
    """An open, complete store: datasets by name, attributes as a dict.

    Numeric datasets stay on disk until sliced; text comes as arrays of str.
    """

    def __init__(self, path: Path, file: h5py.File) -> None:
        self.path = path
        self._file = file

    @property
    def attributes(self) -> dict[str, Any]:
        """Attributes of the root: what the writer passed, and its provenance."""
        short = {name: decode(value) for name, value in self._file.attrs.items()}
        long = {name: decode(str(text)) for name, text in self.group(LONG).items()}
        return {**short, **long}

    @property
    def names(self) -> list[str]:
        """Names of all datasets, with their groups: ``["roi/V1", …]``."""
        found: list[str] = []
        self._file.visititems(
            lambda name, item: (
                found.append(name) if isinstance(item, h5py.Dataset) else None
            )
        )
        return sorted(name for name in found if not name.startswith(f"{LONG}/"))

    @property
    def datasets(self) -> list[Dataset]:
        """Every dataset with its shape and type, in the order of ``names``."""
        return [
            Dataset(name, self._file[name].shape, _kind_of(self._file[name]))
            for name in self.names
        ]

    def __contains__(self, name: str) -> bool:
        return name in self._file

    def __getitem__(self, name: str) -> Any:
        if name not in self._file:
            raise StoreError(
                f"{self.path}: no dataset '{name}'; it has {', '.join(self.names)}."
            )
        dataset = self._file[name]
        if h5py.check_string_dtype(dataset.dtype) is not None:
            return np.asarray(dataset.asstr("utf-8")[()]).astype(str)
        return dataset

    def group(self, name: str) -> dict[str, Any]:
        """Datasets directly below a group, by their last name; empty if none."""
        members = self._file.get(name, {})
        return {member: self[f"{name}/{member}"] for member in sorted(members)}


@contextmanager
def open_store(path: str | Path, *, schema: str | None) -> Iterator[Store]:
    """Open a complete store of the given schema for reading.

    Parameters
    ----------
    path : path
        The store.
    schema : str
        Kind of store, for example ``"responses"``; None: any.

    Yields
    ------
    store : Store

    Raises
    ------
    StoreError
        If the file is absent, damaged, unfinished, or of another schema.
    """
    path = Path(path)
    if not path.exists():
        raise StoreError(f"{path}: no such store. Run snakemake to make it.")
    try:
        check_seal(path)
        file = h5py.File(path, "r", locking=False)  # A rename replaces it, no writer.
    except PermissionError as error:
        raise StoreError(
            f"{path}: you may not read it ({first_line(error)}). Ask its owner, or run "
            "in a folder of your own."
        ) from error
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be read as HDF5 ({first_line(error)}); it was truncated "
            "or overwritten. Delete it and run snakemake again."
        ) from error
    with file:
        _check(path, file, schema)
        try:
            yield Store(path, file)
        except OSError as error:
            if error.filename is not None:  # It is about another file.
                raise
            raise StoreError(
                f"{path}: damaged ({first_line(error)}). Delete it and run snakemake "
                "again."
            ) from error


def write_store(
    path: str | Path,
    datasets: Mapping[str, Any],
    *,
    schema: str,
    attributes: Mapping[str, Any] | None = None,
    provenance: Mapping[str, Any] | None = None,
) -> None:
    """Write arrays to a new store, whole or not at all.

    Parameters
    ----------
    path : path
        Target; replaced if it exists.
    datasets : mapping of name to array
        Numbers of any shape, or text (arrays of str). None is left out. What is no
        array but has shape and dtype is copied by blocks of columns, or of rows
        if it says so (``by_rows``): it may be larger than memory, unless it has more
        than two axes and no such rows. Its file is the same bytes as that of the
        array.
    schema : str
        Kind of store.
    attributes : mapping
        Root attributes; anything that JSON can hold.
    provenance : mapping
        What made the store; ``stage`` collects it.
    """
    told = {"schema": f"{schema}/{SCHEMA_VERSION}", **(attributes or {})}
    with tell_full_disk(path), new_file(path) as temporary:
        refuse_no_room(path, datasets.values())
        _write_file(temporary, datasets, {**told, **(provenance or {})})
        with h5py.File(temporary, "r", locking=False) as file:
            spans = spans_of_chunks(file)
        seal(temporary, spans)


@contextmanager
def open_foreign_hdf5(path: str | Path) -> Iterator[Any]:
    """Open an HDF5 file that boldwise did not write, for reading.

    Parameters
    ----------
    path : path

    Yields
    ------
    file : h5py.File
        Without any check of what it holds.

    Raises
    ------
    DataError
        If it is damaged, or no HDF5.
    """
    try:
        with h5py.File(path, "r") as file:
            yield file
    except OSError as error:
        raise DataError(
            f"{path}: cannot be read as HDF5 ({first_line(error)}). Fetch it again."
        ) from error


def _check(path: Path, file: h5py.File, schema: str | None) -> None:
    if not file.attrs.get("complete", False):
        raise StoreError(
            f"{path}: the store was not finished (the job that wrote it was killed). "
            f"Delete it and run snakemake again."
        )
    found, _, version = str(file.attrs.get("schema", "unknown/0")).partition("/")
    if found != (schema or found):
        raise StoreError(f"{path}: holds '{found}', but '{schema}' is needed here.")
    if version != str(SCHEMA_VERSION):
        raise StoreError(
            f"{path}: written under version {version} of the '{found}' schema, this "
            f"boldwise reads version {SCHEMA_VERSION}. Delete it and run snakemake "
            "again."
        )


def _write_file(
    path: Path, datasets: Mapping[str, Any], attributes: Mapping[str, Any]
) -> None:
    with h5py.File(path, "w", libver=("earliest", "v110"), locking=False) as file:
        for name, value in attributes.items():
            _write_attribute(file, name, encode(value))
        for name, values in datasets.items():
            if values is not None:
                _write_dataset(file, name, values)
        file.attrs["complete"] = True


def _write_dataset(file: h5py.File, name: str, values: Any) -> None:
    by_rows = getattr(values, "by_rows", False)
    if not _lies_on_disk(values) and not by_rows:
        more_axes = len(getattr(values, "shape", ())) > 2
        values = np.asarray(values[..., :] if more_axes else values)
    elif 0 in values.shape:
        values = np.empty(values.shape, values.dtype)
    dtype = values.dtype
    if dtype.kind in "UO":
        width = max((len(str(v).encode()) for v in values.flat), default=1) or 1
        dtype = h5py.string_dtype("utf-8", width)
        encoded = [str(value).encode() for value in values.flat]
        values = np.array(encoded, dtype).reshape(values.shape)
    chunks = chunk_shape(values.shape, dtype.itemsize)
    options = {"dtype": dtype, "track_times": False, "fletcher32": chunks is not None}
    if chunks is None or (len(chunks) > 2 and not by_rows):
        file.create_dataset(name, data=values[()], chunks=chunks, **options)
        return
    dataset = file.create_dataset(name, values.shape, chunks=chunks, **options)
    if len(chunks) > 2:
        for start in range(0, values.shape[0], ROWS_AT_ONCE):
            rows = slice(start, start + ROWS_AT_ONCE)
            dataset[rows] = values[rows]
        return
    for start in range(0, values.shape[-1], chunks[-1]):
        columns = (..., slice(start, min(start + chunks[-1], values.shape[-1])))
        dataset[columns] = values[columns]


def _lies_on_disk(values: Any) -> bool:
    """Whether it is to be copied piece by piece: numbers in rows and columns."""
    known = hasattr(values, "shape") and hasattr(values, "dtype")
    return known and 0 < len(values.shape) <= 2 and values.dtype.kind in "biuf"


def _write_attribute(file: h5py.File, name: str, value: Any) -> None:
    if isinstance(value, str) and len(value.encode()) > LONG_BYTES:
        _write_dataset(file, f"{LONG}/{name}", np.array(value, dtype=object))
    else:
        file.attrs[name] = value


def _kind_of(dataset: h5py.Dataset) -> str:
    text = h5py.check_string_dtype(dataset.dtype) is not None
    return "text" if text else str(dataset.dtype)

"""Rows of an array, laid down block by block so that no kill loses a whole block.

A journal is one flat file: a header that tells what the rows are, then records of one
block each behind its checksum. A record counts once it is whole and on the disk; what
follows the last whole one, or a damaged one, is cut off when the journal is opened.
HDF5 would not do: a file that is killed while it grows is lost.
"""

import errno
import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from boldwise.errors import StoreError, name_some
from boldwise.io.feature_cache import VARIABLE

MAGIC = b"boldwise rows 1\n"
DIGEST = 32  # bytes
HEADER_BYTES = 2**24  # At most: a damaged length must not be believed.
EVERY_S = 1.0
UNLOCKABLE = (errno.ENOLCK, errno.ENOTSUP, errno.EINVAL)


@dataclass(frozen=True)
class Layout:
    """What a journal holds.

    Attributes
    ----------
    n_rows : int
        When it is whole.
    block : int
        Rows of a record; the last may have fewer.
    shape : tuple of int
        Of one row.
    dtype : str
        Of the numbers, for example ``"<f4"``.
    """

    n_rows: int
    block: int
    shape: tuple[int, ...]
    dtype: str

    @property
    def row_bytes(self) -> int:
        """Bytes of one row."""
        return int(np.prod(self.shape, dtype=np.int64)) * np.dtype(self.dtype).itemsize

    def rows_of(self, record: int) -> int:
        """Rows of a record."""
        return max(0, min(self.block, self.n_rows - record * self.block))


class Journal:
    """Rows of one array on the disk, in order; opened by ``open_journal``.

    Attributes
    ----------
    path : Path
    layout : Layout or None
        None before the first block.
    n_done : int
        Rows that are whole and safe.
    """

    def __init__(self, path: Path, file: BinaryIO, identity: Mapping[str, Any]) -> None:
        self.path = path
        self._file = file
        self._identity = _plain(identity)
        self._waited = time.monotonic()
        self.layout, self._start = self._read_header()
        self.n_done = self._check_records()

    @property
    def is_whole(self) -> bool:
        """Whether every row is there."""
        return self.layout is not None and self.n_done == self.layout.n_rows

    def append(self, rows: np.ndarray, *, n_rows: int, block: int) -> None:
        """Lay down the next block: no kill loses it, and no power cut those before.

        What is written survives the process; the disk is waited for once a second and
        at the end.

        Parameters
        ----------
        rows : array of shape (block, ...), or fewer at the end
        n_rows, block : int
            As in the layout; the first call sets it.

        Raises
        ------
        StoreError
            If the block is not the next one of this journal, or cannot be written.
        """
        rows = np.ascontiguousarray(rows)
        asked = Layout(n_rows, block, rows.shape[1:], rows.dtype.newbyteorder("<").str)
        with self._telling():
            if self.layout is None:
                self.layout, self._start = asked, self._write_header(asked)
        expected = asked.rows_of(self.n_done // block)
        if asked != self.layout or len(rows) != expected:
            raise StoreError(
                f"{self.path}: {len(rows)} rows of {asked} do not follow {self.n_done} "
                f"rows of {self.layout}. Delete the file and run again."
            )
        with self._telling():
            self._write(rows.astype(self.layout.dtype, copy=False))

    def restart(self) -> None:
        """Forget everything, so that the next block is the first."""
        self._file.seek(0)
        self._file.truncate()
        self.layout, self.n_done = None, 0

    def read(self, start: int, stop: int) -> np.ndarray:
        """Rows from one to another, shape (stop - start, ...).

        Parameters
        ----------
        start, stop : int
        """
        layout, parts = self._known(), []
        stop = min(stop, self.n_done)
        for record in range(start // layout.block, -(-stop // layout.block)):
            first = record * layout.block
            rows = slice(max(start - first, 0), min(stop - first, layout.block))
            self._file.seek(
                self._place(record) + DIGEST + rows.start * layout.row_bytes
            )
            raw = self._file.read((rows.stop - rows.start) * layout.row_bytes)
            flat = np.frombuffer(raw, layout.dtype)
            parts.append(flat.reshape(-1, *layout.shape))
        empty = np.empty((0, *layout.shape), layout.dtype)
        return np.concatenate(parts) if parts else empty

    def _write(self, rows: np.ndarray) -> None:
        layout, payload = self._known(), rows.data.cast("B")
        self._file.seek(self._place(self.n_done // layout.block))
        self._file.write(hashlib.sha256(payload).digest())
        self._file.write(payload)
        self._file.flush()
        self.n_done += len(rows)
        if self.is_whole or time.monotonic() - self._waited > EVERY_S:
            _to_disk(self._file)
            self._waited = time.monotonic()

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(
                f"{self.path}: cannot be written ({error.strerror}); {self.n_done:,} "
                "rows are safe. Make room or mend the disk, and run again to go on; or "
                f"begin anew on another disk ({VARIABLE})."
            ) from error

    def _known(self) -> Layout:
        if self.layout is None:
            raise StoreError(f"{self.path}: holds no rows yet. Run again to go on.")
        return self.layout

    def _place(self, record: int) -> int:
        layout = self._known()
        size = DIGEST + layout.block * layout.row_bytes
        return self._start + record * size

    def _write_header(self, layout: Layout) -> int:
        told = {"identity": self._identity, "layout": vars(layout)}
        text = json.dumps(told, sort_keys=True).encode()
        self._file.seek(0)
        self._file.truncate()
        length = len(text).to_bytes(8, "little")
        self._file.write(MAGIC + length + hashlib.sha256(text).digest() + text)
        _to_disk(self._file)
        return self._file.tell()

    def _read_header(self) -> tuple[Layout | None, int]:
        self._file.seek(0)
        lead = self._file.read(len(MAGIC) + 8 + DIGEST)
        length = int.from_bytes(lead[len(MAGIC) : -DIGEST], "little")
        text = self._file.read(min(length, HEADER_BYTES))
        whole = lead.startswith(MAGIC) and len(lead) == len(MAGIC) + 8 + DIGEST
        if not whole or hashlib.sha256(text).digest() != lead[-DIGEST:]:
            return None, 0
        told = json.loads(text)
        _refuse_other(self.path, told["identity"], self._identity)
        about = told["layout"]
        layout = Layout(**{**about, "shape": tuple(about["shape"])})
        return layout, self._file.tell()

    def _check_records(self) -> int:
        """Count the rows before the first record that is not whole; cut the rest."""
        if self.layout is None:
            return 0
        done = record = 0
        self._file.seek(self._start)
        while rows := self.layout.rows_of(record):
            digest = self._file.read(DIGEST)
            payload = self._file.read(rows * self.layout.row_bytes)
            if hashlib.sha256(payload).digest() != digest:
                break
            done, record = done + rows, record + 1
        end = self._place(record)
        if done == self.layout.n_rows:
            short = record * self.layout.block - done
            end -= short * self.layout.row_bytes
        self._file.truncate(end)
        return done


@contextmanager
def open_journal(path: str | Path, identity: Mapping[str, Any]) -> Iterator[Journal]:
    """Open a journal to read and go on, or begin it; nobody else may meanwhile.

    Parameters
    ----------
    path : path
        Made if absent. A job that finds it taken waits until the other has ended.
    identity : mapping
        What the rows are, as JSON can hold it.

    Yields
    ------
    journal : Journal

    Raises
    ------
    StoreError
        If the file holds something else, naming what differs; or if it cannot be
        made.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be opened for writing ({error.strerror}). Name a "
            f"folder of yours for unfinished and finished features as {VARIABLE}."
        ) from error
    file = os.fdopen(handle, "r+b")
    try:
        _lock(file)
        yield Journal(path, file, identity)
    finally:
        with suppress(OSError):  # What was not written by now has been told.
            file.close()


def _plain(identity: Mapping[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(identity, sort_keys=True))
    return plain


def _refuse_other(path: Path, found: Mapping[str, Any], own: Mapping[str, Any]) -> None:
    differ = [n for n in {**found, **own} if found.get(n) != own.get(n)]
    if differ:
        raise StoreError(
            f"{path}: holds rows of something else, so they are not continued: "
            f"{name_some(differ)} differ. Delete the file and run again."
        )


def _lock(file: BinaryIO) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
    except OSError as error:
        if error.errno not in UNLOCKABLE:  # Some network drives know no locks.
            raise


def _to_disk(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())

"""Seals: a hash of all that HDF5 does not check by itself, at the end of the file.

HDF5 sums up each chunk of an array and compares the sum when the chunk is read, but
trusts its own headers: a flipped bit in them may change a shape, a name or a number
without a word, or end the process. So the bytes outside of chunks are hashed. They
are few, whatever the size of the arrays, and are compared each time a store is
opened, before HDF5 sees the file; other programs read such a file as any HDF5.

A seal is: where chunks lie (pairs of start and stop), the hash, the number of pairs
and a mark. All numbers are little-endian and have 8 bytes.
"""

import hashlib
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from boldwise.errors import StoreError

MARK = b"boldwise"
HASH_BYTES = 32
TAIL_BYTES = HASH_BYTES + 8 + len(MARK)
BLOCK_BYTES = 2**20


def spans_of_chunks(file: Any) -> np.ndarray:
    """Find where the chunks lie that HDF5 checks by itself.

    Parameters
    ----------
    file : h5py.File

    Returns
    -------
    spans : array of shape (n_spans, 2)
        First byte and the one after the last; in order, neighbours joined.
    """
    found: list[tuple[int, int]] = []

    def note(chunk: Any) -> None:
        if chunk.filter_mask == 0:
            found.append((chunk.byte_offset, chunk.byte_offset + chunk.size))

    def visit(_: str, item: Any) -> None:
        if getattr(item, "fletcher32", False):
            item.id.chunk_iter(note)

    file.visititems(visit)
    spans = np.array(sorted(found), dtype="<u8").reshape(-1, 2)
    apart = spans[1:, 0] != spans[:-1, 1]
    edges = [True] * bool(len(spans))
    starts = spans[:, 0][[*edges, *apart]]
    stops = spans[:, 1][[*apart, *edges]]
    return np.stack([starts, stops], axis=1)


def seal(path: str | Path, spans: np.ndarray) -> None:
    """Add the seal to a file that is complete.

    Parameters
    ----------
    path : path
    spans : array of shape (n_spans, 2)
        From ``spans_of_chunks``.
    """
    pairs = spans.astype("<u8").tobytes()
    with Path(path).open("r+b") as file:
        size = file.seek(0, 2)
        found = _hash_outside(file, spans, size, pairs)
        file.seek(size)
        file.write(pairs + found + len(spans).to_bytes(8, "little") + MARK)


def check_seal(path: str | Path) -> None:
    """Raise unless all that is sealed is as it was written.

    Parameters
    ----------
    path : path

    Raises
    ------
    StoreError
        If there is no seal, or another byte than was written.
    """
    with Path(path).open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - TAIL_BYTES))
        tail = file.read()
        if len(tail) < TAIL_BYTES or not tail.endswith(MARK):
            raise StoreError(
                f"{path}: the store was not finished: its last bytes are no seal. The "
                "job that wrote it was killed, or the file was cut, or another program "
                "changed it. Delete it and run snakemake again."
            )
        n_spans = int.from_bytes(tail[HASH_BYTES : HASH_BYTES + 8], "little")
        end = size - TAIL_BYTES - 16 * n_spans
        if end >= 0:
            file.seek(end)
            pairs = file.read(16 * n_spans)
            spans = np.frombuffer(pairs, "<u8").reshape(-1, 2)
            if _hash_outside(file, spans, end, pairs) == tail[:HASH_BYTES]:
                return
    raise StoreError(
        f"{path}: damaged: it holds other bytes than were written to it. Delete it and "
        "run snakemake again; if this happens often, have the disk checked."
    )


def _hash_outside(file: BinaryIO, spans: np.ndarray, end: int, pairs: bytes) -> bytes:
    """Hash the bytes before ``end`` that are in no span, and where the spans are."""
    found = hashlib.sha256(pairs)
    done = 0
    for start, stop in [*spans.tolist(), (end, end)]:
        file.seek(done)
        while done < min(start, end):
            block = file.read(min(start, end, done + BLOCK_BYTES) - done)
            if not block:
                break
            found.update(block)
            done += len(block)
        done = max(done, min(stop, end))
    return found.digest()

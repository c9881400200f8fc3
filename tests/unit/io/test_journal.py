"""Blocks that were laid down whole stay, whatever happens to the rest."""

import errno
import os
import resource
import signal

import numpy as np
import pytest

from boldwise.errors import StoreError
from boldwise.io.journal import open_journal

IDENTITY = {"model": "small", "weights": "a"}
N_ROWS, BLOCK = 10, 4


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.rows"


def rows(shape=(3,), dtype="f4"):
    return np.random.default_rng(0).standard_normal((N_ROWS, *shape)).astype(dtype)


def lay_down(path, values, *, until=N_ROWS):
    """Append whole blocks from where the journal stands."""
    with open_journal(path, IDENTITY) as journal:
        first = journal.n_done
        for start in range(first, until, BLOCK):
            block = values[start : start + BLOCK]
            journal.append(block, n_rows=N_ROWS, block=BLOCK)
    return first


@pytest.mark.parametrize("shape", [(3,), (2, 3)])
@pytest.mark.parametrize("dtype", ["f4", "f2"])
def test_rows_come_back_as_they_were(path, shape, dtype):
    values = rows(shape, dtype)
    lay_down(path, values)

    with open_journal(path, IDENTITY) as journal:
        assert journal.is_whole
        np.testing.assert_array_equal(journal.read(0, N_ROWS), values)
        np.testing.assert_array_equal(journal.read(3, 9), values[3:9])
        assert journal.read(0, N_ROWS).dtype == values.dtype


def test_what_was_cut_anywhere_goes_on_after_the_last_whole_block(path):
    lay_down(path, rows())
    whole = path.read_bytes()

    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        first = lay_down(path, rows())

        assert first in (0, BLOCK, 2 * BLOCK)
        assert path.read_bytes() == whole, f"cut to {length} bytes"


def test_a_changed_byte_anywhere_is_noticed_and_mended(path):
    lay_down(path, rows())
    whole = path.read_bytes()

    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        first = lay_down(path, rows())

        assert first < N_ROWS, f"byte {place}"
        assert path.read_bytes() == whole, f"byte {place}"


def test_what_lies_behind_the_last_row_is_cut_off(path):
    lay_down(path, rows())
    whole = path.read_bytes()
    path.write_bytes(whole + b"more")

    assert lay_down(path, rows()) == N_ROWS
    assert path.read_bytes() == whole


def test_rows_of_something_else_are_not_continued(path):
    lay_down(path, rows(), until=BLOCK)
    other = {"model": "small", "weights": "b"}

    with (
        pytest.raises(StoreError, match="not continued: 'weights' differ"),
        open_journal(path, other),
    ):
        pass


@pytest.mark.parametrize(("size", "width"), [(BLOCK - 1, 3), (BLOCK, 2)])
def test_a_block_that_does_not_follow_is_refused(path, size, width):
    lay_down(path, rows(), until=BLOCK)

    with (
        open_journal(path, IDENTITY) as journal,
        pytest.raises(StoreError, match="do not follow 4 rows"),
    ):
        journal.append(np.zeros((size, width), np.float32), n_rows=N_ROWS, block=BLOCK)


def test_a_restart_forgets_everything(path):
    lay_down(path, rows())
    whole = path.read_bytes()

    with open_journal(path, IDENTITY) as journal:
        journal.restart()
        assert journal.n_done == 0

    assert lay_down(path, rows()) == 0
    assert path.read_bytes() == whole


def test_an_empty_journal_has_no_rows_to_read(path):
    with (
        open_journal(path, IDENTITY) as journal,
        pytest.raises(StoreError, match="holds no rows yet"),
    ):
        journal.read(0, 1)


@pytest.fixture
def short_files():
    """Let no file of this process grow beyond some bytes, as a full disk would."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def limit(n_bytes):
        resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, before[1]))

    yield limit
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, ignored)


@pytest.mark.parametrize("room", [100, 400, 2000])
def test_a_full_disk_is_told_and_whole_blocks_are_safe(path, short_files, room):
    values = rows((100,))
    short_files(room)

    with pytest.raises(
        StoreError, match=r"cannot be written \(File too large\); [0-9]"
    ):
        lay_down(path, values)

    short_files(10**6)
    first = lay_down(path, values)
    assert first == (BLOCK if room == 2000 else 0)
    with open_journal(path, IDENTITY) as journal:
        np.testing.assert_array_equal(journal.read(0, N_ROWS), values)


def test_a_disk_that_fails_at_the_end_is_told(path, monkeypatch):
    def fail(number):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with open_journal(path, IDENTITY) as journal:
        for start in (0, BLOCK):
            block = rows()[start : start + BLOCK]
            journal.append(block, n_rows=N_ROWS, block=BLOCK)
        monkeypatch.setattr(os, "fsync", fail)
        with pytest.raises(StoreError, match=r"No space left.*BOLDWISE_FEATURES_CACHE"):
            journal.append(rows()[2 * BLOCK :], n_rows=N_ROWS, block=BLOCK)


@pytest.mark.parametrize("place", ["taken/a.rows", "folder.rows"])
def test_a_cache_that_cannot_be_made_is_told_with_the_way_out(tmp_path, place):
    (tmp_path / "taken").write_text("a file")
    (tmp_path / "folder.rows").mkdir()

    said = r"cannot be opened for writing.*as BOLDWISE_FEATURES_CACHE"
    with (
        pytest.raises(StoreError, match=said),
        open_journal(tmp_path / place, IDENTITY),
    ):
        pytest.fail("it was opened")

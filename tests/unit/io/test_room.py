"""A disk that is too small is told before anything is written to it."""

import errno
import os
import shutil
from collections import namedtuple

import numpy as np
import pytest

from boldwise.errors import FULL, StoreError
from boldwise.io.room import refuse_no_room, tell_full_disk
from boldwise.io.stores import open_store, write_store

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def free(monkeypatch):
    """Make every disk have so many bytes free."""

    def leave(n_bytes):
        usage = Usage(10**9, 10**9 - n_bytes, n_bytes)
        monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)

    return leave


class Elsewhere:
    """An array that is not in memory."""

    shape = (10**9, 10**6)
    dtype = np.dtype("f4")


def test_what_fits_to_the_byte_is_let_through(tmp_path, free):
    free(800 + 12)

    refuse_no_room(tmp_path / "a.h5", [np.ones(100), None, np.ones(3, "f4")])


def test_one_byte_too_many_is_refused_with_both_sizes(tmp_path, free):
    free(1_599_999)

    said = r"a\.h5: takes 1\.6 MB, but its disk has 1\.6 MB free\. Make room"
    with pytest.raises(StoreError, match=said):
        refuse_no_room(tmp_path / "a.h5", [np.ones(200_000)])


def test_sizes_beyond_64_bits_are_counted(tmp_path):
    with pytest.raises(StoreError, match=r"takes 4,000,000,000\.0 MB"):
        refuse_no_room(tmp_path / "a.h5", [Elsewhere()])


def test_text_and_plain_values_take_nothing(tmp_path, free):
    free(0)

    refuse_no_room(tmp_path / "a.h5", [np.array(["a" * 1000]), "b", 3, [1, 2]])


def test_a_store_without_room_leaves_what_was_there(tmp_path, free):
    path = tmp_path / "a.h5"
    write_store(path, {"x": np.arange(3)}, schema="test")
    free(20)

    with pytest.raises(StoreError, match="but its disk has"):
        write_store(path, {"x": np.arange(5)}, schema="test")

    assert list(tmp_path.iterdir()) == [path]
    with open_store(path, schema="test") as store:
        assert store["x"][()].tolist() == [0, 1, 2]


@pytest.mark.parametrize("number", FULL, ids=errno.errorcode.get)
def test_the_word_of_the_system_becomes_a_sentence(number):
    said = r"^a\.h5: cannot be written to its end.*quota.*Make room, and run again\.$"
    with pytest.raises(StoreError, match=said), tell_full_disk("a.h5"):
        raise OSError(number, os.strerror(number))


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO])
def test_other_trouble_passes_as_it_is(number):
    with pytest.raises(OSError, match=os.strerror(number)), tell_full_disk("a.h5"):
        raise OSError(number, os.strerror(number))

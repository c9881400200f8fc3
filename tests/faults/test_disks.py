"""Disks that are full, or read-only, or damage what lies on them."""

import os
import subprocess
from contextlib import contextmanager

import pytest

from boldwise.io.seals import check_seal

pytestmark = pytest.mark.faults
STORE = "encoders/shared/words/sub-01.h5"
SCORES = "scores/shared/words/sub-01.h5"
SMALL, ENOUGH = "600k", "200m"


def mount(*words):
    """Mount, or skip: only the administrator may, and not in every container."""
    done = subprocess.run(
        ["mount", *words], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"cannot mount here: {done.stderr.strip()}")


@contextmanager
def mounted(folder, *words):
    """Mount something for the time of a test."""
    folder.mkdir(parents=True, exist_ok=True)
    mount(*words, str(folder))
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_told_and_the_same_bytes_follow_when_there_is_room(
    new, expected
):
    size = ["-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs"]
    with mounted(new.folder / "results", *size):
        text = new.snakemake(new.target, ok=False)

        assert "Make room, and run again" in text
        assert "boldwise: " in text
        assert new.visible().items() <= expected.items()
        mount("-o", f"remount,size={ENOUGH}", str(new.folder / "results"))
        new.resume(new.target)
        assert new.visible().items() <= expected.items()
        assert (new.folder / new.target).exists()


def test_a_read_only_folder_is_told_and_harms_nothing(finished, expected):
    (finished.results / SCORES).unlink()
    folder = finished.folder / "results"
    with mounted(folder, "--bind", str(folder)):
        mount("-o", "remount,bind,ro", str(folder))
        text = finished.snakemake(f"results/tiny/{SCORES}", ok=False)

    assert "results/tiny: may not be written" in text
    assert "read-only or somebody else's; mend its rights" in text
    assert "Traceback" not in text
    finished.resume(f"results/tiny/{SCORES}")
    assert finished.visible() == expected


def rot(path, change):
    """Change a file as a disk does: its date stays."""
    raw, stat = bytearray(path.read_bytes()), path.stat()
    path.write_bytes(change(raw))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def flip(place):
    """Give what flips one bit."""

    def change(raw):
        raw[place] ^= 1
        return raw

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda raw: raw[: len(raw) // 2], "its last bytes are no seal"),
        (lambda raw: raw[:-1], "its last bytes are no seal"),
        (lambda raw: b"", "its last bytes are no seal"),
        (flip(100), "it holds other bytes than were written to it"),
        (flip(-20), "it holds other bytes than were written to it"),
    ],
    ids=["half", "short", "empty", "header", "seal"],
)
def test_a_spoilt_store_is_refused_and_made_anew(finished, expected, change, told):
    rot(finished.results / STORE, change)
    (finished.results / SCORES).unlink()

    text = finished.snakemake(f"results/tiny/{SCORES}", ok=False)

    assert f"results/tiny/{STORE}: " in text
    assert told in text
    assert "Delete it and run snakemake again" in text
    (finished.results / STORE).unlink()
    finished.snakemake(f"results/tiny/{STORE}", f"results/tiny/{SCORES}")
    assert finished.visible() == expected


def test_a_flipped_bit_in_the_numbers_is_refused_when_they_are_read(finished):
    path = finished.results / STORE
    raw = path.read_bytes()
    pair = raw[-8 - 8 - 32 - 16 :][:16]  # where the first chunks lie
    rot(path, flip(int.from_bytes(pair[:8], "little")))
    (finished.results / SCORES).unlink()

    check_seal(path)  # headers are as they were
    text = finished.snakemake(f"results/tiny/{SCORES}", ok=False)

    assert f"results/tiny/{STORE}: damaged (" in text

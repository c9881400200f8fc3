"""Mirrors src/boldwise/atomic.py."""

import os
import socket
import subprocess
import sys

import pytest

from boldwise.atomic import new_file


def test_the_target_appears_whole_and_alone(tmp_path):
    with new_file(tmp_path / "deep/a.txt") as temporary:
        temporary.write_text("new")
        assert not (tmp_path / "deep/a.txt").exists()

    assert (tmp_path / "deep/a.txt").read_text() == "new"
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["a.txt"]


def test_an_error_leaves_the_old_target_and_nothing_else(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("old")

    def write_half():
        with new_file(target) as temporary:
            temporary.write_text("half")
            raise KeyError

    with pytest.raises(KeyError):
        write_half()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_the_suffix_stays_at_the_end(tmp_path):
    with new_file(tmp_path / "map.nii.gz") as temporary:
        temporary.write_text("x")

    assert temporary.name.endswith(".map.nii.gz")


def test_what_a_killed_job_left_is_removed_by_the_next(tmp_path):
    code = (
        "import os, sys\nfrom boldwise.atomic import new_file\n"
        "with new_file(sys.argv[1]) as t:\n    t.write_text('half')\n    os._exit(9)\n"
    )
    target = tmp_path / "a.txt"
    subprocess.run([sys.executable, "-c", code, target], check=False)
    assert len(list(tmp_path.iterdir())) == 1  # the temporary of the killed job

    with new_file(target) as temporary:
        temporary.write_text("whole")

    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("name", ["{host}-1-.a.txt", "elsewhere-99999999-.a.txt"])
def test_what_may_still_be_written_is_left_alone(tmp_path, name):
    other = tmp_path / f".{name.format(host=socket.gethostname())}"
    other.write_text("of a living process, or of another machine")

    with new_file(tmp_path / "a.txt") as temporary:
        temporary.write_text("x")

    assert other.exists()


def test_temporaries_of_other_targets_are_left_alone(tmp_path):
    other = tmp_path / f".{socket.gethostname()}-99999999-.b.txt"
    other.write_text("x")

    with new_file(tmp_path / "a.txt") as temporary:
        temporary.write_text("x")

    assert other.exists()
    assert str(os.getpid()) in temporary.name

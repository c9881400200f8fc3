"""Mirrors src/boldwise/jobs/traces.py."""

import os
from base64 import urlsafe_b64encode

import pytest

from boldwise.jobs.traces import Traces, has_failed, last_lines, read_traces

TOLD = """Error in rule fit:
    jobid: 3
    input: a.h5
    output: results/b.h5, results/c.h5
    log: results/logs/b.log (check log file(s) for error details)

Shutting down, this might take some time.
"""


@pytest.fixture
def notes(tmp_path):
    """Make the folder where Snakemake keeps its notes."""
    for name in ("log", "incomplete", "locks"):
        (tmp_path / ".snakemake" / name).mkdir(parents=True)
    return tmp_path / ".snakemake"


def log_of(tmp_path, text, at):
    path = tmp_path / "job.log"
    path.write_text(text)
    os.utime(path, (at, at))
    return path


def test_a_folder_without_notes_has_no_traces(tmp_path):
    assert read_traces(tmp_path) == Traces()


def test_outputs_of_jobs_that_failed_are_read_with_the_time(notes, tmp_path):
    path = notes / "log/2026-11-21.snakemake.log"
    path.write_text(TOLD)
    os.utime(path, (50, 50))

    assert read_traces(tmp_path).errors == {"results/b.h5": 50, "results/c.h5": 50}


def test_marks_of_unfinished_files_are_read_whole_or_in_folders(notes, tmp_path):
    name = urlsafe_b64encode(b"results/" + b"long/" * 60 + b"x.h5").decode()
    (notes / "incomplete" / f"@{name[:250]}").mkdir()
    (notes / f"incomplete/@{name[:250]}/{name[250:]}").touch()
    (notes / "incomplete" / urlsafe_b64encode(b"a.h5").decode()).touch()
    (notes / "incomplete/migration_underway").touch()

    found = read_traces(tmp_path).unfinished

    assert {"a.h5", "results/" + "long/" * 60 + "x.h5"} <= found
    assert len(found) <= 3


def test_a_lock_tells_that_somebody_is_at_work(notes, tmp_path):
    assert not read_traces(tmp_path).locked

    (notes / "locks/0.output.lock").touch()

    assert read_traces(tmp_path).locked


def test_a_log_with_an_error_is_of_a_job_that_failed(tmp_path):
    log = log_of(tmp_path, "2026-11-21 ERROR too few voxels\n", at=100)

    assert has_failed(["b.h5"], log, Traces())


def test_an_error_that_snakemake_told_later_counts(tmp_path):
    log = log_of(tmp_path, "2026-11-21 INFO all is well\n", at=100)

    assert has_failed(["b.h5"], log, Traces({"b.h5": 101.0}))
    assert not has_failed(["b.h5"], log, Traces({"b.h5": 99.0}))  # mended since
    assert not has_failed(["c.h5"], log, Traces({"b.h5": 101.0}))


def test_without_a_log_snakemakes_word_counts(tmp_path):
    lost = tmp_path / "no.log"

    assert has_failed(["b.h5"], lost, Traces({"b.h5": 1.0}))
    assert not has_failed(["b.h5"], lost, Traces())


def test_the_end_of_a_log_is_read_without_empty_lines(tmp_path):
    log = log_of(tmp_path, "a\n\n" + "x" * 30_000 + "\nb\n\nc  \n", at=1)

    assert last_lines(log, n_lines=2) == ["b", "c"]
    assert last_lines(tmp_path / "no.log") == []

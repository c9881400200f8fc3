"""Mirrors src/boldwise/io/failures.py."""

import pytest

from boldwise.io.failures import SILENT, Failure, read_failures

SCREEN = """\
[Sat Nov 21 21:43:16 2026]
Error in rule {rule}:
    message: None
    jobid: 36
    input: results/tiny/stimuli.h5, results/tiny/responses/sub-07.h5
    output: {output}
    log: results/logs/a.log (check log file(s) for error details)
Logfile results/logs/a.log:
================================================================================
"""
FITTED = "results/tiny/encoders/shared/words/sub-01.h5"


@pytest.fixture
def run(tmp_path):
    """Write the log of a run and of its one job; give what is read of it."""

    def read(log, *, rule="fit_encoder", output=FITTED):
        screen = tmp_path / "run.log"
        screen.write_text(SCREEN.format(rule=rule, output=output))
        if log is not None:
            (tmp_path / "results/logs").mkdir(parents=True)
            (tmp_path / "results/logs/a.log").write_text(log)
        return read_failures(screen, root=tmp_path)

    return read


def test_a_failure_has_its_rule_subject_words_and_log(run):
    log = (
        "2026-11-21 21:43:16,530 ERROR a.tsv: 3 rows. Mend it.\nin rule x, reading y\n"
    )

    assert run(log) == [
        Failure("fit_encoder", "01", "a.tsv: 3 rows. Mend it.", "results/logs/a.log")
    ]


def test_a_file_of_no_subject_or_of_several_is_about_nobody(run):
    assert run(None, output="results/a/split.h5")[0].subject == ""


def test_a_job_about_two_subjects_is_about_nobody(run):
    assert run(None, output="a/sub-01.h5, a/sub-02.h5")[0].subject == ""


@pytest.mark.parametrize("log", [None, "", "2026-11-21 21:43:16,530 INFO half done\n"])
def test_a_job_that_said_nothing_may_have_been_killed(run, log):
    assert run(log)[0].why == SILENT


def test_a_defect_is_told_by_the_last_line_of_its_traceback(run):
    log = (
        "2026-11-21 21:43:16,530 ERROR the job failed\nTraceback (most recent):\n"
        "  File 'x'\nIndexError: list index out of range\n"
    )

    assert run(log)[0].why == "IndexError: list index out of range"


def test_a_run_without_failures_or_log_has_none(tmp_path):
    (tmp_path / "a.log").write_text("Finished jobid: 3\n")

    assert read_failures(tmp_path / "a.log") == []
    assert read_failures(tmp_path / "b.log") == []

"""Mirrors src/boldwise/cli/unfinished.py."""

from boldwise.cli.unfinished import tell_failures

SCREEN = """\
Error in rule fit_encoder:
    output: results/tiny/encoders/shared/words/sub-01.h5
    log: results/logs/a.log (check log file(s) for error details)
"""


def test_a_failed_run_leaves_words_and_a_page(tmp_path, capsys):
    log, page = tmp_path / "a.log", tmp_path / "results/unfinished.html"
    log.write_text(SCREEN)

    tell_failures([log], str(page), "tiny")

    told = capsys.readouterr().err
    assert "boldwise: sub-01 is missing: it ended without a word: killed" in told
    assert f"boldwise: 1 job failed. {page} tells what to do." in told
    assert "sub-01 is missing" in page.read_text()


def test_a_run_that_failed_before_its_jobs_leaves_nothing(tmp_path, capsys):
    tell_failures(tmp_path / "absent.log", str(tmp_path / "a.html"), "tiny")
    tell_failures([], str(tmp_path / "a.html"), "tiny")

    assert capsys.readouterr().err == ""
    assert list(tmp_path.iterdir()) == []


def test_a_page_that_cannot_be_written_is_told_too(tmp_path, capsys, monkeypatch):
    def refuse(path, page):
        raise PermissionError(30, "Read-only file system", str(path))

    monkeypatch.setattr("boldwise.cli.unfinished.write_page", refuse)
    (tmp_path / "a.log").write_text(SCREEN)

    tell_failures(tmp_path / "a.log", "results/a.html", "tiny")

    assert "results/a.html: the system does not let you" in capsys.readouterr().err

"""Mirrors src/boldwise/cli/app.py."""

import subprocess
import sys

import numpy as np
import pytest
from typer.testing import CliRunner

from boldwise import __version__
from boldwise.cli.app import app, run
from boldwise.io.stores import write_store

HEAVY = ("torch", "numpy", "h5py", "sklearn", "pandas", "snakemake", "nilearn")


def call(*words):
    """Run a command; give its status and what it printed."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    return result.exit_code, result.output


def test_help_starts_without_importing_anything_heavy():
    code = (
        "import sys\nfrom boldwise.cli.app import app\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)

    assert done.stdout.decode().strip() == "[]"


def test_without_a_command_the_commands_are_listed():
    _, text = call()

    assert all(name in text for name in ("check", "show", "init", "summary", "options"))


def test_a_study_in_order_passes_the_check(study):
    status, text = call("check", "--configfile", study / "config.yaml")

    assert status == 0
    assert "no problem found" in text


def test_a_study_with_problems_fails_the_check_with_a_list(study):
    (study / "sub-01.h5").unlink()
    (study / "sub-02.h5").unlink()

    status, text = call("check", "--configfile", study / "config.yaml")

    assert status == 1
    assert text.count("\n- ") + text.startswith("- ") == 2
    assert "2 problems" in text


def test_stores_are_shown_one_after_the_other(tmp_path):
    for name in ("a.h5", "b.h5"):
        write_store(tmp_path / name, {"x": np.ones(1)}, schema="scores")

    status, text = call("show", tmp_path / "a.h5", tmp_path / "b.h5")

    assert status == 0
    assert text.count("(scores)") == 2


def test_a_new_study_tells_what_to_do_next(tmp_path):
    status, text = call("init", tmp_path / "mine")

    assert status == 0
    assert f"boldwise check --configfile {tmp_path}/mine/config.yaml" in text


def test_the_options_are_printed():
    status, text = call("options")

    assert status == 0
    assert "| `n_permutations` |" in text


def test_the_version_is_printed():
    assert call("version") == (0, f"{__version__}\n")


def test_what_is_refused_is_one_sentence_and_status_1(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["boldwise", "show", str(tmp_path / "no.h5")])

    with pytest.raises(SystemExit) as ended:
        run()

    told = capsys.readouterr().err
    assert ended.value.code == 1
    assert told.startswith(f"boldwise: {tmp_path}/no.h5: no such store.")
    assert told.count("\n") == 1


def test_one_problem_is_one_problem(study):
    (study / "sub-01.h5").unlink()

    status, text = call("check", "--configfile", study / "config.yaml")

    assert status == 1
    assert "config.yaml: 1 problem. Mend" in text


def test_what_can_be_shown_is_shown_before_what_cannot(tmp_path, monkeypatch, capsys):
    write_store(tmp_path / "a.h5", {"x": np.ones(1)}, schema="scores")
    words = ["boldwise", "show", str(tmp_path / "a.h5"), str(tmp_path / "b.h5")]
    monkeypatch.setattr(sys, "argv", words)

    with pytest.raises(SystemExit):
        run()

    told = capsys.readouterr()
    assert "a.h5 (scores)" in told.out
    assert "b.h5: no such store" in told.err


def test_a_study_is_not_begun_over_another(tmp_path, monkeypatch, capsys):
    (tmp_path / "config.yaml").write_text("mine")
    monkeypatch.setattr(sys, "argv", ["boldwise", "init", str(tmp_path)])

    with pytest.raises(SystemExit) as ended:
        run()

    assert ended.value.code == 1
    assert "nothing was written" in capsys.readouterr().err
    assert (tmp_path / "config.yaml").read_text() == "mine"


def test_the_summary_of_a_study_that_was_not_run_says_what_to_run(
    study, monkeypatch, capsys
):
    monkeypatch.chdir(study)
    config = str(study / "config.yaml")
    monkeypatch.setattr(sys, "argv", ["boldwise", "summary", "--config", config])

    with pytest.raises(SystemExit) as ended:
        run()

    assert ended.value.code == 1
    assert "not there yet. Run snakemake to the end first" in capsys.readouterr().err


def test_pages_of_a_checkout_are_written_where_they_belong(tmp_path, monkeypatch):
    for folder in ("config", "workflow/schemas", "docs"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)

    status, text = call("options", "--write")

    written = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*")}
    assert status == 0
    assert written == {
        *("config/README.md", "workflow/schemas/config.schema.yaml"),
        "docs/outputs.md",
    }
    assert all(str(tmp_path / name) in text for name in written)

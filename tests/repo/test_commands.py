"""The two commands of the README set themselves up, or say in a sentence what lacks."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()
OLD = """#!/bin/sh
case "$1" in -V) echo "Python 3.9.2"; exit 0;; esac
exit 1
"""
BARE = """#!/bin/sh
case "$2" in *ensurepip*) exit 1;; esac
exit 0
"""


def make_environment(tmp_path, python):
    """Run the script in a copy, with some other Python; give status and message."""
    (tmp_path / "tools").mkdir()
    shutil.copy2(ROOT / "tools/make_environment.sh", tmp_path / "tools")
    done = subprocess.run(
        ["bash", tmp_path / "tools/make_environment.sh"],
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PYTHON": str(python)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


def fake(tmp_path, text):
    """Write something that stands in for Python."""
    path = tmp_path / "python"
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, r"needs Python 3\.11 or newer: apt-get install python3 python3-venv"),
        (OLD, r"needs Python 3\.11 or newer, .* is 3\.9\.2: install python3\.11"),
        (BARE, r"venv module is missing: apt-get install python3-venv"),
    ],
)
def test_a_python_that_will_not_do_is_one_sentence(tmp_path, text, message):
    python = fake(tmp_path, text) if text else tmp_path / "no-python"

    status, told = make_environment(tmp_path, python)

    assert status == 1
    assert re.search(message, told)
    assert told.count("\n") == 1
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize("target", ["demo", "lint", "quick", "workflow", "recovery"])
def test_every_target_sets_itself_up(target):
    assert re.search(rf"(?m)^{target}: .*\benv\b", MAKEFILE)


def test_make_test_runs_every_check_and_suite():
    needed = re.search(r"(?m)^test: ([^#\n]*)", MAKEFILE)[1].split()
    suites = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()}

    assert {"lint", "quick", "numbers"} <= set(needed)
    # Two suites are run by hand: SLURM changes /etc/slurm for as long as it runs, and
    # faults kills by the clock and mounts disks.
    by_hand = {"slurm", "faults"}
    assert suites - {"unit", "repo", "config", "__pycache__"} - by_hand <= set(needed)
    assert "tests/unit tests/repo" in MAKEFILE


def test_every_suite_is_run_whole_by_its_target():  # a marker may be forgotten
    for name in ("workflow", "recovery", "browser", "slurm", "faults"):
        own = re.search(rf"-m pytest tests/{name}(.*)\n", MAKEFILE)[1]
        assert re.sub(r" --timeout \d+", "", own) in ("", ' -m "not real"')


def test_continuous_integration_runs_make_test():
    script = (ROOT / ".ci/run").read_text()

    assert re.search(r"(?m)^make test\b", script)
    assert "pipefail" in script


@pytest.mark.parametrize(
    "path",
    [
        *(".ci/run", "tools/make_environment.sh", "tools/install_slurm.sh"),
        *("tools/slurm_up.sh", "tools/slurm_down.sh"),
    ],
)
def test_scripts_of_the_shell_stop_at_the_first_error(path):
    text = (ROOT / path).read_text()

    assert text.startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in text

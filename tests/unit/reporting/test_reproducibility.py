"""Versions, commits and seeds, as they are on this machine."""

import platform
import subprocess
from importlib import metadata

import numpy as np
import pytest

from boldwise.reporting.reproducibility import (
    NO_COMMIT,
    find_commit,
    find_seeds,
    find_versions,
)


@pytest.fixture
def checkout(tmp_path):
    """Make a git checkout with one commit."""

    def git(*arguments):
        done = subprocess.run(
            [
                *("git", "-C", str(tmp_path), "-c", "user.name=a"),
                *("-c", "user.email=a@b", *arguments),
            ],
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    git("init", "--quiet")
    (tmp_path / "a.txt").write_text("first")
    git("add", "a.txt")
    git("commit", "--quiet", "-m", "first")
    return tmp_path, git("rev-parse", "HEAD")


def test_versions_are_those_that_run():
    versions = find_versions()

    assert versions["Python"] == platform.python_version()
    assert versions["numpy"] == np.__version__


def test_a_package_that_is_not_installed_is_left_out(monkeypatch):
    def absent(name):
        if name == "torch":
            raise metadata.PackageNotFoundError(name)
        return "1"

    monkeypatch.setattr("boldwise.reporting.reproducibility.version", absent)

    assert "torch" not in find_versions()


def test_the_commit_is_that_of_the_checkout(checkout):
    folder, commit = checkout

    assert find_commit(folder) == commit


def test_changed_files_are_told(checkout):
    folder, commit = checkout
    (folder / "a.txt").write_text("second")

    assert find_commit(folder) == f"{commit}, with uncommitted changes"


def test_files_that_git_does_not_know_are_no_change(checkout):
    folder, commit = checkout
    (folder / "results.txt").write_text("new")

    assert find_commit(folder) == commit


def test_a_folder_below_the_checkout_will_do(checkout):
    folder, commit = checkout
    (folder / "src").mkdir()

    assert find_commit(folder / "src") == commit


def test_a_plain_folder_is_no_checkout(tmp_path):
    assert find_commit(tmp_path) == NO_COMMIT


def test_without_git_there_is_no_commit(checkout, monkeypatch):
    monkeypatch.setenv("PATH", "")

    assert find_commit(checkout[0]) == NO_COMMIT


def test_seeds_are_found_at_any_depth():
    config = {
        "seed": 3,
        "dataset": {"seed": 1, "name": "x"},
        "feature_spaces": {"a": {"seed": 0, "grid": [1, 2]}, "b": {"kind": "tfidf"}},
        "splits": {"main": {"seed": None}},
    }

    assert find_seeds(config) == {
        "seed": 3,
        "dataset.seed": 1,
        "feature_spaces.a.seed": 0,
    }

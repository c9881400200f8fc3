"""Folders are expanded as a shell would."""

from pathlib import Path

import pytest

from boldwise.io.paths import expand, fixed_folder


def test_home_and_variables_are_filled_in(monkeypatch):
    monkeypatch.setenv("STUDY", "faces")
    monkeypatch.setenv("HOME", "/home/me")

    assert expand("~/data/$STUDY") == Path("/home/me/data/faces")


def test_other_folders_stay_as_they_are():
    assert expand("../data") == Path("../data")


@pytest.mark.parametrize(
    ("pattern", "folder"),
    [("a/b/*.png", "a/b"), ("a/*/c/*.png", "a"), ("*.png", "."), ("a/b.png", "a")],
)
def test_the_fixed_folder_ends_before_the_first_wildcard(pattern, folder):
    assert fixed_folder(pattern) == folder

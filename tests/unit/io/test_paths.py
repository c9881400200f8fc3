"""Folders are expanded as a shell would."""

from pathlib import Path

from boldwise.io.paths import expand


def test_home_and_variables_are_filled_in(monkeypatch):
    monkeypatch.setenv("STUDY", "faces")
    monkeypatch.setenv("HOME", "/home/me")

    assert expand("~/data/$STUDY") == Path("/home/me/data/faces")


def test_other_folders_stay_as_they_are():
    assert expand("../data") == Path("../data")

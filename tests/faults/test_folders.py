"""Folders with names that a shell would trip over."""

from pathlib import Path

import pytest

pytestmark = pytest.mark.faults
FOLDER = 'it\'s "a" study; $(touch ran) & more'


def test_a_study_runs_in_a_folder_with_spaces_and_quotes(new, tmp_path, expected):
    study = type(new)(new.checkout, tmp_path / FOLDER, new.config)
    study.folder.mkdir()

    study.snakemake("results/tiny/features/words.h5")

    assert study.visible().items() <= expected.items()
    assert "features/words.h5" in study.visible()
    assert not list(Path(tmp_path).rglob("ran"))

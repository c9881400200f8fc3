"""Mirrors src/boldwise/cli/compare.py: two studies, one page."""

import shutil
import sys
from pathlib import Path

import pytest

from boldwise.cli.compare import write_comparison
from boldwise.errors import DataError

sys.path.insert(0, str(Path(__file__).parents[1] / "reporting"))


@pytest.fixture(scope="module")
def studies(tmp_path_factory):
    """Write one tiny study, and a copy of it."""
    from tiny_study import write_tiny_study

    folder = tmp_path_factory.mktemp("studies")
    write_tiny_study(folder / "a")
    shutil.copytree(folder / "a", folder / "b")
    return folder


def test_studies_stand_side_by_side_on_one_page(studies, tmp_path):
    path = write_comparison([studies / "a", studies / "b"], tmp_path / "c.html")

    page = path.read_text()
    assert "a beside b" in page
    assert "a: r [95 %]" in page
    assert "data:image/png;base64," in page
    assert "All options of all stores are the same." in page


def test_names_from_stores_are_escaped(studies, tmp_path):
    page = write_comparison([studies / "a", studies / "b"], tmp_path / "c.html")

    assert "V1<i>" not in page.read_text()
    assert "V1&lt;i&gt;&amp;" in page.read_text()


def test_one_study_cannot_be_compared(studies, tmp_path):
    with pytest.raises(DataError, match=r"one study cannot be compared; name two"):
        write_comparison([studies / "a", studies / "b/../a"], tmp_path / "c.html")
    assert not (tmp_path / "c.html").exists()


def test_a_folder_without_a_finished_study_is_refused(studies, tmp_path):
    with pytest.raises(DataError, match=r"holds no finished study .* Run snakemake"):
        write_comparison([studies / "a", tmp_path], tmp_path / "c.html")

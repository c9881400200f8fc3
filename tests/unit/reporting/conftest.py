"""Fixtures: a tiny study on disk, and the same read back."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for the helpers beside the tests

from tiny_study import (
    SUBJECTS,
    TinyStudy,
    tiny_config,
    write_tiny_figures,
    write_tiny_study,
)

from boldwise.io.study_results import read_study
from boldwise.reporting.study import Study


@pytest.fixture(scope="session")
def tiny(tmp_path_factory) -> TinyStudy:
    """Write every store and table of a study, and a small picture for each figure."""
    tiny = write_tiny_study(tmp_path_factory.mktemp("tiny") / "results" / "tiny")
    write_tiny_figures(tiny.root)
    return tiny


@pytest.fixture(scope="session")
def captions(tiny) -> list[Path]:
    """List a caption for each figure."""
    return tiny.files("captions/*.rst")


@pytest.fixture(scope="session")
def study(tiny, captions) -> Study:
    """Read the study as the page sees it."""
    return read_study(tiny.inputs(captions=captions), SUBJECTS)


@pytest.fixture
def config() -> dict:
    """Give a config that is checked and complete."""
    return tiny_config()

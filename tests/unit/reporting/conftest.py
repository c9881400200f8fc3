"""Fixtures: the tiny study as the page sees it."""

import pytest
from tiny_study import SUBJECTS, tiny_config

from boldwise.io.study_results import read_study
from boldwise.reporting.study import Study


@pytest.fixture(scope="session")
def study(tiny, captions) -> Study:
    """Read the study as the page sees it."""
    return read_study(tiny.inputs(captions=captions), SUBJECTS)


@pytest.fixture
def config() -> dict:
    """Give a config that is checked and complete."""
    return tiny_config()

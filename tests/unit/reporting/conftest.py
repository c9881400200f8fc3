"""Fixtures: a tiny study on disk, and one read back."""

import pytest
from tiny_study import SUBJECTS, TinyStudy, write_tiny_study

from boldwise.io.study_results import read_study
from boldwise.reporting.study import Study


@pytest.fixture(scope="session")
def tiny(tmp_path_factory) -> TinyStudy:
    return write_tiny_study(tmp_path_factory.mktemp("tiny") / "results" / "tiny")


@pytest.fixture(scope="session")
def study(tiny) -> Study:
    return read_study(tiny.inputs(), SUBJECTS)

"""Fixtures that several parts share: a tiny study on disk."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "reporting"))  # for tiny_study.py
sys.path.insert(0, str(Path(__file__).parent / "features"))  # for small_network.py
sys.path.insert(0, str(Path(__file__).parent / "encoders"))  # for planted_maps.py
sys.path.insert(0, str(Path(__file__).parent / "decoders"))  # for planted_brains.py


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    """Write every store and table of a study, and a small picture for each figure."""
    from tiny_figures import write_tiny_figures
    from tiny_study import write_tiny_study

    tiny = write_tiny_study(tmp_path_factory.mktemp("tiny") / "results" / "tiny")
    write_tiny_figures(tiny.root)
    return tiny


@pytest.fixture(scope="session")
def captions(tiny):
    """List a caption for each figure."""
    return tiny.files("captions/*.rst")

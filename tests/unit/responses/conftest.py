"""A seeded source of random numbers for all tests of responses."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for simulated_session.py


@pytest.fixture
def rng():
    return np.random.default_rng(0)

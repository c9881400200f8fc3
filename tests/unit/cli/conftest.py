"""A small study in a folder of its own."""

import h5py
import numpy as np
import pytest
from PIL import Image

from boldwise.cli.init import write_template


@pytest.fixture
def study(tmp_path):
    """Write the template's study with the files that it asks for."""
    folder = tmp_path / "study"
    write_template(folder)
    (folder / "sub-02_trials.csv").write_bytes(
        (folder / "sub-01_trials.csv").read_bytes()
    )
    (folder / "images").mkdir()
    for name in ("face-001", "face-002", "house-001"):
        Image.new("RGB", (8, 8)).save(folder / f"images/{name}.png")
    for subject in ("01", "02"):
        with h5py.File(folder / f"sub-{subject}.h5", "w") as file:
            file["betas"] = np.random.default_rng(0).normal(size=(4, 5))
    return folder

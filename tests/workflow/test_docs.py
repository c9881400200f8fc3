"""What the pages tell a reader to type works as it stands."""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from boldwise.features.records import Stimuli

pytestmark = pytest.mark.workflow
ROOT = Path(__file__).parents[2]


def blocks(page, language):
    """List the blocks of code of a page."""
    found = re.findall(
        rf"(?ms)^ *```{language}\n(.*?)^ *```", (ROOT / page).read_text()
    )
    return [textwrap.dedent(block) for block in found]


def test_the_tutorial_runs_step_by_step(finished, tmp_path):
    folder = tmp_path / "boldwise"
    shutil.copytree(finished.checkout, folder)
    for part in ("results", ".snakemake"):
        shutil.copytree(finished.folder / part, folder / part)
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(folder / "src"),
    }
    steps = [
        step for step in blocks("docs/tutorial.md", "bash") if "source" not in step
    ]
    assert len(steps) >= 7

    for step in steps:
        done = subprocess.run(
            ["bash", "-euc", step],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, step + done.stdout + done.stderr

    assert (folder / "my-study/config.yaml").is_file()
    assert (folder / "results/tiny-report.html").is_file()


def test_the_readme_shows_python_that_runs(tmp_path):
    (code,) = blocks("README.md", "python")

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=False
    )

    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode().strip() == "(50, 50)"


def test_the_example_of_a_new_feature_space_is_one():
    code, settings, _ = blocks("docs/adding-a-model.md", "python")
    names = {}
    exec(compile(code, "commas.py", "exec"), names)
    exec(compile(settings, "models.py", "exec"), names)
    stimuli = Stimuli(np.array(["a", "b"]), caption=np.array(["x, y, z", "x"]))

    options = names["Commas"](kind="commas", scale=2).model_dump(exclude={"kind"})
    space = names["count_commas"](stimuli, scale=options["scale"])

    np.testing.assert_array_equal(space.feature, [[4], [0]])
    assert space.feature.dtype == np.float32


def test_the_example_of_a_training_trains(tmp_path):
    import torch

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = torch.nn.Parameter(torch.zeros(3, 6000))

        def loss(self, batch):
            shown = batch["token"].mean(dim=1) @ self.weight
            wanted = shown[:, batch["response_column"]]
            return (wanted - batch["response"]).square().mean(), {}

    rng = np.random.default_rng(0)
    names = {
        "groups": np.arange(20),
        "tokens": rng.standard_normal((20, 4, 3)).astype("f4"),
        "responses": rng.standard_normal((20, 6000)).astype("f4"),
        "row_of_stimulus": np.arange(20),
        "MyModel": Model,
        "checkpoints": tmp_path,
    }

    code = blocks("docs/adding-a-model.md", "python")[2]
    exec(compile(code, "train.py", "exec"), names)

    assert 0 < len(names["history"]) <= 30
    assert names["model"].weight.abs().max() > 0

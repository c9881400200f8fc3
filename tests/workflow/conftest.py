"""A copy of the checkout, and a tiny study that was run from it."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = ("Snakefile", "src", "workflow", "config", "profiles", "envs", "tests/config")
UNSTABLE = {"logs", "benchmarks"}  # all else under results/ is a result


class Run:
    """One study in a folder of its own, run from one checkout."""

    def __init__(self, checkout, folder, config):
        self.checkout, self.folder, self.config = checkout, folder, config

    def snakemake(self, *words, cores=2, ok=True):
        """Run Snakemake; give all that it printed."""
        command = [sys.executable, "-m", "snakemake", "--directory", self.folder]
        command += ["--snakefile", self.checkout / "Snakefile", "--cores", cores]
        command += ["--workflow-profile", self.checkout / "profiles/default"]
        command += [*words, "--configfile", self.config]
        done = subprocess.run(
            [str(word) for word in command],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.checkout,
            env=self.environment,
        )
        assert (done.returncode == 0) == ok, done.stdout + done.stderr
        return done.stdout + done.stderr

    @property
    def environment(self):
        """Let jobs find the copy of the package first."""
        return {**os.environ, "PYTHONPATH": str(self.checkout / "src")}

    @property
    def results(self):
        """Folder of the results of the tiny study."""
        return self.folder / "results/tiny"

    def hashes(self, wanted=lambda name: True):
        """Hash every result of a wanted name."""
        paths = {
            path.relative_to(self.results): path
            for path in sorted(self.results.rglob("*"))
            if wanted(path.name) and path.is_file()
        }
        return {
            name.as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for name, path in paths.items()
            if name.parts[0] not in UNSTABLE
        }

    def copy(self, folder):
        """Copy the study, with what Snakemake remembers of it."""
        shutil.copytree(self.folder, folder, copy_function=shutil.copy2)
        return Run(self.checkout, folder, self.config)


def reasons(text):
    """Read a dry run: (rule, reason) of every job that would run."""
    found = re.findall(
        r"(?ms)^(?:local)?rule (\w+):\n(.*?)(?=^\[|^(?:local)?rule |\Z)", text
    )
    return [
        (rule, (re.findall(r"reason: (.*)", body) or [""])[0]) for rule, body in found
    ]


@pytest.fixture(scope="session")
def checkout(tmp_path_factory):
    """Copy what a checkout needs to run: tests edit the copy."""
    folder = tmp_path_factory.mktemp("checkout")
    for part in PARTS:
        source, target = ROOT / part, folder / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
            shutil.copytree(source, target, ignore=ignored)
        else:
            shutil.copy2(source, target)
    return folder


@pytest.fixture(scope="session")
def start(checkout):
    """Give what makes a study of a folder and a config."""
    return lambda folder, config: Run(checkout, folder, config)


@pytest.fixture(scope="session")
def run_in(checkout):
    """Give a maker of studies that run from the copy: folder and config."""
    return partial(Run, checkout)


@pytest.fixture(scope="session")
def finished(checkout, tmp_path_factory):
    """Run the tiny study to its end on two cores."""
    run = Run(checkout, tmp_path_factory.mktemp("run"), ROOT / "tests/config/tiny.yaml")
    run.snakemake()
    return run


@pytest.fixture
def study(finished, tmp_path):
    """Give a copy of the finished study that a test may break."""
    return finished.copy(tmp_path / "study")


@pytest.fixture
def jobs():
    """Give the reader of dry runs."""
    return reasons

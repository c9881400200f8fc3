"""A small study that ran undisturbed, and copies of it that tests may harm."""

import importlib.util
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

import psutil
import pytest

HERE = Path(__file__).parent
SPEC = importlib.util.spec_from_file_location(
    "workflow_runs", HERE.parent / "workflow/conftest.py"
)
RUNS = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(RUNS)
checkout = RUNS.checkout  # a fixture: a copy of the checkout
UNLOCK_S = 120
SECRETS = {
    "HF_TOKEN": "hf_thisIsASecretOfThisTest",
    "AWS_SECRET_ACCESS_KEY": "thisIsAnotherSecretOfThisTest",
}


class Study(RUNS.Run):
    """One study in a folder of its own, which may be harmed while it runs."""

    target = "results/tiny/scores/shared/scores.tsv"  # what most tests make anew
    secrets = SECRETS
    variables: ClassVar[dict[str, str]] = {}  # of the environment, beside the usual

    @property
    def environment(self):
        """Keep jobs from the network, and give them secrets to keep."""
        paths = [str(self.checkout / "src"), str(HERE / "offline")]
        told = {"PYTHONPATH": os.pathsep.join(paths), **SECRETS, **self.variables}
        return {**super().environment, **told, "OFFLINE_LOG": str(self.calls)}

    @property
    def calls(self):
        """File that names each attempt to reach another machine."""
        return self.folder.parent / f"{self.folder.name}-calls.txt"

    def start(self, *words):
        """Start Snakemake and leave it running."""
        command = [sys.executable, "-m", "snakemake", "--directory", self.folder]
        command += ["--snakefile", self.checkout / "Snakefile", "--cores", 2]
        command += ["--workflow-profile", self.checkout / "profiles/default"]
        command += [*words, "--configfile", self.config]
        with (self.folder / "screen.txt").open("a") as log:
            return subprocess.Popen(
                [str(word) for word in command],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.checkout,
                env=self.environment,
            )

    @property
    def screen(self):
        """All that runs in the background printed."""
        return (self.folder / "screen.txt").read_text()

    def jobs(self):
        """List the processes of jobs of this study, orphans included."""
        scripts = str(self.folder / ".snakemake/scripts/")
        found = []
        for process in psutil.process_iter(["cmdline"]):
            words = process.info["cmdline"] or []
            if any(word.startswith(scripts) for word in words[:2]):
                found.append(process)
        return found

    def kill(self, process):
        """End a process of this study at once, if it is still there."""
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)

    def wait_for_jobs(self):
        """Wait until no job of a killed Snakemake is left."""
        until = time.monotonic() + UNLOCK_S
        while self.jobs() and time.monotonic() < until:
            time.sleep(0.1)
        assert self.jobs() == []

    def forget(self, *names):
        """Remove results that lie before the target; what lies after it stays."""
        for name in names:
            shutil.rmtree(self.results / name)
        for path in (self.results / "scores/shared").glob("*/"):
            shutil.rmtree(path)
        (self.folder / self.target).unlink()

    def visible(self):
        """Hash every result that a reader could take for whole."""
        found = self.hashes(lambda name: not name.startswith("."))
        found.pop("unfinished.html", None)
        return found

    def resume(self, *words):
        """Unlock, as a killed Snakemake demands, and go on to the end."""
        self.wait_for_jobs()
        self.snakemake("--unlock")
        return self.snakemake(*words)


@pytest.fixture(scope="session")
def undisturbed(checkout, tmp_path_factory):
    """Run the study to its end in peace."""
    folder = tmp_path_factory.mktemp("undisturbed")
    study = Study(checkout, folder, HERE / "study.yaml")
    study.snakemake()
    return study


@pytest.fixture(scope="session")
def expected(undisturbed):
    """Hashes of all results of the undisturbed run."""
    found = undisturbed.visible()
    assert len(found) > 40
    assert all(Path(name).name[0] != "." for name in found)
    return found


@pytest.fixture
def new(checkout, tmp_path):
    """Give a study that has not been run."""
    (tmp_path / "study").mkdir()
    return Study(checkout, tmp_path / "study", HERE / "study.yaml")


@pytest.fixture
def finished(undisturbed, tmp_path):
    """Give a copy of the finished study that a test may harm."""
    undisturbed.copy(tmp_path / "study")
    return Study(undisturbed.checkout, tmp_path / "study", undisturbed.config)


@pytest.fixture
def rng(request):
    """Draw what is harmed and when; the seed is printed and can be given."""
    seed = int(os.environ.get("BOLDWISE_FAULTS_SEED", "20261121"))
    print(f"{request.node.name}: BOLDWISE_FAULTS_SEED={seed}")
    return random.Random(f"{seed}-{request.node.name}")

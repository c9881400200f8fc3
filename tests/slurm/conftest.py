"""A SLURM of two nodes on this machine, and studies that run through it."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PARTS = ("Snakefile", "src", "workflow", "config", "profiles", "envs", "tests/config")
PROGRAMS = ("munged", "slurmctld", "slurmd", "slurmdbd", "mariadbd")
POLL_S = 3  # The profile's 20 s would make the suite crawl.
PATIENCE_S = 1500  # The suite takes a few minutes, and many more on a busy machine.


def why_not():
    """Say why no SLURM can be brought up here; nothing if it can."""
    if os.environ.get("BOLDWISE_SLURM"):
        return ""
    if os.geteuid() != 0:
        return "only root can bring up a SLURM"
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    lost = [name for name in PROGRAMS if shutil.which(name, path=path) is None]
    if lost:
        return f"{', '.join(lost)} could not be installed (tools/install_slurm.sh)"
    if Path("/etc/slurm/slurm.conf").exists():
        return "this machine has a SLURM of its own (/etc/slurm/slurm.conf)"
    return ""


def stop(started):
    """End Snakemake as a user does, so that it cancels its jobs."""
    if started.poll() is None:
        started.send_signal(signal.SIGINT)
        try:
            started.wait(timeout=60)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


@pytest.fixture(scope="session")
def stopped():
    """Give what ends a Snakemake."""
    return stop


class Cluster:
    """What the tests ask of SLURM."""

    def ask(self, *words):
        """Give what a command of SLURM printed."""
        done = subprocess.run(
            [str(word) for word in words],
            **{"capture_output": True, "text": True, "check": True, "timeout": 30},
        )
        return done.stdout

    def jobs(self, comment, folder):
        """List the jobs of one rule in a folder as the accounting has them."""
        names = (
            "JobID",
            "State",
            "ReqMem",
            "NodeList",
            "Comment",
            "WorkDir",
        )
        text = self.ask("sacct", "-n", "-P", "-X", "-D", "-o", ",".join(names))
        rows = [
            dict(zip(names, one.split("|"), strict=True)) for one in text.splitlines()
        ]
        return [
            row
            for row in rows
            if row["Comment"].startswith(comment) and row["WorkDir"] == str(folder)
        ]

    def asks_for_gpu(self, row):
        """Tell whether a job that ended minutes ago asked for GPUs."""
        return "gres:gpu" in self.ask("scontrol", "show", "job", row["JobID"])

    def bring_back(self, node):
        """Let a node that was taken down work again; it may have come back itself."""
        subprocess.run(
            ["scontrol", "update", f"nodename={node}", "state=resume"],
            **{"capture_output": True, "check": False, "timeout": 30},
        )
        states = ("sinfo", "-h", "-N", "-n", node, "-o", "%t")
        self.wait_for("the node", lambda: "down" not in self.ask(*states))

    def wait_for(self, what, check):
        """Wait until a check gives something, and give that."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if found := check():
                return found
            time.sleep(0.5)
        raise AssertionError(f"{what}: not within {PATIENCE_S} s")


class Workflow:
    """One Snakefile in a folder of its own, run here or through SLURM."""

    def __init__(self, checkout, folder, snakefile, *words):
        self.checkout, self.folder = checkout, folder
        self.snakefile, self.words = snakefile, words

    def start(self, *words, profile="slurm"):
        """Start Snakemake with a profile of the checkout."""
        command = [sys.executable, "-m", "snakemake", "--directory", self.folder]
        command += ["--snakefile", self.snakefile, *words, *self.words]
        command += ["--workflow-profile", self.checkout / "profiles" / profile]
        if profile != "default":
            command += ["--slurm-init-seconds-before-status-checks", POLL_S]
            command += ["--latency-wait", 20]
        self.folder.mkdir(parents=True, exist_ok=True)
        log = (self.folder / "snakemake.log").open("w")
        with log:
            return subprocess.Popen(
                [str(word) for word in command],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.checkout,
                env={**os.environ, "PYTHONPATH": str(self.checkout / "src")},
            )

    def end(self, started, *, ok=True):
        """Wait for Snakemake; give all that it printed."""
        try:
            status = started.wait(timeout=PATIENCE_S)
        finally:
            stop(started)
        text = (self.folder / "snakemake.log").read_text()
        assert (status == 0) == ok, text
        return text

    def run(self, *words, profile="slurm", ok=True):
        """Run Snakemake to its end; give all that it printed."""
        return self.end(self.start(*words, profile=profile), ok=ok)

    def hashes(self):
        """Hash every store."""
        return {
            path.relative_to(self.folder).as_posix(): hashlib.sha256(
                path.read_bytes()
            ).hexdigest()
            for path in sorted(self.folder.glob("results/**/*.h5"))
        }


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    """Bring up SLURM with accounting, and take it down in the end."""
    if reason := why_not():
        pytest.skip(reason)
    if os.environ.get("BOLDWISE_SLURM"):  # One that is up already.
        yield Cluster()
        return
    folder = tmp_path_factory.mktemp("slurm")
    subprocess.run([ROOT / "tools/slurm_up.sh", folder], check=True, timeout=180)
    yield Cluster()
    subprocess.run([ROOT / "tools/slurm_down.sh", folder], check=True, timeout=120)


@pytest.fixture(scope="session")
def checkout(tmp_path_factory):
    """Copy what a checkout needs to run: others may edit the original."""
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
def study_in(checkout):
    """Give a maker of tiny studies, each in a folder."""
    config = ROOT / "tests/config/tiny.yaml"

    def make(folder, *, config=config):
        return Workflow(
            checkout, folder, checkout / "Snakefile", "--configfile", config
        )

    return make


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """Take some models of the tiny study: each job costs a cluster several seconds."""
    config = yaml.safe_load((ROOT / "tests/config/tiny.yaml").read_text())
    models = ["gabor", "words"]
    for part, kept in {
        "feature_spaces": [*models, "clip-text"],
        "encoders": models,
    }.items():
        config[part] = {name: config[part][name] for name in kept}
    path = tmp_path_factory.mktemp("config") / "small.yaml"
    path.write_text(yaml.safe_dump(config))
    return path


@pytest.fixture(scope="session")
def studies(cluster, study_in, small, tmp_path_factory):
    """Fit all models of a small study twice: here, and through SLURM."""
    folder, targets = tmp_path_factory.mktemp("studies"), ("encoders", "decoders")
    here, there = (study_in(folder / one, config=small) for one in ("here", "there"))
    local = here.start(*targets, profile="default")
    try:
        there.text = there.run(*targets)
        here.end(local)
    finally:
        stop(local)
    return here, there


@pytest.fixture
def faulty(cluster, checkout, tmp_path):
    """Give a workflow of jobs that fail in the ways of clusters."""
    return Workflow(checkout, tmp_path / "faults", Path(__file__).parent / "faults.smk")

"""Every profile is complete, explains itself, and names only what Snakemake knows."""

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PROFILES = sorted(path.parent for path in (ROOT / "profiles").glob("*/config.yaml"))
NAMES = {path.name for path in PROFILES}
CLUSTERS = NAMES - {"default"}
NEEDED = {"keep-going", "rerun-incomplete", "show-failed-logs"}
ON_CLUSTERS = {"executor", "jobs", "retries", "latency-wait", "default-resources"}
RULES = "\n".join(path.read_text() for path in (ROOT / "workflow/rules").glob("*.smk"))
STATUS = ROOT / "profiles/generic/status.sh"


def text_of(name):
    """Read a profile as it stands."""
    return (ROOT / "profiles" / name / "config.yaml").read_text()


def read(name):
    """Read what a profile sets."""
    return yaml.safe_load(text_of(name))


def installed(name):
    """Tell whether the plugin of a profile is there."""
    executor = read(name).get("executor", "local").replace("-", "_")
    return executor == "local" or find_spec(f"snakemake_executor_plugin_{executor}")


def test_there_is_a_profile_for_each_kind_of_place():
    assert {"default", "slurm", "slurm-squeue", "kubernetes", "generic"} == NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_profile_is_complete_as_none_is_merged(name):
    assert set(read(name)) >= NEEDED
    assert name == "default" or set(read(name)) >= ON_CLUSTERS


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_entry_has_its_reason(name):
    lines = text_of(name).splitlines()
    for before, line in zip(["", *lines], lines, strict=False):
        if re.match(r"[a-z]", line) and not line.startswith("default-resources"):
            near = before.startswith("#") or re.match(r"[a-z].*#", before)
            assert "#" in line or near or line.startswith("executor"), line


@pytest.mark.parametrize("name", sorted(CLUSTERS))
def test_retries_stand_in_profiles_and_never_in_rules(name):
    assert read(name)["retries"] >= 1
    assert not re.search(r"(?m)^\s+retries:", RULES)


@pytest.mark.parametrize("name", sorted(CLUSTERS))
def test_resources_that_profiles_name_are_those_that_executors_know(name):
    known = {"mem_mb", "disk_mb", "runtime", "gpu", "slurm_partition", "slurm_account"}
    used = set(re.findall(r"\{resources\.(\w+)\}", text_of(name)))

    assert set(read(name)["default-resources"]) | used <= known
    assert used <= {"mem_mb", "runtime", "gpu"}


def test_resources_that_rules_name_are_those_that_executors_know():
    found = re.findall(r"(?m)^\s+resources:\n((?:\s+\w+=.*\n)+)", RULES)
    names = {
        re.match(r"\s*(\w+)=", line)[1] for one in found for line in one.splitlines()
    }

    assert names <= {"mem_mb", "runtime", "gpu"}


@pytest.mark.parametrize("name", ["slurm", "slurm-squeue"])
def test_arrays_are_of_rules_that_exist_and_are_never_held_back(name):
    profile = read(name)
    arrays = profile["slurm-array-jobs"].split(",")

    assert all(re.search(rf"\brule {rule}:", RULES) for rule in arrays)
    assert profile["jobs"] >= 10_000
    assert profile["max-jobs-per-timespan"].startswith("10000/")


@pytest.mark.parametrize("name", ["slurm", "slurm-squeue"])
def test_the_jobs_of_an_array_ask_for_the_same(name):
    for rule in read(name)["slurm-array-jobs"].split(","):
        block = RULES[re.search(rf"\brule {rule}:", RULES).start() :][:2000]
        for what in ("mem_mb", "runtime"):
            assert "of=largest_fit" in re.search(rf"{what}=(.*)", block)[1]


def test_the_two_profiles_of_slurm_differ_in_accounting_alone():
    one, other = read("slurm"), read("slurm-squeue")

    assert {key for key in {*one, *other} if one.get(key) != other.get(key)} == {
        "slurm-status-command",
        "slurm-efficiency-report",
        "slurm-efficiency-report-path",
    }


@pytest.mark.parametrize("name", sorted(NAMES))
def test_snakemake_plans_a_study_with_every_profile(name, tmp_path):
    if not installed(name):
        pytest.skip(f"the plugin of profiles/{name} is not installed")
    command = [sys.executable, "-m", "snakemake", "--dry-run", "--quiet", "all"]
    command += ["--snakefile", ROOT / "Snakefile", "--directory", tmp_path]
    command += ["--configfile", ROOT / "tests/config/tiny.yaml"]
    command += ["--workflow-profile", ROOT / "profiles" / name]

    done = subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_option_of_a_profile_is_one_of_snakemake_or_of_its_plugin():
    told = subprocess.run(
        [sys.executable, "-m", "snakemake", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    known = set(re.findall(r"--([a-z][a-z-]+)", told.stdout))
    for name in NAMES:
        plugins = ("storage-", f"{read(name).get('executor')}-")
        own = {key for key in read(name) if not key.startswith(plugins)}
        assert own <= known, name


ANSWERS = [
    ("    job_state = R\n", None, "running"),
    ("    job_state = F\n    Exit_status = 0\n", None, "success"),
    ("    job_state = F\n    Exit_status = 271\n", None, "failed"),
    (None, "failed       0\nexit_status  0\n", "success"),
    (None, "failed       0\nexit_status  137\n", "failed"),
    (None, "failed       100 : assumedly after job\nexit_status  0\n", "failed"),
    (None, None, "running"),
]


@pytest.mark.parametrize(("pbs", "gridengine", "state"), ANSWERS)
def test_the_state_of_a_job_is_read_from_either_scheduler(
    tmp_path, pbs, gridengine, state
):
    for name, answer in (("qstat", pbs), ("qacct", gridengine)):
        text = f"cat <<'END'\n{answer}END\n" if answer else "exit 1\n"
        only = '[ "$1" = -x ] || exit 1\n' if name == "qstat" else ""
        (tmp_path / name).write_text(f"#!/bin/sh\n{only}{text}")
        (tmp_path / name).chmod(0o755)

    done = subprocess.run(
        [STATUS, "17.server"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == state


def test_a_job_of_grid_engine_that_still_runs_is_running(tmp_path):
    (tmp_path / "qstat").write_text('#!/bin/sh\n[ "$1" = -j ]\n')
    (tmp_path / "qstat").chmod(0o755)

    done = subprocess.run(
        [STATUS, "17"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == "running"

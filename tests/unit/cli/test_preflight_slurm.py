"""Mirrors src/boldwise/cli/preflight_slurm.py."""

import re
from pathlib import Path

import pytest
import yaml

from boldwise.cli.preflight_slurm import (
    ask_shell,
    asks_for_gpu,
    count_fits,
    slurm_problems,
)
from boldwise.settings.files import read_config

PROFILES = Path(__file__).parents[3] / "profiles"
SETTINGS = (
    "AccountingStorageType   = accounting_storage/slurmdbd\nMinJobAge  = 300 sec\n"
)


@pytest.fixture
def config(study):
    """Read the study's config."""
    return read_config(study / "config.yaml")


@pytest.fixture
def find(config, tmp_path):
    """Look for problems of a profile on a cluster that answers as told."""

    def look(answers=None, *, name="slurm", chosen=None, **changes):
        profile = yaml.safe_load((PROFILES / name / "config.yaml").read_text())
        told = {
            **{"sinfo": (0, "cpu*\n"), "sacct": (0, ""), "squeue": (0, "")},
            **{"scontrol": (0, SETTINGS), **(answers or {})},
        }
        return slurm_problems(
            {**profile, **changes},
            chosen or config,
            root=tmp_path,
            ask=lambda command: told[command[0]],
        )

    return look


@pytest.mark.parametrize("name", ["slurm", "slurm-squeue"])
def test_a_cluster_in_order_has_no_problems(find, name):
    assert find(name=name) == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((127, ""), "there is no SLURM here"),
        (
            (1, "x\nMunge encode failed: no socket\n"),
            r"munge does not vouch .*no socket",
        ),
        ((1, "Unable to contact controller"), r"slurmctld, does not answer \(Unable"),
        ((124, ""), r"slurmctld, does not answer \(it said nothing\)"),
    ],
)
def test_a_controller_that_cannot_be_reached_is_the_only_problem(find, answer, words):
    (problem,) = find({"sinfo": answer, "sacct": (1, "")})

    assert re.search(words, problem)


def test_no_accounting_leads_to_the_other_profile(find):
    none = {"scontrol": (0, SETTINGS.replace("slurmdbd", "none"))}

    (problem,) = find(none)

    assert "keeps no accounting" in problem
    assert "--workflow-profile profiles/slurm-squeue" in problem
    assert find(none, name="slurm-squeue") == []


def test_accounting_that_is_down_is_told(find):
    (problem,) = find({"sacct": (1, "sacct: error: Connection refused\n")})

    assert "accounting does not answer (sacct: error: Connection refused)" in problem


def test_a_queue_that_forgets_too_soon_is_told_with_the_remedy(find):
    answers = {"scontrol": (0, SETTINGS.replace("300", "30"))}

    (problem,) = find(answers, name="slurm-squeue")

    assert "squeue forgets jobs 30 s after their end" in problem
    assert "to 10 or less" in problem
    assert find(answers) == []


def test_only_living_jobs_of_this_folder_are_told(find, tmp_path):
    rows = [
        f"17|boldwise_1f|{tmp_path}",
        f"9|boldwise_1f|{tmp_path}",
        f"17|boldwise_1f|{tmp_path}",
        "18|boldwise_2f|/elsewhere",
        f"19|other|{tmp_path}",
    ]

    (problem,) = find({"squeue": (0, "\n".join(rows))})

    assert problem.startswith("2 jobs of an earlier run of this folder are alive")
    assert problem.endswith("scancel 9 17")


def test_jobs_without_a_prefix_are_not_looked_for(find, tmp_path):
    answers = {"squeue": (0, f"17|boldwise_1f|{tmp_path}")}

    assert find(answers, **{"slurm-jobname-prefix": ""}) == []


def test_an_array_that_would_never_be_sent_is_told(find, config):
    most = count_fits(config)

    (problem,) = find(jobs=most - 1)

    assert f"the study fits {most} models, and an array of which a part" in problem
    assert f"set jobs to {10 * most}" in problem
    assert find(jobs=most) == []
    assert find(jobs="unlimited") == []
    assert find(jobs=1, **{"slurm-array-jobs": ""}) == []


def test_a_cluster_without_gpus_is_told_only_where_the_config_asks(find, study):
    path = study / "config.yaml"
    raw = yaml.safe_load(path.read_text())
    asked = {"kind": "open_clip", "model": "tiny-clip", "device": "cuda"}
    path.write_text(
        yaml.safe_dump({**raw, "feature_spaces": {**raw["feature_spaces"], "c": asked}})
    )
    chosen = read_config(path)

    (problem,) = find(chosen=chosen)

    assert asks_for_gpu(chosen)
    assert "no node of this cluster offers a GPU" in problem
    assert find({"sinfo": (0, "gpu:2\n")}, chosen=chosen) == []


def test_the_shell_tells_status_and_words():
    assert ask_shell(["bash", "-c", "echo a; echo b >&2; exit 3"]) == (3, "a\nb\n")
    assert ask_shell(["no-such-program-here"])[0] == 127


def test_the_shell_is_not_waited_for_for_ever(monkeypatch):
    monkeypatch.setattr("boldwise.cli.preflight_slurm.PATIENCE_S", 0.1)

    status, text = ask_shell(["sleep", "5"])

    assert status == 124
    assert "no answer within" in text

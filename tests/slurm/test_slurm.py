"""A study through a real SLURM, and through all that SLURM does to jobs."""

from pathlib import Path

import pytest
import yaml

from boldwise.cli.preflight import preflight_problems

pytestmark = pytest.mark.slurm
ROOT = Path(__file__).parents[2]
RESPONSES = "results/tiny/responses/sub-01.h5"


def test_a_study_through_slurm_has_the_bytes_of_a_local_run(studies):
    here, there = studies

    assert len(there.hashes()) > 15
    assert there.hashes() == here.hashes()


def test_every_job_ran_once_and_none_asked_for_a_gpu(studies, cluster):
    _, there = studies
    every = cluster.jobs("rule_", there.folder)

    assert [row["State"] for row in every] == ["COMPLETED"] * len(every)
    assert len([one for one in every if one["Comment"].startswith("rule_fit_e")]) == 4
    assert not any(map(cluster.asks_for_gpu, every[-5:]))


def test_logs_lie_where_the_profile_says(studies):
    _, there = studies

    assert (there.folder / "logs/slurm").is_dir()
    assert (there.folder / "results/tiny/logs/fit_encoder").is_dir()
    assert list((there.folder / "logs/slurm").glob("*.csv"))  # the efficiency report


def test_preflight_finds_nothing_in_the_way(studies):
    _, there = studies
    config = ROOT / "tests/config/tiny.yaml"
    profile = ROOT / "profiles/slurm"

    found = preflight_problems(config, profile, root=there.folder)

    assert [one for one in found if "older than" not in one] == []


def test_a_real_job_out_of_memory_comes_back_with_more_to_the_same_bytes(
    studies, cluster
):
    _, there = studies
    before = there.hashes()

    there.run(
        *("--force", RESPONSES, "--set-resources"),
        "prepare_responses:mem_mb=200*6**(attempt-1)",
    )

    rows = cluster.jobs("rule_prepare_responses_wildcards_01", there.folder)[1:]
    assert [row["ReqMem"] for row in rows][:2] == ["200M", "1200M"]
    assert rows[0]["State"] in ("FAILED", "OUT_OF_MEMORY")
    assert rows[-1]["State"] == "COMPLETED"
    assert there.hashes() == before


def test_a_job_without_enough_memory_or_time_comes_back_with_more(faulty, cluster):
    text = faulty.run("hungry.txt", "slow.txt")

    hungry = cluster.jobs("rule_hungry", faulty.folder)
    slow = cluster.jobs("rule_slow", faulty.folder)
    assert (faulty.folder / "hungry.txt").read_text().startswith("2 ")
    assert (faulty.folder / "slow.txt").read_text().startswith("2 ")
    assert [row["ReqMem"] for row in hungry] == ["500M", "1000M"]
    assert [row["State"] for row in slow] == ["TIMEOUT", "COMPLETED"]
    assert "TIMEOUT" in text


def test_the_jobs_of_a_lost_node_go_on_at_another(faulty, cluster, stopped):
    started = faulty.start("lost.txt")
    try:
        running = ("squeue", "-h", "-t", "R", "-o", "%k|%N|%Z")
        rows = cluster.wait_for(
            "a running job",
            lambda: [
                row.split("|")
                for row in cluster.ask(*running).splitlines()
                if row.endswith(f"|{faulty.folder}")
            ],
        )
        node = rows[0][1]
        cluster.ask(
            *("scontrol", "update", f"nodename={node}", "state=down", "reason=test")
        )
        try:
            faulty.end(started)
        finally:
            cluster.bring_back(node)
    finally:
        stopped(started)

    first, second = cluster.jobs("rule_lost", faulty.folder)
    assert first["State"] == "NODE_FAIL"
    assert (second["State"], second["NodeList"] != node) == ("COMPLETED", True)
    assert (faulty.folder / "lost.txt").read_text().split()[:2] == [
        "2",
        second["NodeList"],
    ]


def test_jobs_alike_are_one_array_with_and_without_accounting(faulty):
    for profile in ("slurm", "slurm-squeue"):
        faulty.run(
            "--forceall", "arrays", "--slurm-array-jobs", "many", profile=profile
        )

        told = [(faulty.folder / f"many_{i}.txt").read_text().split() for i in range(4)]
        assert len({job for job, _ in told}) == 1
        assert {task for _, task in told} == {"1", "2", "3", "4"}


def test_a_gpu_is_asked_for_where_the_config_says_cuda(study_in, cluster, tmp_path):
    config = yaml.safe_load((ROOT / "tests/config/tiny.yaml").read_text())
    config["feature_spaces"]["clip-text"]["device"] = "cuda"
    (tmp_path / "cuda.yaml").write_text(yaml.safe_dump(config))
    study = study_in(tmp_path / "study", config=tmp_path / "cuda.yaml")

    study.start(
        "results/tiny/features/clip-text.h5",
        "results/tiny/features/words.h5",
        *("--retries", "0"),
    ).wait()  # Whether a GPU is there is another matter.

    (asked,) = cluster.jobs("rule_extract_features_wildcards_clip-text", study.folder)
    (other,) = cluster.jobs("rule_extract_features_wildcards_words", study.folder)
    assert cluster.asks_for_gpu(asked)
    assert not cluster.asks_for_gpu(other)

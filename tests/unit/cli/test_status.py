"""Mirrors src/boldwise/cli/status.py."""

import io
import json

import pytest
from rich.console import Console

from boldwise.cli.status import as_json, look_at, print_status
from boldwise.jobs.listing import Place
from boldwise.jobs.states import JobState

SNAKEFILE = """
include: "workflow/rules/first.smk"
include: "workflow/rules/second.smk"
rule all:
    input: expand("made/sub-{s}.txt", s=["01", "02", "03"])
"""
FIRST = """
rule start:
    input: "raw/{s}.txt"
    output: "started/sub-{s}.txt"
    log: "logs/start/{s}.log"
    shell: "(echo begun; cat {input}; echo; echo 'x ERROR no voxels'; test -s {input}) "
           "> {log} 2>&1 && cp {input} {output}"
"""
SECOND = """
rule make:
    input: "started/sub-{s}.txt"
    output: "made/sub-{s}.txt"
    params: n=1
    log: "logs/make/{s}.log"
    shell: "cp {input} {output}"
"""


def state(name, rule="fit", subject="01", **more):
    path = f"{rule}/sub-{subject}.h5"
    return JobState(
        rule, more.pop("stage", "encode"), subject, name, outputs=(path,), **more
    )


def printed(states, **options):
    console = Console(file=io.StringIO(), width=100, color_system=None)
    print_status(states, console=console, **options)
    return console.file.getvalue()


MIXED = [
    state("done"),
    state("stale", subject="02", kind="option", why="n 1 → 2"),
    state("stale", "score", "02", kind="follows", stage="evaluate"),
    state("failed", subject="03", log="l.log", last_lines=("INFO a", "ERROR b")),
    state("blocked", "score", "03", why="waits for fit", stage="evaluate"),
    state("missing", "page", "all", why="not made yet", stage="report"),
]


def test_counts_come_first_then_a_bar_for_each_stage_and_subject():
    lines = printed(MIXED).splitlines()

    assert lines[0] == "6 jobs: 1 done, 2 stale, 1 failed, 1 blocked, 1 missing"
    encode = next(line for line in lines if line.startswith("encode"))
    assert "1/3" in encode
    assert encode.rstrip().endswith("1 stale, 1 failed")
    assert [line.split()[0] for line in lines if line[:2] in ("01", "02", "03")] == [
        *("01", "02", "03"),
    ]


def test_a_bar_shows_every_state_that_occurs():
    many = [state("done", subject=f"{n}") for n in range(500)] + [MIXED[3]]

    bar = next(line for line in printed(many).splitlines() if line.startswith("encode"))

    assert "✗" in bar
    assert bar.count("█") == 23


def test_a_job_that_failed_shows_its_file_its_log_and_the_last_lines():
    text = printed(MIXED)

    assert "failed fit: fit/sub-03.h5\n    INFO a\n    ERROR b\n    log: l.log" in text


def test_reasons_are_told_once_for_a_rule_and_followers_are_counted():
    text = printed([*MIXED, state("stale", subject="04", kind="option", why="n 1 → 2")])

    assert "fit  2 ×  n 1 → 2" in text
    assert "1 jobs of 1 rules follow from these" in text
    assert "waits for fit" in text


def test_many_jobs_that_failed_are_counted_unless_all_are_asked_for():
    many = [state("failed", subject=f"{n:02d}") for n in range(20)]

    assert "… and 8 more failed; --all" in printed(many)
    assert "more failed" not in printed(many, every=True)


def test_programs_get_counts_and_every_job():
    found = json.loads(as_json(MIXED))

    assert found["counts"]["stale"] == 2
    assert found["stages"]["encode"] == {"done": 1, "stale": 1, "failed": 1}
    assert found["subjects"]["03"] == {"failed": 1, "blocked": 1}
    assert [one["state"] for one in found["jobs"]] == [one.state for one in MIXED]


@pytest.fixture
def study(tmp_path):
    """Run a study of three subjects: the third has nothing in its file."""
    import subprocess
    import sys

    (tmp_path / "workflow/rules").mkdir(parents=True)
    (tmp_path / "raw").mkdir()
    for name, text in {"first": FIRST, "second": SECOND}.items():
        (tmp_path / f"workflow/rules/{name}.smk").write_text(text)
    (tmp_path / "Snakefile").write_text(SNAKEFILE)
    for subject, text in {"01": "a", "02": "b", "03": ""}.items():
        (tmp_path / f"raw/{subject}.txt").write_text(text)
    command = [sys.executable, "-m", "snakemake", "--cores", "1", "--keep-going"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    return tmp_path


def test_a_real_run_is_told_as_it_is(study):
    (study / "made/sub-01.txt").unlink()
    rules = study / "workflow/rules/second.smk"
    rules.write_text(rules.read_text().replace("n=1", "n=2"))

    states = look_at(Place(study / "Snakefile", folder=study))

    found = {(one.rule, one.subject): one for one in states}
    assert {key: one.state for key, one in found.items()} == {
        ("start", "01"): "done",
        ("start", "02"): "done",
        ("start", "03"): "failed",
        ("make", "01"): "missing",
        ("make", "02"): "stale",
        ("make", "03"): "blocked",
    }
    assert found["start", "03"].last_lines[-1] == "x ERROR no voxels"
    assert (found["make", "02"].kind, found["make", "02"].why) == ("option", "1 → 2")
    assert found["start", "01"].stage == "first"
    assert states[0].stage == "first"

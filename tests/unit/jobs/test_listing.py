"""Mirrors src/boldwise/jobs/listing.py."""

import pytest

from boldwise.errors import ConfigError
from boldwise.jobs.listing import (
    Place,
    list_both,
    list_jobs,
    read_jobs,
    read_outputs,
)

DRY_RUN = """Building DAG of jobs...
Job stats:
job      count
-------  -----
fit          1

[Sat Nov 21 21:39:15 2026]
rule fit:
    input: a.h5, b.h5
    output: results/fit/sub-01.h5
    log: results/logs/fit/01.log
    jobid: 3
    benchmark: results/benchmarks/fit/01.jsonl
    reason: Missing output files: results/fit/sub-01.h5
    wildcards: subject=01, encoder=a-b
    threads: 2
    resources: tmpdir=/tmp, mem_mb=4000, mem=4 GB, gpu=1
[Sat Nov 21 21:39:15 2026]
localrule all:
    input: results/fit/sub-01.h5
    jobid: 0
    reason: Input files updated by another job: results/fit/sub-01.h5
This was a dry-run (flag -n).
"""
SUMMARY = """output_file\tdate\trule\tlog-file(s)\tstatus\tplan
a.h5\tSat Nov 21 2026\tmake\tlogs/a.log\tok\tno update
b.h5\t-\tmake\t-\tmissing\tupdate pending
"""
SNAKEFILE = """
rule all:
    input: "b.txt"
rule a:
    output: "a.txt"
    log: "a.log"
    shell: "touch {output}"
rule b:
    input: "a.txt"
    output: "b.txt"
    resources: mem_mb=300
    shell: "touch {output}"
"""


def test_a_dry_run_is_read_job_by_job():
    (job,) = read_jobs(DRY_RUN)

    assert (job.rule, job.outputs) == ("fit", ("results/fit/sub-01.h5",))
    assert job.inputs == ("a.h5", "b.h5")
    assert job.wildcards == {"subject": "01", "encoder": "a-b"}
    assert job.reason == "Missing output files: results/fit/sub-01.h5"
    assert job.log == "results/logs/fit/01.log"
    assert job.benchmark == "results/benchmarks/fit/01.jsonl"
    assert (job.threads, job.resources["gpu"]) == (2, "1")
    assert job.resources["mem_mb"] == "4000"


def test_targets_without_outputs_are_no_jobs():
    assert "all" not in {job.rule for job in read_jobs(DRY_RUN)}


def test_a_summary_is_read_file_by_file():
    made, lacking = read_outputs(SUMMARY)

    assert (made.path, made.rule, made.log, made.pending) == (
        *("a.h5", "make", "logs/a.log"),
        False,
    )
    assert (lacking.path, lacking.log, lacking.pending) == ("b.h5", "", True)


def test_what_snakemake_prints_today_can_be_read(tmp_path):
    (tmp_path / "Snakefile").write_text(SNAKEFILE)
    place = Place(tmp_path / "Snakefile", folder=tmp_path)

    outputs, jobs = list_both(place)

    assert [(one.path, one.rule) for one in outputs] == [("b.txt", "b"), ("a.txt", "a")]
    assert all(one.pending for one in outputs)
    assert {job.rule: job.inputs for job in jobs} == {"a": (), "b": ("a.txt",)}
    assert {job.rule: job.log for job in jobs} == {"a": "a.log", "b": ""}
    assert next(job for job in jobs if job.rule == "b").resources["mem_mb"] == "300"


def test_a_folder_without_a_snakefile_is_refused(tmp_path):
    with pytest.raises(
        ConfigError, match=r"Snakefile: no such file\. Run this command"
    ):
        list_jobs(Place(tmp_path / "Snakefile"))


def test_a_study_that_cannot_be_planned_says_why(tmp_path):
    text = SNAKEFILE.replace('input: "a.txt"', 'input: "no-such-file.txt"')
    (tmp_path / "Snakefile").write_text(text)

    with pytest.raises(ConfigError, match=r"cannot plan this study:\n(.*\n)*.*no-such"):
        list_jobs(Place(tmp_path / "Snakefile", folder=tmp_path), every=True)

"""Mirrors src/boldwise/jobs/states.py."""

from pathlib import Path

import pytest

from boldwise.jobs.listing import Job, Output
from boldwise.jobs.states import count_states, find_states, read_stages
from boldwise.jobs.traces import Traces

ROOT = Path(__file__).parents[3]
STAGES = {"fit": "encode", "score": "evaluate"}
MISSING, FOLLOWS = "Missing output files: x", "Input files updated by another job: x"


def states_of(pending=(), outputs=(), traces=None, folder="."):
    found = find_states(
        outputs, pending, traces or Traces(), stages=STAGES, folder=folder
    )
    return {one.outputs[0]: one for one in found}


def fit(subject, reason=MISSING, **more):
    path = f"fit/sub-{subject}.h5"
    return Job("fit", (path,), wildcards={"subject": subject}, reason=reason, **more)


def score(subject, reason=MISSING):
    inputs, path = (f"fit/sub-{subject}.h5",), f"score/sub-{subject}.h5"
    return Job("score", (path,), inputs, {"subject": subject}, reason)


def test_files_of_one_log_are_one_job_that_is_done():
    outputs = [Output(f"fit/{n}_sub-01.h5", "fit", "a.log", False) for n in "ab"]

    (found,) = states_of(outputs=outputs).values()

    assert (found.state, found.stage, found.subject) == ("done", "encode", "01")
    assert len(found.outputs) == 2


def test_files_of_all_subjects_are_about_everybody():
    outputs = [Output(f"sub-{n}.h5", "other_rule", "a.log", False) for n in "12"]

    (found,) = states_of(outputs=outputs).values()

    assert (found.subject, found.stage) == ("all", "other")


def test_what_is_there_and_would_run_is_stale_and_says_why(tmp_path):
    (tmp_path / "fit").mkdir()
    (tmp_path / "fit/sub-01.h5").touch()
    job = fit("01", "Code has changed since last execution")

    found = states_of([job], folder=tmp_path)["fit/sub-01.h5"]

    assert (found.state, found.kind) == ("stale", "code")


def test_what_was_never_made_is_missing():
    assert states_of([fit("01")])["fit/sub-01.h5"].state == "missing"


def test_a_job_that_failed_shows_the_end_of_its_log(tmp_path):
    (tmp_path / "fit.log").write_text("INFO start\nx ERROR too few voxels\n")

    found = states_of([fit("01", log="fit.log")], folder=tmp_path)["fit/sub-01.h5"]

    assert found.state == "failed"
    assert found.last_lines == ("INFO start", "x ERROR too few voxels")


def test_what_reads_of_a_job_that_failed_is_blocked_and_others_are_not(tmp_path):
    (tmp_path / "fit.log").write_text("x ERROR too few voxels\n")
    report = Job("report", ("report.html",), ("score/sub-01.h5",), reason=MISSING)
    jobs = [report, score("01"), score("02"), fit("01", log="fit.log"), fit("02")]

    found = states_of(jobs, folder=tmp_path)

    assert found["score/sub-01.h5"].state == "blocked"
    assert found["score/sub-01.h5"].why == "waits for fit"
    assert found["report.html"].state == "blocked"
    assert found["score/sub-02.h5"].state == "missing"


@pytest.mark.parametrize(
    ("locked", "state"), [(True, "running"), (False, "interrupted")]
)
def test_a_file_that_was_begun_is_running_while_snakemake_is(locked, state):
    traces = Traces(unfinished=frozenset({"fit/sub-01.h5"}), locked=locked)

    assert states_of([fit("01")], traces=traces)["fit/sub-01.h5"].state == state


def test_states_are_counted_by_whatever_is_asked():
    outputs = [Output("fit/sub-02.h5", "fit", "b.log", False)]
    found = find_states(outputs, [fit("01"), score("01")], Traces(), stages=STAGES)

    assert count_states(found, "stage") == {
        "encode": {"done": 1, "missing": 1},
        "evaluate": {"missing": 1},
    }
    assert count_states(found, "subject") == {"02": {"done": 1}, "01": {"missing": 2}}


def test_a_record_holds_plain_values():
    record = states_of([fit("01")])["fit/sub-01.h5"].as_record()

    assert record["outputs"] == ("fit/sub-01.h5",)
    assert {"rule", "stage", "subject", "state", "kind", "why", "log"} <= set(record)


def test_every_rule_of_the_workflow_has_its_stage():
    stages = read_stages(ROOT / "Snakefile")

    assert stages["fit_encoder"] == "encode"
    assert stages["write_report"] == "report"
    assert next(iter(stages.values())) == "simulate"

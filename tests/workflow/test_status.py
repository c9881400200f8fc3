"""``boldwise status`` of a real study: a job failed, one is stale, one was deleted."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

pytestmark = pytest.mark.workflow


def told(run, *words):
    """Ask ``boldwise status`` about a study, for programs."""
    command = [sys.executable, "-m", "boldwise", "status", "--json", *words]
    command += ["--directory", str(run.folder), "--configfile", str(run.config)]
    done = subprocess.run(
        command,
        cwd=run.checkout,
        env=run.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def states_of(found, **wanted):
    """List the states of the jobs that are about something."""
    return {
        one["state"]
        for one in found["jobs"]
        if all(one[name] == value for name, value in wanted.items())
    }


def test_of_a_finished_study_all_is_done(finished):
    found = told(finished)

    assert set(found["counts"]) == {"done"}
    assert {"encode", "evaluate", "report"} <= set(found["stages"])
    assert {"01", "02", "all"} == set(found["subjects"])
    benchmarks = (finished.results / "benchmarks").rglob("*.jsonl")
    assert found["counts"]["done"] == len(list(benchmarks))


def test_what_failed_what_waits_for_it_and_what_was_deleted_are_told_apart(study):
    (study.results / "maps/shared/gabor").rename(study.folder / "elsewhere")
    runs = study.results / "bids/derivatives/fmriprep/sub-02/func"
    for path in runs.glob("*_bold.nii.gz"):
        path.write_bytes(b"no scan" * 200_000)
    target = study.results / "responses/sub-02.h5"
    study.snakemake(target.relative_to(study.folder).as_posix(), ok=False)

    found = told(study)

    assert states_of(found, rule="prepare_responses", subject="01") == {"done"}
    assert states_of(found, rule="prepare_responses", subject="02") == {"failed"}
    assert states_of(found, rule="fit_encoder", subject="02") == {"blocked"}
    assert states_of(found, rule="fit_encoder", subject="01") <= {"blocked", "done"}
    # Deleted; whether it can be made now hangs on the split, which all subjects share.
    maps = states_of(found, rule="write_maps", subject="01")
    assert maps in ({"missing"}, {"blocked"})
    (failed,) = (one for one in found["jobs"] if one["state"] == "failed")
    assert "sub-02" in " ".join(failed["last_lines"])
    assert Path(study.folder, failed["log"]).is_file()


def test_a_stale_job_names_the_option_with_both_values(finished, tmp_path):
    text = Path(finished.config).read_text()
    config = tmp_path / "changed.yaml"
    config.write_text(text.replace("n_shuffles: 3", "n_shuffles: 4"))

    found = told(type(finished)(finished.checkout, finished.folder, config))

    stale = [one for one in found["jobs"] if one["state"] == "stale"]
    own = [one for one in stale if one["kind"] == "option"]
    assert Counter(one["rule"] for one in own)["shuffle_responses"] == 2
    assert {one["why"] for one in own if one["rule"] == "shuffle_responses"} == {
        "3 → 4"
    }
    assert {one["kind"] for one in stale} <= {"option", "follows"}

"""Thirty times a job or Snakemake itself is killed; the bytes are the same."""

import shutil
import signal
import time

import pytest

pytestmark = pytest.mark.faults
N_MASTERS, N_JOBS = 12, 18
LONGEST_S = 1.5  # of a job of this study, on a quiet machine


def check_what_readers_see(study, expected):
    """Every file under its own name is whole: it has its final bytes."""
    visible = study.visible()
    assert {name: expected.get(name) for name in visible} == visible


def check_the_end(study, expected):
    """Resume the study to the same bytes; nothing else is left."""
    study.resume()
    assert study.visible() == expected
    assert list(study.results.rglob(".*")) == []


def wait_for_a_job(study, process):
    """Wait until a job runs; False if Snakemake came to its end."""
    while process.poll() is None:
        if study.jobs():
            return True
        time.sleep(0.05)
    return False


def test_kills_of_snakemake_leave_whole_files_and_the_same_bytes(new, expected, rng):
    n_kills = 0
    while n_kills < N_MASTERS:
        process = new.start()
        if wait_for_a_job(new, process):
            time.sleep(rng.uniform(0, 2 * LONGEST_S))
            new.kill(process)
            n_kills += 1
        else:  # it was faster: let it make some of its results anew
            shutil.rmtree(new.results / rng.choice(["encoders", "figures", "ceilings"]))
        process.wait()
        check_what_readers_see(new, expected)
        new.wait_for_jobs()
        new.snakemake("--unlock")

    check_the_end(new, expected)


def test_kills_of_jobs_leave_whole_files_and_the_same_bytes(new, expected, rng):
    n_kills, spared = 0, set()
    while n_kills < N_JOBS:
        process = new.start()
        while n_kills < N_JOBS and wait_for_a_job(new, process):
            job = rng.choice(new.jobs() or [None])
            if job is None or job.pid in spared:
                time.sleep(0.05)
            elif rng.random() < 0.5:
                spared.add(job.pid)  # else nothing would come after the first job
            else:
                time.sleep(rng.uniform(0, LONGEST_S))
                n_kills += job.is_running()
                new.kill(job)
        if n_kills == N_JOBS:
            process.send_signal(signal.SIGINT)
        elif process.wait() == 0:
            shutil.rmtree(new.results / rng.choice(["encoders", "figures", "ceilings"]))
        process.wait()
        check_what_readers_see(new, expected)

    check_the_end(new, expected)


def test_a_killed_job_is_named_and_stops_no_other_subject(finished, expected):
    finished.forget("encoders")
    process = finished.start("--cores", "1", finished.target)
    while wait_for_a_job(finished, process):
        jobs = [one for one in finished.jobs() if "fit_encoder" in one.cmdline()[1]]
        if jobs:
            finished.kill(jobs[0])
            break
    process.wait()

    assert process.returncode == 1
    fitted = list((finished.results / "encoders").rglob("*.h5"))
    assert len(fitted) == 1
    missing = {"01", "02"} - {fitted[0].stem.removeprefix("sub-")}
    told = f"boldwise: sub-{missing.pop()} is missing: it ended without a word: killed"
    assert told in finished.screen
    check_the_end(finished, expected)
    assert not (finished.results / "unfinished.html").exists()

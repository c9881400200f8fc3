"""Two Snakemakes at once, clocks that are wrong, late files, code that changes."""

import os
import signal
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.faults
HOUR_S = 3600
LATE = '''
import os, subprocess

here = os.replace


def late(source, target, **options):
    """Rename two seconds later, as a shared disk shows it to other machines."""
    if "/results/" not in os.path.abspath(target):
        return here(source, target, **options)
    words = ["sh", "-c", 'sleep 2; mv "$0" "$1"', str(source) + "-late", str(target)]
    here(source, str(source) + "-late")
    subprocess.Popen(words, start_new_session=True)


os.replace = late
'''


def wait_for(study, process, rule):
    """Wait for a job of a rule; give its process."""
    while process.poll() is None:
        for job in study.jobs():
            if f".{rule}.py" in job.cmdline()[1]:
                return job
        time.sleep(0.05)
    raise AssertionError(study.screen)


def wait_until_it_listens(job):
    """Wait until a job has taken SIGTERM into its own hands."""
    status = Path(f"/proc/{job.pid}/status")
    heard = 0
    while not heard >> (signal.SIGTERM - 1) & 1:
        line = next(one for one in status.read_text().splitlines() if "SigCgt" in one)
        heard = int(line.split()[1], 16)


def test_a_second_snakemake_is_refused_and_the_first_goes_on(finished, expected):
    finished.forget("encoders")
    first = finished.start(finished.target)
    job = wait_for(finished, first, "fit_encoder")
    job.suspend()  # so that the first is at work however slow the second is

    text = finished.snakemake(finished.target, ok=False)
    job.resume()

    assert "Directory cannot be locked" in text
    assert "snakemake --unlock" in text or "--unlock" in text
    assert first.wait() == 0, finished.screen
    assert finished.visible() == expected


def test_a_job_whose_time_is_up_says_so_and_is_resumed(finished, expected):
    finished.forget("encoders")
    process = finished.start("--cores", "1", finished.target)
    job = wait_for(finished, process, "fit_encoder")
    wait_until_it_listens(job)

    job.send_signal(signal.SIGTERM)
    process.wait()

    assert process.returncode == 1
    assert "ended from outside (SIGTERM)" in finished.screen
    assert list(finished.results.rglob(".*")) == []
    finished.resume(finished.target)
    assert finished.visible() == expected


def test_files_from_the_future_are_told_and_change_no_byte(finished, expected):
    names = ("stimuli.h5", "splits/shared.h5", "responses/sub-02.h5")
    later = time.time() + HOUR_S
    for name in names:
        os.utime(finished.results / name, (later, later))
    finished.forget()

    text = finished.snakemake(finished.target, ok=False)
    for name in names:
        (finished.results / name).touch()
    finished.resume(finished.target)

    assert "This could indicate a clock skew" in text
    assert finished.visible() == expected


def test_files_that_show_late_are_waited_for(finished, expected, tmp_path, monkeypatch):
    (tmp_path / "late").mkdir()
    (tmp_path / "late/sitecustomize.py").write_text(LATE)
    finished.forget()
    paths = f"{finished.checkout / 'src'}:{tmp_path / 'late'}"
    monkeypatch.setattr(finished, "variables", {"PYTHONPATH": paths})

    finished.snakemake(finished.target, "--latency-wait", "60")

    assert finished.visible() == expected


@pytest.fixture
def module(checkout):
    """Give a module of the copy of the checkout; it is put back."""
    path = Path(checkout, "src/boldwise/linear/solve.py")
    before = path.read_bytes()
    yield path
    path.write_bytes(before)


def test_code_that_changes_during_a_run_is_refused_and_made_anew(
    finished, expected, module
):
    finished.forget("encoders")
    before = module.read_bytes()
    process = finished.start("--cores", "1", finished.target)
    wait_for(finished, process, "fit_encoder")
    module.write_bytes(before + b"\n# git pull brought this line\n")
    process.wait()

    assert process.returncode == 1
    assert "changed while snakemake was running" in finished.screen
    assert list((finished.results / "encoders").rglob("*.h5")) == []
    module.write_bytes(before)
    finished.resume(finished.target)
    assert finished.visible() == expected

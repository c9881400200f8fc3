"""Mirrors src/boldwise/cli/plan.py."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from boldwise.cli import plan
from boldwise.cli.plan import (
    as_json,
    compare_with_runs,
    disk_needed,
    plan_study,
    print_plan,
    take_samples,
    write_rates,
)
from boldwise.errors import DataError
from boldwise.jobs.forecast import Forecast
from boldwise.jobs.listing import Job, Place
from boldwise.jobs.rates import Sample
from boldwise.jobs.sizes import Sizes

ROOT = Path(__file__).parents[3]
TINY = Place(ROOT / "Snakefile", ROOT / "tests/config/tiny.yaml")
FOUND = [
    Forecast("fit", 2, 7200, 3600, 900, 4000, 2.5e9),
    Forecast("draw", 1, 36, 0, 100, 2000, 1e3),
]
JOBS = [
    Job(
        "simulate_stimuli",
        ("results/tiny/stimuli.h5",),
        benchmark="results/tiny/benchmarks/simulate_stimuli.jsonl",
    ),
    *(
        Job(
            "fit_encoder",
            (f"fit/sub-{n}.h5",),
            wildcards={"subject": n, "encoder": "gabor"},
            benchmark=f"results/tiny/benchmarks/fit_encoder/{n}.jsonl",
        )
        for n in ("01", "02")
    ),
]


@pytest.fixture(autouse=True)
def listed(monkeypatch):
    """Do not ask Snakemake: it is asked elsewhere."""
    monkeypatch.setattr(plan, "list_jobs", lambda place, every: JOBS)


def ran(folder):
    """Leave what a run leaves."""
    for job in JOBS:
        path = folder / job.benchmark
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"s": 2.0, "cpu_time": 1.0, "max_rss": 99.0}))
        made = folder / job.outputs[0]
        made.parent.mkdir(parents=True, exist_ok=True)
        made.write_bytes(b"x" * 1000)
    return Place(TINY.snakefile, TINY.configfile, folder)


def printed(**more):
    console = Console(file=io.StringIO(), width=140, color_system=None)
    print_plan(FOUND, Sizes(voxels=3000), console=console, **more)
    return console.file.getvalue()


def test_a_simulated_study_is_planned_whole():
    found, sizes = plan_study(TINY, {})

    assert {one.rule: one.n_jobs for one in found} == {
        "simulate_stimuli": 1,
        "fit_encoder": 2,
    }
    assert sizes.voxels == 60
    assert all(one.seconds > 0 for one in found)


def test_of_a_study_of_given_size_nothing_is_simulated():
    found, sizes = plan_study(TINY, {"subjects": 8, "stimuli": 730, "voxels": 3000})

    assert [(one.rule, one.n_jobs) for one in found] == [("fit_encoder", 8)]
    assert (sizes.subjects, sizes.stimuli, sizes.voxels) == (8, 730, 3000)


def test_more_voxels_take_longer_and_more_disk():
    size = {"stimuli": 10_000, "features": 500}
    small, _ = plan_study(TINY, {**size, "voxels": 10_000})
    large, _ = plan_study(TINY, {**size, "voxels": 1_000_000})

    assert large[0].seconds > 10 * small[0].seconds
    assert large[0].bytes > 10 * small[0].bytes


def test_the_table_ends_with_the_sum():
    lines = printed().splitlines()

    assert lines[0] == "Sizes: 3,000 voxels, 50,176 pixels"
    total = next(line for line in lines if line.startswith("total")).split()
    cells = "total 3 2.0 h 60.0 min 900 4,000 2.5 GB"
    assert total == cells.split()
    assert "2.01 core-hours, 1 GPU-hours, 2.5 GB." in printed()


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.5, "0.5 s"), (90, "90 s"), (150, "2.5 min"), (7200, "2.0 h"), (9e6, "2,500 h")],
)
def test_a_time_is_told_in_the_unit_that_suits_it(seconds, told):
    assert plan._time(seconds) == told


@pytest.mark.parametrize(
    ("n_bytes", "told"),
    [(0, "0 kB"), (54_500, "54.5 kB"), (2.87e8, "287 MB"), (7e15, "7e+03 TB")],
)
def test_a_size_is_told_in_the_unit_that_suits_it(n_bytes, told):
    assert plan._size(n_bytes) == told


def test_what_was_measured_stands_beside():
    text = printed(
        measured=[Sample("fit", Sizes(), 3600.0, 5e9), Sample("x", Sizes(), 1)]
    )

    row = next(line for line in text.splitlines() if line.startswith("fit"))
    assert row.split()[-4:] == ["60.0", "min", "5", "GB"]


def test_measured_rows_are_those_of_the_forecast_and_their_sum():
    samples = [Sample("fit:a", Sizes(), 1.0, 2.0), Sample("fit:b", Sizes(), 3.0)]

    rows = compare_with_runs(FOUND, samples)

    assert rows == [("fit", 4.0, 2.0), ("draw", 0, 0), ("total", 4.0, 2.0)]


def test_programs_get_rules_total_and_what_was_measured():
    samples = [Sample("fit", Sizes(), 1.0, 2.0)]

    found = json.loads(as_json(FOUND, Sizes(), measured=samples))

    assert found["total"]["seconds"] == 7236
    assert [one["rule"] for one in found["rules"]] == ["fit", "draw"]
    assert found["measured"][-1] == {"rule": "total", "seconds": 1.0, "bytes": 2.0}
    assert "measured" not in json.loads(as_json(FOUND, Sizes()))


def test_samples_are_those_of_a_finished_study(tmp_path):
    samples = take_samples(ran(tmp_path))

    assert [one.key for one in samples] == ["simulate_stimuli", *["fit_encoder"] * 2]


def test_a_study_that_was_not_run_cannot_be_measured(tmp_path):
    place = Place(TINY.snakefile, TINY.configfile, tmp_path)

    with pytest.raises(
        DataError, match=r"tiny: holds no benchmark of .* Run snakemake"
    ):
        take_samples(place)


def test_rates_are_written_for_later_plans(tmp_path):
    path = write_rates([ran(tmp_path)], path=tmp_path / "rates.yaml")

    text = path.read_text()
    assert text.startswith("# What jobs take")
    assert "jobs: 3" in text
    assert "fit_encoder:" in text
    assert "default:" in text


def test_the_disk_that_a_study_needs_is_the_sum_of_its_outputs():
    found, _ = plan_study(TINY, {})

    assert disk_needed(TINY, {}) == sum(one.bytes for one in found)

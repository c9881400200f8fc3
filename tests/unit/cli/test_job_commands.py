"""Mirrors src/boldwise/cli/job_commands.py."""

import pytest
from typer.testing import CliRunner

from boldwise.cli import compare, plan, status
from boldwise.cli.app import app
from boldwise.cli.job_commands import SIZES
from boldwise.jobs.forecast import Forecast
from boldwise.jobs.sizes import Sizes
from boldwise.jobs.states import JobState


def call(*words):
    """Run a command; give what it printed."""
    result = CliRunner().invoke(app, list(words), env={"COLUMNS": "140"})
    if result.exception:
        raise result.exception
    return result.output


@pytest.fixture
def asked(monkeypatch):
    """Give what the commands ask for, in place of an answer."""
    seen = []

    def planned(place, sizes):
        seen.append((place, sizes))
        return [Forecast("fit", 1, 3600)], Sizes(voxels=5)

    def looked(place):
        seen.append(place)
        return [JobState("fit", "encode", "01", "done", outputs=("a.h5",))]

    monkeypatch.setattr(plan, "plan_study", planned)
    monkeypatch.setattr(plan, "write_rates", lambda places: seen.append(places))
    monkeypatch.setattr(status, "look_at", looked)
    monkeypatch.setattr(compare, "write_comparison", lambda *a: seen.append(a) or a[1])
    return seen


def test_every_size_is_an_option_of_plan_and_reaches_it(asked):
    words = [word for n, name in enumerate(SIZES) for word in (f"--{name}", f"{n + 1}")]

    text = call("plan", *words)

    assert asked[0][1] == {name: n + 1 for n, name in enumerate(SIZES)}
    assert "total" in text
    assert set(plan.GIVEN) | {"features"} == set(SIZES)


def test_without_sizes_those_of_the_config_are_taken(asked):
    assert '"seconds": 3600' in call("plan", "--config", "c.yaml", "--json")

    place, sizes = asked[0]
    assert str(place.configfile) == "c.yaml"
    assert not any(sizes.values())


def test_rates_are_measured_on_the_studies_of_all_configs(asked):
    call("plan", "--calibrate", "a.yaml", "--calibrate", "b.yaml")

    assert [str(one.configfile) for one in asked[0]] == ["a.yaml", "b.yaml"]


def test_status_asks_about_the_study_in_a_folder(asked):
    text = call("status", "--directory", "here", "--profile", "profiles/slurm")

    assert (str(asked[0].folder), str(asked[0].profile)) == ("here", "profiles/slurm")
    assert "1 jobs: 1 done" in text
    assert '"done": 1' in call("status", "--json")


def test_compare_writes_the_page_that_it_is_told(asked):
    assert call("compare", "a", "b", "-o", "page.html").strip() == "page.html"
    assert [str(one) for one in asked[0][0]] == ["a", "b"]

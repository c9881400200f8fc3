"""Mirrors src/boldwise/io/clocks.py."""

from dataclasses import dataclass

import pytest

from boldwise.errors import DataError
from boldwise.io import clocks
from boldwise.io.clocks import find_clock
from boldwise.io.timing import Timing

SERIES = {"root": ".", "runs": ["a", "b"], "series": "x.txt", "tr_s": 1.5}


@dataclass
class Planned:
    """What the clock reads of a planned run."""

    run: str
    timing: Timing


def plan(monkeypatch, *times_s):
    """Let runs have these repetition times."""
    runs = [Planned(str(k), Timing(t, t / 2)) for k, t in enumerate(times_s)]
    monkeypatch.setattr(clocks, "plan_runs", lambda *a, **k: runs)
    return find_clock(None, {"root": ".", "runs": [], "bold": "", "events": ""}, "01")


def test_series_tell_their_own_time():
    assert find_clock(SERIES, None, "1").start_s == {"a": 0.75, "b": 0.75}
    assert find_clock({**SERIES, "start_time_s": 0.0}, None, "1").start_s["a"] == 0


def test_bold_is_asked_for_its_headers(monkeypatch):
    clock = plan(monkeypatch, 2.0, 2.0)

    assert (clock.tr_s, clock.start_s) == (2.0, {"0": 1.0, "1": 1.0})


def test_runs_of_two_repetition_times_are_refused(monkeypatch):
    with pytest.raises(DataError, match=r"times of \[1.5, 2.0\] s, but delays count"):
        plan(monkeypatch, 1.5, 2.0)

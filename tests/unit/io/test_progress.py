"""Progress is told now and then, and at the end."""

import io
import logging

import pytest

from boldwise.io.progress import log_progress, show_progress


@pytest.fixture
def now(monkeypatch):
    time = [0.0]
    monkeypatch.setattr("boldwise.io.progress.time.monotonic", lambda: time[0])
    return time


def test_the_log_tells_it_every_few_seconds_and_at_the_end(now, caplog):
    caplog.set_level(logging.INFO)
    tell = log_progress(logging.getLogger("boldwise"), 12_000)

    for done in range(1000, 12_001, 1000):
        now[0] += 4.0
        tell(done, (12_000 - done) / 250)

    assert caplog.messages == [
        "3,000 of 12,000 voxels, 36 s left",
        "6,000 of 12,000 voxels, 24 s left",
        "9,000 of 12,000 voxels, 12 s left",
        "12,000 of 12,000 voxels, 0 s left",
    ]


def test_a_bar_is_drawn_to_its_end(monkeypatch):
    screen = io.StringIO()
    monkeypatch.setattr("sys.stderr", screen)

    with show_progress(40) as tell:
        for done in (10, 40):
            tell(done, 0.0)

    assert "40.0/40.0" in screen.getvalue()

"""Progress is told now and then, and at the end."""

import io
import logging

import pytest

from boldwise.io.progress import (
    log_progress,
    log_training,
    show_progress,
    show_training,
)
from boldwise.training.moment import Moment


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


def moment(epoch, step, left, *, validation=float("nan")):
    return Moment(epoch, step, 2, 3, 0.5, validation, validation, left)


COURSE = [
    *(moment(0, step, 50.0 - 10 * step) for step in (1, 2, 3)),
    moment(1, 0, 15.0, validation=0.25),
    *(moment(1, step, 15.0 - 5 * step, validation=0.25) for step in (1, 2)),
    moment(2, 0, 0.0, validation=0.125),
]


def test_a_training_is_told_every_few_seconds_and_at_its_end(now, caplog):
    caplog.set_level(logging.INFO)
    tell = log_training(logging.getLogger("boldwise"))

    for one in COURSE:
        now[0] += 5.0
        tell(one)

    assert caplog.messages == [
        "0 of 2 epochs and 2 of 3 steps, loss 0.5, at most 30 s left",
        "1 of 2 epochs, loss 0.5, validation 0.25 (best 0.25), at most 15 s left",
        "1 of 2 epochs and 2 of 3 steps, loss 0.5, validation 0.25 (best 0.25), "
        "at most 5 s left",
        "2 of 2 epochs, loss 0.5, validation 0.125 (best 0.125), at most 0 s left",
    ]


@pytest.mark.parametrize("start", [0, 4])
def test_the_bar_of_a_training_counts_steps_also_of_a_resumed_one(monkeypatch, start):
    screen = io.StringIO()
    monkeypatch.setattr("sys.stderr", screen)

    with show_training() as tell:
        for one in COURSE[start:]:
            tell(one)

    assert "epoch 2 of 2" in screen.getvalue()
    assert "6/6" in screen.getvalue()
    assert "validation 0.125 (best 0.125)" in screen.getvalue()

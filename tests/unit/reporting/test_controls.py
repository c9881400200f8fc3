"""Controls are marked, and stand beside what they control."""

from dataclasses import replace

import pytest

from boldwise.reporting.blocks import Table
from boldwise.reporting.checks import run_checks
from boldwise.reporting.comparison import draw_comparison
from boldwise.reporting.controls import (
    beaten,
    beside,
    controls_of,
    mark,
    pairs_with_controls,
    with_controls,
)
from boldwise.reporting.headline import summarise
from boldwise.reporting.scores_table import ALL, Estimate
from boldwise.reporting.sections_models import comparison_section
from boldwise.reporting.shelf import Shelf

ENCODERS = {
    "a": {"control_of": None},
    "b": {},
    "control-low-level": {"control_of": None},
    "a-pixels": {"control_of": "a"},
}
CONTROLS = {"control-low-level": "", "a-pixels": "a"}


def row(a, b, low, high, roi="all"):
    middle = {"difference": str((low + high) / 2), "p": "0.02", "q": "0.03"}
    return {
        **{"roi": roi, "model_a": a, "model_b": b, "low": str(low), "high": str(high)},
        **middle,
        "n_subjects": "2",
    }


ROWS = [
    row("b", "a", 0.1, 0.2),
    row("a", "a-pixels", -0.1, 0.1),
    row("a-pixels", "a", -0.3, -0.2, roi="V1"),
]
SCORES = {
    (ALL, "all", name, metric): Estimate(value, value - 0.1, value + 0.1)
    for name, value in (("a", 0.3), ("b", 0.5), ("a-pixels", 0.6))
    for metric in ("r", "r2", "normalised_r", "share_significant")
}


@pytest.fixture
def controlled(study):
    """Give a study whose only results are those above."""
    main = replace(study.splits["main"], scores=SCORES, comparisons=ROWS, shuffled={})
    return with_controls(replace(study, splits={"main": main}), ENCODERS)


def test_controls_are_known_by_their_option_or_by_their_names():
    assert controls_of(ENCODERS) == CONTROLS


def test_each_control_follows_its_encoder_and_none_is_lost():
    models = ["a", "b", "control-low-level", "a-pixels", "a-shuffled"]
    controls = {**CONTROLS, "a-shuffled": "a"}

    ordered = beside(models, controls)

    assert ordered == ["a", "a-pixels", "a-shuffled", "b", "control-low-level"]
    assert beside(["a-pixels", "b"], CONTROLS) == ["a-pixels", "b"]
    loops = {"a": "b", "b": "a"}
    assert sorted(beside(["a", "b"], loops)) == ["a", "b"]


def test_pairs_are_those_of_an_encoder_and_its_own_control():
    found = list(pairs_with_controls(ROWS, CONTROLS))

    assert found == [(ROWS[1], False), (ROWS[2], True)]


def test_a_control_is_beaten_where_the_whole_interval_is_above_it():
    assert beaten(ROWS, CONTROLS) == {"a-pixels": True}
    assert beaten(ROWS[:2], CONTROLS) == {"a-pixels": False}
    assert beaten(ROWS[:1], CONTROLS) == {}


def test_tables_mark_controls_beside_their_encoders(controlled):
    section = comparison_section(controlled, Shelf(controlled))
    tables = {b.title: b for b in section.blocks if isinstance(b, Table)}

    names = [row[0] for row in tables["All voxels"].rows]
    assert names == ["a", "a-pixels (control)", "b"]
    against = tables["Encoders against their controls"].rows
    assert [row[:4] for row in against] == [
        ("all voxels", "a", "a-pixels", "0.000 [−0.100, 0.100]"),
        ("V1", "a", "a-pixels", "0.250 [0.200, 0.300]"),
    ]


def test_a_study_without_controls_has_no_table_of_them(study):
    section = comparison_section(study, Shelf(study))

    assert "Encoders against their controls" not in [
        block.title for block in section.blocks if isinstance(block, Table)
    ]


def test_the_check_names_controls_that_are_not_beaten(controlled):
    (check,) = [one for one in run_checks(controlled) if "their controls" in one.what]
    assert (check.holds, check.found) == ("yes", "1 of 1 controls, in some region")

    main = replace(controlled.splits["main"], comparisons=ROWS[:2])
    worse = replace(controlled, splits={"main": main})
    (check,) = [one for one in run_checks(worse) if "their controls" in one.what]
    assert check.holds == "no"
    assert check.found == "0 of 1 controls, in some region; not: a-pixels"


def test_a_control_that_wins_is_called_one(controlled):
    said = summarise(controlled, controlled.splits["main"], q=0.05)

    assert "the control “a-pixels” predicts more voxels" in said[0]


def test_the_figure_marks_controls_below_their_encoders():
    figure = draw_comparison(SCORES, {}, controls=CONTROLS)

    labels = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert labels == ["a", "a-pixels (control)", "b"]
    large = [line for line in figure.axes[0].lines if line.get_markersize() == 5]
    assert [line.get_xdata()[0] for line in large] == [0.3, 0.6, 0.5]


def test_only_controls_are_marked():
    assert [mark(name, CONTROLS) for name in ("a", "a-pixels")] == [
        "a",
        "a-pixels (control)",
    ]

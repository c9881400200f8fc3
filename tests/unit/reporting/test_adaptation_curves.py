"""Curves of adaptation show what the table tells, mode by mode."""

import numpy as np
import pytest

from boldwise.decoders.adaptation_curve import AdaptationCurve
from boldwise.decoders.adaptation_table import Adaptation
from boldwise.reporting.adaptation_curves import (
    MEASURES,
    MODES,
    draw_adaptation_curves,
)

SCORES = np.random.default_rng(0).uniform(0.3, 0.9, (2, 3, 4))


def adaptation(unit="trials"):
    curve = AdaptationCurve(
        ["scratch", "linear"],
        np.array([10.0, 50.0, 200.0]),
        unit,
        ["01", "02", "03", "04"],
        np.full((3, 4), 10),
        {"top1": SCORES, "two_way": SCORES},
    )
    transfer = {name: np.full(4, 0.45) for name in MEASURES}
    return Adaptation(curve, np.full(4, 20.0), transfer)


@pytest.fixture
def figure():
    return draw_adaptation_curves({"one": adaptation(), "two": adaptation("minutes")})


def test_each_decoder_has_a_row_and_each_measure_a_column(figure):
    assert len(figure.axes) == 2 * len(MEASURES)
    assert figure.axes[0].get_title(loc="left").startswith("one: 4 subjects")
    assert "trials" in figure.axes[0].get_xlabel()
    assert "minutes" in figure.axes[2].get_xlabel()


def test_dots_are_means_over_subjects(figure):
    drawn = list(figure.axes[0].containers)

    assert len(drawn) == 2
    for m, one in enumerate(drawn):
        line = one.lines[0]
        np.testing.assert_allclose(line.get_ydata(), SCORES[m].mean(-1))
        assert one.get_label() == list(MODES.values())[m]


def test_raw_transfer_and_chance_are_lines(figure):
    heights = {
        line.get_label(): line.get_ydata()[0]
        for line in figure.axes[0].lines
        if line.get_label() in ("raw transfer", "chance")
    }

    assert heights == {"raw transfer": pytest.approx(0.45), "chance": 0.05}


def test_the_figure_says_what_it_shows(figure):
    words = figure.get_label()

    assert "from scratch" in words
    assert "chance 5%" in words
    assert "10 to 200 minutes" in words


def test_modes_keep_their_colours_when_some_are_absent():
    both = draw_adaptation_curves({"d": adaptation()})
    one = adaptation()
    alone = Adaptation(
        AdaptationCurve(
            ["linear"],
            one.curve.budgets,
            "trials",
            one.curve.subjects,
            one.curve.n_trials,
            dict.fromkeys(MEASURES, SCORES[1:]),
        ),
        one.n_pool,
        one.transfer,
    )

    mine = draw_adaptation_curves({"d": alone}).axes[0].containers[0].lines[0]

    theirs = both.axes[0].containers[1].lines[0]
    assert mine.get_color() == theirs.get_color()

"""Encoders side by side: means, subjects, ceilings and shuffles in their places."""

import numpy as np
import pytest

from boldwise.reporting.comparison import (
    MAX_REGIONS,
    draw_comparison,
    ranges_of_shuffles,
)
from boldwise.reporting.scores_table import ALL, Estimate

TABLE = {
    (ALL, "all", "gabor", "r"): Estimate(0.1, 0.05, 0.15),
    (ALL, "all", "words", "r"): Estimate(0.4, 0.3, 0.5),
    (ALL, "all", "gabor", "noise_ceiling"): Estimate(0.49),
    ("01", "all", "words", "r"): Estimate(0.35),
    ("02", "all", "words", "r"): Estimate(0.45),
}


def points(axis):
    return [
        (line.get_xdata()[0], line.get_ydata()[0])
        for line in axis.lines
        if len(line.get_xdata()) == 1
    ]


def test_each_mean_stands_in_the_row_of_its_model():
    axis = draw_comparison(TABLE, {}).axes[0]

    assert (0.1, 0) in points(axis)
    assert (0.4, 1) in points(axis)
    assert [text.get_text() for text in axis.get_yticklabels()] == ["gabor", "words"]


def test_subjects_stand_beside_their_mean():
    found = points(draw_comparison(TABLE, {}).axes[0])

    assert {x for x, y in found if 1 < y < 1.5} == {0.35, 0.45}


def test_intervals_reach_from_low_to_high():
    axis = draw_comparison(TABLE, {}).axes[0]

    spans = [
        tuple(line.get_xdata()) for line in axis.lines if len(line.get_xdata()) == 2
    ]
    assert (0.05, 0.15) in spans
    assert (0.3, 0.5) in spans


def test_the_ceiling_is_the_root_of_the_noise_ceiling():
    axis = draw_comparison(TABLE, {}).axes[0]

    dashed = [line for line in axis.lines if line.get_linestyle() == "--"]
    assert dashed[0].get_xdata()[0] == pytest.approx(0.7)


def test_shuffles_are_bars_over_their_range():
    axis = draw_comparison(TABLE, {("words", "all"): (0.0, -0.02, 0.03)}).axes[0]

    bars = [(bar.get_x(), bar.get_width()) for bar in axis.patches]
    assert bars[1] == pytest.approx((-0.02, 0.05))
    assert np.isnan(bars[0][1])


def test_a_region_that_one_model_lacks_is_still_drawn():
    table = {**TABLE, (ALL, "V1", "words", "r"): Estimate(0.2)}

    figure = draw_comparison(table, {})

    assert figure.axes[1].get_title("left") == "V1"
    assert (0.2, 1) in points(figure.axes[1])


def test_many_regions_are_cut_to_those_that_fit():
    table = {(ALL, f"roi-{k}", "a", "r"): Estimate(0.1) for k in range(30)}

    figure = draw_comparison(table, {})

    assert sum(axis.axison for axis in figure.axes) == MAX_REGIONS


def test_the_description_names_the_best_of_each_region():
    assert "all: words 0.40" in draw_comparison(TABLE, {}).get_label()


def test_shuffles_are_averaged_over_subjects_draw_by_draw():
    draws = np.arange(101.0)
    shuffled = {"a": {"01": {"all": draws}, "02": {"all": draws + 2}}}

    ranges = ranges_of_shuffles(shuffled, individuals=["01", "02"])

    assert ranges == {("a", "all"): pytest.approx((51, 3.5, 98.5))}


def test_the_mean_subject_is_not_averaged_again():
    shuffled = {"a": {"01": {"all": np.zeros(9)}, "group": {"all": np.ones(9)}}}

    ranges = ranges_of_shuffles(shuffled, individuals=["01"])

    assert ranges["a", "all"] == (0, 0, 0)


def test_undefined_shuffles_are_left_out():
    shuffled = {
        "a": {"01": {"all": np.array([np.nan, 1, 1]), "V1": np.full(3, np.nan)}}
    }

    ranges = ranges_of_shuffles(shuffled, individuals=["01"])

    assert ranges == {("a", "all"): (1, 1, 1)}

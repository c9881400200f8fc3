"""Mirrors src/boldwise/reporting/side_by_side_figure.py."""

import math

from boldwise.reporting.compared import ComparedSplit, ComparedStudy
from boldwise.reporting.scores_table import Estimate
from boldwise.reporting.side_by_side_figure import MAX_REGIONS, draw_side_by_side


def study(name, table):
    return ComparedStudy(name, ["01"], {"main": ComparedSplit(1, 1, table)})


def test_the_ceiling_of_each_study_is_drawn_at_its_root():
    table = {("all", "V1", "m", "noise_ceiling"): Estimate(0.25)}
    other = {("all", "V1", "m", "noise_ceiling"): Estimate(0.81)}

    figure = draw_side_by_side([study("a", table), study("b", other)])

    dashed = [one for one in figure.axes[0].lines if one.get_linestyle() == "--"]
    assert [round(float(one.get_xdata()[0]), 6) for one in dashed] == [0.5, 0.9]


def test_a_score_that_is_not_known_is_not_drawn_and_breaks_nothing():
    table = {("all", "all", "m", "r"): Estimate(math.nan)}

    figure = draw_side_by_side([study("a", table), study("b", {})])

    dots = [one for one in figure.axes[0].lines if one.get_marker() == "o"]
    assert all(math.isnan(one.get_xdata()[0]) for one in dots)


def test_no_more_regions_are_drawn_than_fit():
    table = {("all", f"R{n}", "m", "r"): Estimate(0.1) for n in range(20)}

    figure = draw_side_by_side([study("a", table), study("b", table)])

    assert sum(axis.axison for axis in figure.axes) == MAX_REGIONS

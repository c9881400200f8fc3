"""Mirrors src/boldwise/reporting/side_by_side.py."""

import pytest

from boldwise.reporting.blocks import Table
from boldwise.reporting.compared import ComparedSplit, ComparedStudy, differing
from boldwise.reporting.scores_table import Estimate
from boldwise.reporting.side_by_side import build_comparison, is_control
from boldwise.reporting.side_by_side_figure import draw_side_by_side

ROW = {"subject": "all", "decoder": "d", "metric": "top1", "value": "0.5"}
ROW |= {"low": "0.4", "high": "0.6", "chance": "0.1", "p": "0.001", "n_pool": "10"}


def study(name, r, *, options=None, models=("gabor",), code=None):
    scores = {}
    for model in models:
        scores["all", "all", model, "r"] = Estimate(r, r - 0.1, r + 0.1)
        scores["all", "all", model, "noise_ceiling"] = Estimate(0.64)
        scores["all", "all", model, "share_significant"] = Estimate(0.5)
    split = ComparedSplit(
        *(40, 10),
        scores,
        [ROW] if r > 0.2 else [],
        {("gabor", "all"): (0.0, -0.01, 0.01)},
    )
    return ComparedStudy(
        name, ["01", "group"], {"main": split}, options or {}, code or {}
    )


def tables_of(section):
    return [block for block in section.blocks if isinstance(block, Table)]


def sections_of(*studies):
    return {one.anchor: one for one in build_comparison(studies)}


def test_scores_of_studies_stand_in_one_row_with_ceiling_and_shuffles():
    sections = sections_of(study("a", 0.3), study("b", 0.1))

    (table,) = tables_of(sections["encoders"])
    assert table.columns == (
        *("encoder", "a: r [95 %]", "a: shuffled", "b: r [95 %]", "b: shuffled"),
    )
    assert table.rows[0] == ("noise ceiling on r", "0.80", "–", "0.80", "–")
    assert table.rows[1] == (
        *("gabor", "0.30 [0.20, 0.40]", "−0.01 to 0.01"),
        *("0.10 [0.00, 0.20]", "−0.01 to 0.01"),
    )


def test_an_encoder_that_one_study_lacks_has_a_dash_there():
    sections = sections_of(study("a", 0.3, models=("gabor", "words")), study("b", 0.1))

    rows = tables_of(sections["encoders"])[0].rows
    assert rows[2] == ("words", "0.30 [0.20, 0.40]", "–", "–", "–")


def test_the_mean_subject_is_no_subject():
    row = tables_of(sections_of(study("a", 0.3), study("b", 0.1))["glance"])[0].rows[0]

    assert row == ("a", "1", "main", "40", "10", "1", "gabor", "50 %")


def test_decoders_stand_beside_chance_and_pool():
    (table,) = tables_of(sections_of(study("a", 0.3), study("b", 0.1))["decoders"])

    assert table.rows == [
        ("d", "found first", "50.0 % [40.0, 60.0]", "10.0 %", "10", "–", "–", "–")
    ]


def test_without_decoders_there_is_no_such_section():
    assert "decoders" not in sections_of(study("a", 0.1), study("b", 0.1))


def test_only_options_that_differ_are_listed_and_parts_of_some_by_themselves():
    options = {"splits/main: n": "5", "encoders/x: k": "1"}
    other = {"splits/main: n": "6", "splits/main: m": "2"}

    section = sections_of(
        study("a", 0.3, options=options), study("b", 0.1, options=other)
    )["options"]

    parts, differ = tables_of(section)
    assert parts.rows == [("encoders/x", "there", "–")]
    assert differ.rows == [
        ("splits/main: n", "5", "6"),
        ("splits/main: m", "not there", "2"),
    ]


def test_equal_studies_are_said_to_be_equal():
    section = sections_of(study("a", 0.3), study("b", 0.1))["options"]

    assert "are the same" in section.blocks[0].paragraphs[0]


def test_code_that_differs_is_told_by_rule():
    section = sections_of(
        study("a", 0.3, code={"fit": "1", "score": "3"}),
        study("b", 0.1, code={"fit": "2", "score": "3"}),
    )["options"]

    assert tables_of(section)[0].rows == [("fit", "1", "2")]


def test_what_differs_in_any_of_several_is_found():
    found = differing(
        [{"a": "1", "b": "2"}, {"a": "1", "b": "2"}, {"a": "1", "b": "3"}]
    )

    assert found == [("b", ("2", "2", "3"))]


@pytest.mark.parametrize("name", ["gabor-untrained", "x-pixels", "control-low-level"])
def test_controls_are_known_by_their_names(name):
    assert is_control(name)
    assert not is_control("gabor")


def test_each_study_has_its_colour_and_each_encoder_its_row():
    figure = draw_side_by_side([study("a", 0.3), study("b", 0.1)])

    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["a", "b"]
    assert [t.get_text() for t in figure.axes[0].get_yticklabels()] == ["gabor"]
    dots = [one for one in figure.axes[0].lines if one.get_marker() == "o"]
    assert [float(one.get_xdata()[0]) for one in dots] == [0.3, 0.1]
    assert dots[0].get_ydata()[0] < 0 < dots[1].get_ydata()[0]


def test_the_figure_says_in_words_what_is_highest():
    figure = draw_side_by_side([study("a", 0.3), study("b", 0.1)])

    assert "a: gabor 0.30; b: gabor 0.10" in figure.get_label()

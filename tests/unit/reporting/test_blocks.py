"""Numbers as a reader sees them, and columns that know what they hold."""

import base64
from math import inf, nan

import pytest

from boldwise.reporting.blocks import (
    NO_NUMBER,
    Table,
    data_uri,
    show_estimate,
    show_number,
    show_p,
    show_share,
)
from boldwise.reporting.scores_table import Estimate


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.456, "0.46"),
        (-0.456, "−0.46"),
        (-0.001, "0.00"),
        (12.0, "12.00"),
        (nan, NO_NUMBER),
        (inf, NO_NUMBER),
    ],
)
def test_numbers_are_rounded_with_a_true_minus(value, text):
    assert show_number(value) == text


def test_digits_can_be_chosen():
    assert show_number(0.4567, digits=3) == "0.457"


def test_an_estimate_shows_its_interval():
    assert show_estimate(Estimate(0.2, -0.1, 0.5)) == "0.20 [−0.10, 0.50]"


def test_an_estimate_without_an_interval_stands_alone():
    assert show_estimate(Estimate(0.2)) == "0.20"


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.0312, "0.031"),
        (0.001, "0.001"),
        (0.0009, "< .001"),
        (1.0, "1.000"),
        (nan, "–"),
    ],
)
def test_small_p_values_become_a_bound(p, text):
    assert show_p(p) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0.412, "41 %"), (1.0, "100 %"), (nan, "–")]
)
def test_shares_become_percentages(share, text):
    assert show_share(share) == text


@pytest.mark.parametrize(
    ("cell", "numeric"),
    [
        ("0.46", True),
        ("−0.46", True),
        ("0.20 [−0.10, 0.50]", True),
        ("31.2 % [18.4, 48.2]", True),
        ("−0.011 to 0.043", True),
        ("6.2 to 21.2 %", True),
        ("1,234", True),
        ("41 %", True),
        ("< .001", True),
        ("≥ 0.8", True),
        (NO_NUMBER, True),
        ("0 shared by the two", False),
        ("gabor", False),
        ("2 of 3 ranges", False),
        ("", False),
        ("sub-01", False),
    ],
)
def test_columns_of_numbers_are_told_from_words(cell, numeric):
    assert Table(("a",), [(cell,)]).numeric == [numeric]


def test_one_word_makes_a_column_words():
    assert Table(("a", "b"), [("1", "2"), ("x", "3")]).numeric == [False, True]


def test_an_empty_table_has_no_columns_of_numbers():
    assert Table(("a",), []).numeric == [False]


def test_long_cells_may_break_their_lines():
    table = Table(("a", "b"), [("short", "long " * 20)])

    assert table.long == [False, True]


def test_a_data_uri_holds_the_whole_file():
    uri = data_uri(b"\x00\xff<svg>", "image/png")

    head, _, body = uri.partition(",")
    assert head == "data:image/png;base64"
    assert base64.b64decode(body) == b"\x00\xff<svg>"

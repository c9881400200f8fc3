"""Mirrors src/boldwise/reporting/compared.py."""

from boldwise.reporting.compared import (
    MANY_OPTIONS,
    ComparedSplit,
    ComparedStudy,
    differences_section,
    differing,
    in_some,
    options_of_all,
)


def study(name, options, *, splits=("main",), code=None):
    found = {one: ComparedSplit(n, 1) for n, one in enumerate(splits)}
    return ComparedStudy(name, ["01"], found, options, code or {})


A = study("a", {"encoders/x: k": "1", "splits/main: n": "5"})
B = study("b", {"splits/main: n": "6", "splits/main: m": "2"})
C = study("c", {"splits/main: n": "6"})


def test_the_first_split_is_the_one_compared():
    assert study("a", {}, splits=("first", "second")).main.n_train == 0


def test_parts_that_some_studies_lack_are_listed_with_who_has_them():
    assert in_some([A, B, C]) == [("encoders/x", [True, False, False])]


def test_options_of_parts_that_all_have_are_compared_one_by_one():
    assert options_of_all([A, B, C]) == [
        ("splits/main: n", ("5", "6", "6")),
        ("splits/main: m", ("not there", "2", "not there")),
    ]


def test_equal_studies_differ_in_nothing():
    assert in_some([B, B]) == []
    assert options_of_all([B, B]) == []
    assert differing([{"x": "1"}] * 3) == []


def test_many_options_are_folded():
    many = [
        study(name, {f"splits/main: o{n}": name for n in range(MANY_OPTIONS + 1)})
        for name in "ab"
    ]

    (table,) = differences_section(many).blocks

    assert table.folded
    assert table.columns == ("option", "a", "b")
    assert len(table.rows) == MANY_OPTIONS + 1

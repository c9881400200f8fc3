"""Problems are collected until all are known, then told together."""

import pytest

from boldwise.errors import DataError, LeakageError
from boldwise.io.problems import Problems


def test_all_problems_come_in_one_error():
    problems = Problems()
    problems.add(["too long.", "too wide."], where="a.tsv")
    with problems.collect():
        raise LeakageError("it leaks.")

    with pytest.raises(DataError) as caught:
        problems.refuse()

    assert str(caught.value) == "a.tsv: too long.\na.tsv: too wide.\nit leaks."


def test_problems_of_problems_stay_one_per_line():
    inner, outer = Problems(), Problems()
    inner.add(["one.", "two."])
    with outer.collect():
        inner.refuse()

    assert outer.found == ["one.", "two."]


def test_the_same_problem_is_told_once():
    problems = Problems()
    problems.add(["no such file."] * 2)

    with pytest.raises(DataError, match=r"^no such file\.$"):
        problems.refuse()


def test_without_problems_nothing_happens():
    problems = Problems()
    with problems.collect():
        pass

    problems.refuse()


def test_other_errors_are_not_hidden():
    with pytest.raises(ZeroDivisionError), Problems().collect():
        raise ZeroDivisionError

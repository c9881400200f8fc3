"""Mirrors src/boldwise/errors.py."""

import numpy as np
import pytest

from boldwise import errors
from boldwise.errors import BoldwiseError, first_line, name_some


def test_few_names_are_all_quoted():
    assert name_some(["a", "b"]) == "'a', 'b'"


def test_of_many_names_the_first_are_quoted_and_the_rest_counted():
    assert name_some("abcdefg", at_most=2) == "'a', 'b' and 5 more"


def test_exactly_as_many_as_allowed_leave_none_to_count():
    assert name_some("ab", at_most=2) == "'a', 'b'"


def test_an_array_of_ids_is_named_without_its_type():
    assert name_some(np.array(["x", "y"])) == "'x', 'y'"


def test_nothing_is_named_by_nothing():
    assert name_some([]) == ""


@pytest.mark.parametrize(
    "name", [name for name in dir(errors) if name.endswith("Error")]
)
def test_one_except_clause_catches_all_that_is_refused(name):
    assert issubclass(getattr(errors, name), BoldwiseError)


@pytest.mark.parametrize("name", ["ShapeMismatchError", "DataError"])
def test_bad_values_are_value_errors_too(name):
    assert issubclass(getattr(errors, name), ValueError)


def test_of_a_long_error_the_first_line_is_told():
    assert first_line(OSError("cannot open\nerrno 2")) == "cannot open"


def test_an_error_that_says_nothing_is_told_by_its_type():
    assert first_line(EOFError()) == "EOFError"

"""Mirrors src/boldwise/io/compared_studies.py."""

import sys
from pathlib import Path

import numpy as np
import pytest

from boldwise.io.compared_studies import flatten, read_compared
from boldwise.io.stores import write_store

sys.path.insert(0, str(Path(__file__).parents[1] / "reporting"))


@pytest.fixture(scope="module")
def studies(tmp_path_factory):
    """Write two tiny studies, one with another encoder's options."""
    from tiny_study import write_tiny_study

    folder = tmp_path_factory.mktemp("studies")
    for name in ("one/s", "two/s"):
        write_tiny_study(folder / name)
    options = {"encoder": {"penalties": {"n": 5}, "path": "results/s/x.h5"}}
    write_store(
        folder / "two/s/encoders/main/more/sub-01.h5",
        {"alpha": np.ones(2)},
        schema="encoder",
        provenance={"rule": "fit_encoder", "code": "c1", "config": options},
    )
    return folder


def test_studies_of_one_name_are_named_after_the_folder_above(studies):
    first, second = read_compared([studies / "one/s", studies / "two/s"])

    assert (first.name, second.name) == ("one/s", "two/s")


def test_results_are_read_with_their_sizes(studies):
    first, _ = read_compared([studies / "one/s", studies / "two/s"])

    assert list(first.subjects) == ["01", "02"]
    assert (first.main.n_train, first.main.n_test) == (20, 12)
    assert ("all", "all", "words", "r") in first.main.scores
    assert {row["decoder"] for row in first.main.identification} == {"reader", "kinds"}
    assert ("words", "all") in first.main.shuffled


def test_options_are_those_that_made_the_stores_whatever_the_study_is_called(studies):
    _, second = read_compared([studies / "one/s", studies / "two/s"])

    assert second.options["encoders/main/more: encoder.penalties.n"] == "5"
    assert second.options["encoders/main/more: encoder.path"] == "results/…/x.h5"
    assert second.code["fit_encoder"] == "c1"


def test_options_are_flattened_by_name():
    found = dict(flatten({"a": {"b": 1, "c": [1, 2]}, "d": None}))

    assert found == {"a.b": "1", "a.c": "1, 2", "d": "None"}

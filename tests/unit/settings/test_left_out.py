"""Mirrors src/boldwise/settings/left_out.py."""

import pytest

from boldwise.settings.left_out import left_out_problems, without_left_out


def study(left_out, subjects=("01", "02", "03")):
    return {"dataset": {"name": "a", "subjects": list(subjects)}, "left_out": left_out}


def test_who_is_left_out_is_taken_from_the_list_and_the_rest_stays():
    raw = study({"02": "no events of run 3"})

    found = without_left_out(raw)

    assert found["dataset"] == {"name": "a", "subjects": ["01", "03"]}
    assert found["left_out"] == {"02": "no events of run 3"}
    assert raw["dataset"]["subjects"] == ["01", "02", "03"]
    assert left_out_problems(raw) == []


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"left_out": {}},
        {"left_out": ["02"], "dataset": {"subjects": ["02"]}},
        {"left_out": {"02": "x"}, "dataset": {"subjects": "02"}},
        {"left_out": {"02": "x"}, "dataset": None},
    ],
)
def test_what_is_not_well_formed_is_left_to_others(raw):
    assert without_left_out(raw) is raw
    assert left_out_problems(raw) == []


def test_an_unknown_subject_is_named_with_the_one_that_was_meant():
    raw = study({"003": "x"}, ["02", "03"])

    assert left_out_problems(raw) == [
        "left_out: no subject '003' in dataset.subjects; did you mean '03'?"
    ]
    assert without_left_out(raw) is raw


@pytest.mark.parametrize("reason", ["", "  ", None, 3])
def test_a_reason_is_needed(reason):
    assert left_out_problems(study({"02": reason})) == [
        "left_out.02: say why in a few words: the report tells it."
    ]


def test_somebody_must_be_left():
    raw = study({"01": "x", "02": "y"}, ["01", "02"])

    assert left_out_problems(raw) == [
        "left_out: nobody is left; keep one subject at least."
    ]

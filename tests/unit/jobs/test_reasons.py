"""Mirrors src/boldwise/jobs/reasons.py."""

import pytest

from boldwise.jobs.reasons import explain

LEAD = (
    "Params have changed since last execution: Union of exclusive params before and "
    "now across all output: "
)


@pytest.mark.parametrize(
    ("reason", "kind", "words"),
    [
        ("Missing output files: a.h5", "missing", "not made yet"),
        ("Code has changed since last execution", "code", "script was edited"),
        ("Software environment definition has changed since", "code", "conda"),
        ("Set of input files has changed since last", "input", "other files"),
        ("Updated input files: data/a.csv", "input", "changed: data/a.csv"),
        ("Input files updated by another job: b.h5", "follows", "made anew"),
        ("Forced execution", "other", "Forced execution"),
        ("", "other", "gives no reason"),
    ],
)
def test_snakemakes_reasons_are_told_in_a_few_words(reason, kind, words):
    found, told = explain(reason)

    assert found == kind
    assert words in told


def test_a_hash_that_changed_is_code():
    told = explain(f"{LEAD}before: 'de7d03e46ba7' now: 'c290cc7b9200' ")

    assert told == ("code", "a module that it uses was edited")


def test_a_longer_hash_is_code_too():
    both = "before: '2b6f0caadc53ce08011170ee' now: 'bfe0caadc53ce08011170eed' "

    assert explain(LEAD + both)[0] == "code"


def test_an_option_that_changed_is_named_with_both_values():
    before = "before: {'n': 1000, 'seed': 0} now: {'n': 900, 'seed': 0} "

    assert explain(LEAD + before) == ("option", "n 1000 → 900")


def test_a_new_option_was_not_set_before():
    both = "before: {'a': 1} now: {'a': 1, 'b': [2]} "

    assert explain(LEAD + both) == ("option", "b not set → [2]")


def test_options_and_code_are_told_together():
    both = "before: {'n': 1}, 'de7d03e46ba7' now: {'n': 2}, 'c290cc7b9200' "

    assert explain(LEAD + both) == ("option", "n 1 → 2 (and code)")


def test_plain_values_are_told_as_they_are():
    assert explain(f"{LEAD}before: 50 now: 4 ") == ("option", "50 → 4")


def test_nothing_exclusive_before_is_not_set():
    told = explain(f"{LEAD}before: <nothing exclusive> now: 4 ")

    assert told == ("option", "not set → 4")


def test_what_cannot_be_read_is_still_an_option():
    kind, told = explain(f"{LEAD}before: <object 1> now: <object 2> ")

    assert kind == "option"
    assert told == "<object 1> → <object 2>"


def test_long_values_are_cut():
    told = explain(f"{LEAD}before: '{'x' * 99}' now: 'y' ")[1]

    assert told == f"{'x' * 39}… → y"

"""The page tells how new subjects fare, with and without what others taught."""

from dataclasses import replace

from boldwise.reporting.blocks import NO_NUMBER, Heading, Table
from boldwise.reporting.sections_adaptation import adaptation_section
from boldwise.reporting.shelf import Shelf

ROW = {
    **{"decoder": "d", "mode": "linear", "budget": "50", "unit": "trials"},
    **{"measure": "top1", "subject": "all", "n_trials": "50", "value": "0.25"},
    **{"low": "0.125", "high": "0.375", "chance": "0.01"},
    **{"gain": "0.1", "gain_low": "0.05", "gain_high": "0.15"},
}
PAIR = {**ROW, "measure": "two_way", "value": "0.75", "chance": "0.5"}
NO_GAIN = dict.fromkeys(("gain", "gain_low", "gain_high"), "n/a")


def told(study, rows):
    results = replace(study.splits["main"], adaptation=rows)
    changed = replace(study, splits={"main": results})
    return adaptation_section(changed, Shelf(changed)).blocks


def test_a_study_without_new_subjects_has_no_section(study):
    assert told(study, []) == []


def test_a_row_holds_both_measures_and_the_gain(study):
    (table,) = told(study, [ROW, PAIR, {**ROW, "subject": "01"}])

    assert isinstance(table, Table)
    (row,) = table.rows
    assert row[:3] == ("d", "50 trials", "new map, all else as the others taught")
    assert row[3].startswith("25.0 %")
    assert row[4].startswith("75.0 %")
    assert row[5] == "10.0 [5.0, 15.0]"
    assert "Chance: 1.0 % found first" in table.note


def test_raw_transfer_has_neither_budget_nor_gain(study):
    raw = {"mode": "raw_transfer", "budget": "n/a", "n_trials": "0", **NO_GAIN}

    (table,) = told(study, [{**ROW, **raw}, {**PAIR, **raw}])

    (row,) = table.rows
    assert row[1:3] == (NO_NUMBER, "raw transfer")
    assert row[5] == NO_NUMBER


def test_minutes_come_with_their_trials(study):
    minutes = {"unit": "minutes", "budget": "7.5"}

    (table,) = told(study, [{**ROW, **minutes}, {**PAIR, **minutes}])

    assert table.rows[0][1] == "7.5 minutes (50 trials)"


def test_splits_are_told_apart_where_there_are_several(study):
    results = replace(study.splits["main"], adaptation=[ROW, PAIR])
    changed = replace(study, splits={"main": results, "other": results})

    blocks = adaptation_section(changed, Shelf(changed)).blocks

    headings = [one.text for one in blocks if isinstance(one, Heading)]
    assert headings == ["Split main", "Split other"]

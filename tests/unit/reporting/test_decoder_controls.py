"""Decoders stand beside their controls, with chance."""

from dataclasses import replace

import pytest

from boldwise.evaluation.decoder_controls import CONTROLS
from boldwise.reporting.blocks import NO_NUMBER
from boldwise.reporting.decoder_controls import CONTROL_NAMES, control_tables


def row(metric, subject="all", **numbers):
    """Write a row of the table of identification."""
    cells = {"value": "0.5", "low": "0.4", "high": "0.6", "chance": "0.01"}
    cells |= {"p": "0.01", "n_pool": "100", **numbers}
    return {"subject": subject, "decoder": "reader", "metric": metric, **cells}


@pytest.fixture
def results(study):
    """Results of one decoder with controls, over subjects and for one of them."""
    rows = []
    for subject in ("all", "02"):
        rows += [
            row("top1", subject),
            row("two_way", subject, chance="0.5"),
            row("median_rank", subject, value="3"),
            row("top1_noise_input", subject, value="0.01", low="0", high="0.03"),
            row("top1_mean_brain", subject, value="0.01", low="n/a", high="n/a"),
        ]
    rows.append(row("two_way_distance", "02", value="-0.31", p="0.002"))
    return replace(study.splits["main"], identification=rows)


def test_every_control_has_a_name():
    assert set(CONTROL_NAMES) == set(CONTROLS)


def test_controls_stand_beside_what_they_control(results):
    (table,) = control_tables(results, subjects=("all",))

    assert table.rows == [
        (
            *("reader", "found first", "50.0 % [40.0, 60.0]"),
            *("1.0 % [0.0, 3.0]", "1.0 %", NO_NUMBER, NO_NUMBER, "1.0 %"),
        )
    ]
    assert len(table.columns) == len(table.rows[0])


def test_subjects_have_controls_and_trends_of_their_own(results):
    table, trends = control_tables(results, subjects=("01", "02"))

    assert [r[0] for r in table.rows] == ["sub-02"]
    assert table.folded
    assert len(table.columns) == len(table.rows[0])
    assert trends.rows == [("sub-02", "reader", "\u22120.31", "0.002")]


def test_a_decoder_without_controls_has_no_table(study):
    bare = replace(study.splits["main"], identification=[row("top1")])

    assert control_tables(bare, subjects=("all",)) == []

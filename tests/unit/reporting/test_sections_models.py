"""Sections about models: tables that agree with the tables on disk."""

from dataclasses import replace
from math import nan

import pytest

from boldwise.reporting.blocks import NO_NUMBER, Table
from boldwise.reporting.scores_table import ALL, Estimate
from boldwise.reporting.sections_models import (
    comparison_section,
    identification_section,
)
from boldwise.reporting.shelf import Shelf


def tables(section):
    return {b.title: b for b in section.blocks if isinstance(b, Table)}


def changed(study, **results):
    main = replace(study.splits["main"], **results)
    return replace(study, splits={"main": main})


SCORES = {
    (ALL, "all", name, metric): Estimate(value, value - 0.1, value + 0.1)
    for name, value in (("a", 0.3), ("b", 0.5), ("c", 0.1))
    for metric in ("r", "r2", "normalised_r", "share_significant")
}
PAIRS = [
    {
        **{"roi": "all", "model_a": a, "model_b": b, "difference": d, "low": low},
        **{"high": high, "p": "0.02", "q": "0.04", "n_subjects": "2"},
    }
    for a, b, d, low, high in (
        ("a", "b", "-0.2", "-0.3", "-0.1"),
        ("a", "c", "0.2", "0.1", "0.3"),
        ("b", "c", "0.4", "0.3", "0.5"),
    )
]


@pytest.fixture
def compared(study):
    shuffled = {("a", ALL): (0.001, -0.02, 0.03)}
    odd = changed(study, scores=SCORES, comparisons=PAIRS, shuffled=shuffled)
    return tables(comparison_section(odd, Shelf(study)))


def test_each_encoder_stands_beside_its_shuffled_self(compared):
    rows = compared["All voxels"].rows

    assert rows[0] == (
        *("a", "0.30 [0.20, 0.40]", "0.300", "0.30 [0.20, 0.40]", "30 %"),
        *("0.001", "−0.020 to 0.030"),
    )


def test_an_encoder_that_was_not_shuffled_shows_no_range(compared):
    assert compared["All voxels"].rows[1][-2:] == (NO_NUMBER, NO_NUMBER)


def test_the_best_is_paired_with_the_runner_up_and_the_sign_follows(compared):
    """The file holds a - b; the best is b, so the row shows b - a."""
    table = compared["Best encoder of each region against the runner-up"]

    assert table.rows == [
        ("all voxels", "b", "a", "0.200 [0.100, 0.300]", "0.020", "0.040", "2")
    ]


def test_all_pairs_are_there_as_they_were_tested(compared):
    table = compared["Paired tests of all 3 pairs"]

    assert [row[1:4] for row in table.rows] == [
        ("a", "b", "−0.200 [−0.300, −0.100]"),
        ("a", "c", "0.200 [0.100, 0.300]"),
        ("b", "c", "0.400 [0.300, 0.500]"),
    ]


def test_regions_are_folded_below_all_voxels(study):
    found = tables(comparison_section(study, Shelf(study)))

    assert not found["All voxels"].folded
    assert found["Region V1<i>&"].folded


def test_a_region_without_scores_makes_no_table(study):
    scores = {**SCORES, (ALL, "nowhere", "a", "r"): Estimate(nan)}

    found = tables(comparison_section(changed(study, scores=scores), Shelf(study)))

    assert "Region nowhere" not in found


def test_one_encoder_alone_is_compared_with_nothing(study):
    scores = {key: value for key, value in SCORES.items() if key[2] == "a"}
    alone = changed(study, scores=scores, comparisons=())

    found = tables(comparison_section(alone, Shelf(study)))

    assert set(found) == {"All voxels"}


def test_without_encoders_the_section_is_empty(study):
    bare = changed(study, scores={})

    assert comparison_section(bare, Shelf(study)).blocks == []


def test_without_decoders_the_section_is_empty(study):
    bare = changed(study, identification=())

    assert identification_section(bare, Shelf(study)).blocks == []


def row(metric, **numbers):
    cells = {"value": "0.5", "low": "0.4", "high": "0.6", "chance": "0.1"}
    cells |= {"p": "0.01", "n_pool": "10", **numbers}
    return {"subject": "all", "decoder": "reader", "metric": metric, **cells}


def identified(study, *rows):
    found = changed(study, identification=rows)
    return tables(identification_section(found, Shelf(study)))


def test_shares_are_percentages_with_chance_shuffles_and_pool(study):
    shuffled = row("top1_shuffled", value="0.1", low="0.05", high="0.15", p="n/a")

    found = identified(study, row("top1"), shuffled)

    assert found["Mean over subjects"].rows == [
        (
            *("reader", "found first", "50.0 % [40.0, 60.0]", "10.0 %"),
            *("5.0 to 15.0 %", "0.010", "10"),
        )
    ]


def test_a_median_rank_is_no_percentage(study):
    found = identified(
        study, row("median_rank", value="3", low="2", high="4", chance="5.5")
    )

    assert found["Mean over subjects"].rows[0][1:5] == (
        *("median rank", "3.00 [2.00, 4.00]", "5.5", NO_NUMBER),
    )


def test_subjects_are_listed_by_themselves(study):
    own = {**row("top1"), "subject": "02"}

    found = identified(study, row("top1"), own)

    assert [r[0] for r in found["Subject by subject"].rows] == ["sub-02"]
    assert found["Subject by subject"].folded


def test_points_of_the_pool_curve_stay_in_the_figure(study):
    found = identified(study, row("top1"), row("top1_pool"))

    assert len(found["Mean over subjects"].rows) == 1


def test_the_tables_of_a_real_study_are_complete(study):
    found = tables(identification_section(study, Shelf(study)))

    measures = {(r[0], r[1]) for r in found["Mean over subjects"].rows}
    assert {("reader", "found first"), ("kinds", "category named")} <= measures

"""Sections about the data: every number in its row."""

from dataclasses import replace
from math import nan

import numpy as np
import pytest

from boldwise.reporting.blocks import Heading, Table
from boldwise.reporting.sections import (
    accuracy_section,
    ceiling_section,
    overview_section,
    penalty_section,
    split_section,
)
from boldwise.reporting.shelf import Shelf

SECTIONS = (
    *(overview_section, split_section, ceiling_section),
    *(accuracy_section, penalty_section),
)


def tables(section):
    return [block for block in section.blocks if isinstance(block, Table)]


def two_splits(study):
    other = replace(
        study.splits["main"], split=replace(study.splits["main"].split, name="b")
    )
    return replace(study, splits={**study.splits, "b": other})


def test_subjects_are_listed_with_their_sizes(study):
    table = tables(overview_section(study, Shelf(study)))[0]

    assert table.columns == (
        *("subject", "voxels", "trials", "stimuli", "runs", "unit", "space"),
    )
    assert table.rows[0] == ("sub-01", "60", "56", "32", "4", "z", "native")


def test_continuous_responses_have_volumes_not_trials(study):
    facts = {k: replace(v, kind="continuous") for k, v in study.subjects.items()}

    table = tables(overview_section(replace(study, subjects=facts), Shelf(study)))[0]

    assert "volumes" in table.columns


def test_unknown_positions_are_told(study):
    facts = {k: replace(v, has_affine=False) for k, v in study.subjects.items()}

    table = tables(overview_section(replace(study, subjects=facts), Shelf(study)))[0]

    assert table.rows[0][-1] == "native (positions unknown)"


def test_what_is_known_of_stimuli_is_told(study):
    section = overview_section(study, Shelf(study))

    assert section.blocks[0].paragraphs == [
        "32 stimuli, of which is known: image, caption, category."
    ]


def test_regions_are_counted(study):
    found = tables(overview_section(study, Shelf(study)))
    table = next(one for one in found if one.title == "Voxels in each region")

    assert table.columns == ("subject", "V1<i>&", "noise")
    assert table.rows[0] == ("sub-01", "30", "15")


def test_notes_say_how_responses_came_about(study):
    found = tables(overview_section(study, Shelf(study)))
    table = next(one for one in found if one.title == "How the responses came about")

    assert table.rows[0][:2] == ("estimator", "sub-01")


def test_the_audit_counts_train_test_and_what_is_in_both(study):
    table = tables(split_section(study, Shelf(study)))[0]

    row = dict(zip(table.columns, table.rows[0], strict=True))
    assert row["train"] == "20"
    assert row["test"] == "12"
    assert row["in both"] == "0"
    facts = study.splits["main"].audit["subjects"]["01"]
    assert row["runs shared"] == str(facts["n_shared_runs"][0])


def test_the_audit_shows_how_neighbours_correlate(study):
    table = tables(split_section(study, Shelf(study)))[0]

    known = study.splits["main"].ceilings["01"].neighbour_correlation
    assert table.rows[0][-1] == f"{known:.2f}".replace("-", "−")


def test_a_long_audit_is_folded(study):
    results = study.splits["main"]
    split = results.split
    many = replace(
        split,
        part=np.tile(split.part, (20, 1)),
        cv_fold=np.tile(split.cv_fold, (20, 1)),
        fold_name=np.array([f"run-{k}" for k in range(20)]),
    )
    facts = results.audit["subjects"]
    audit = {"subjects": {k: {n: v[n] * 20 for n in v} for k, v in facts.items()}}
    long = replace(results, split=many, audit=audit)

    table = tables(split_section(replace(study, splits={"main": long}), Shelf(study)))[
        0
    ]

    assert table.folded
    assert len(table.rows) == 40
    assert table.rows[3][1] == "run-3"


def test_ceilings_stand_by_region_beside_the_shuffled_ones(study):
    table = tables(ceiling_section(study, Shelf(study)))[0]

    assert table.columns[:4] == ("subject", "all voxels", "V1<i>&", "noise")
    assert table.columns[4:] == ("shuffled", "error of a voxel")
    facts = study.splits["main"].ceilings["01"]
    assert table.rows[0][1] == f"{facts.medians['all']:.2f}"
    assert table.rows[0][-2] == f"{facts.null_medians['all']:.2f}"
    assert table.rows[0][-1] == f"{facts.standard_error:.2f}"
    assert 0 < facts.standard_error < 1
    assert facts.formula in table.note


def test_without_ceilings_there_is_no_section_to_show(study):
    bare = replace(study.splits["main"], ceilings={})

    section = ceiling_section(replace(study, splits={"main": bare}), Shelf(study))

    assert section.blocks == []


def test_ceilings_that_were_not_estimated_are_told_in_words(study):
    facts = study.splits["main"].ceilings
    unknown = {
        name: replace(
            one, formula="not estimated", medians=dict.fromkeys(one.medians, nan)
        )
        for name, one in facts.items()
    }
    results = replace(study.splits["main"], ceilings=unknown)

    section = ceiling_section(replace(study, splits={"main": results}), Shelf(study))

    assert [block.kind for block in section.blocks] == ["text"]
    assert "not estimated" in section.blocks[0].paragraphs[0]


def test_the_view_comes_before_the_maps(study):
    kinds = [block.kind for block in accuracy_section(study, Shelf(study)).blocks]

    assert kinds == ["frame", "pictures", "pictures"]


@pytest.mark.parametrize("build", SECTIONS, ids=lambda build: build.__name__)
def test_with_several_splits_each_gets_its_heading(study, build):
    section = build(two_splits(study), Shelf(study))

    headings = [b.text for b in section.blocks if isinstance(b, Heading)]
    expected = [] if build is overview_section else ["Split main", "Split b"]
    assert headings == expected


def with_ceilings(study, **facts):
    """Exchange the ceilings of the split."""
    results = replace(study.splits["main"], ceilings=facts)
    return replace(study, splits={"main": results})


def test_a_region_that_one_subject_lacks_is_a_dash(study):
    one = study.splits["main"].ceilings["01"]
    few = replace(one, medians={"all": 0.25}, null_medians={})
    known = with_ceilings(study, **{"01": one, "02": few})

    table = tables(ceiling_section(known, Shelf(known)))[0]

    row = dict(zip(table.columns, table.rows[1], strict=True))
    assert (row["all voxels"], row["V1<i>&"], row["noise"]) == ("0.25", "–", "–")
    assert row["shuffled"] == "–"
    assert "–" not in table.rows[0]


def test_regions_come_in_the_order_in_which_subjects_name_them(study):
    one = study.splits["main"].ceilings["01"]
    first = replace(one, medians={"all": 0.5, "b": 0.4})
    second = replace(one, medians={"all": 0.5, "a": 0.2, "b": 0.1})
    known = with_ceilings(study, **{"01": first, "02": second})

    table = tables(ceiling_section(known, Shelf(known)))[0]

    assert table.columns[1:4] == ("all voxels", "b", "a")
    assert [row[2:4] for row in table.rows] == [("0.40", "–"), ("0.10", "0.20")]


def test_one_known_ceiling_is_enough_for_the_table(study):
    facts = study.splits["main"].ceilings
    known = with_ceilings(
        study, **{"01": replace(facts["01"], medians={"all": nan}), "02": facts["02"]}
    )

    table = tables(ceiling_section(known, Shelf(known)))[0]

    assert [row[1] == "–" for row in table.rows] == [True, False]


def test_a_split_without_ceilings_leaves_the_others_theirs(study):
    double = two_splits(study)
    bare = replace(double.splits["main"], ceilings={})
    mixed = replace(double, splits={**double.splits, "main": bare})

    section = ceiling_section(mixed, Shelf(mixed))

    headings = [b.text for b in section.blocks if isinstance(b, Heading)]
    assert headings == ["Split b"]
    assert len(tables(section)) == 2


def test_the_least_ceiling_of_the_config_is_the_one_that_noise_passes(study):
    low, high = (
        tables(ceiling_section(study, Shelf(study), min_ceiling=limit))[1]
        for limit in (0.1, 0.3)
    )

    assert "noise above 0.10" in low.columns
    assert "noise above 0.30" in high.columns
    assert low.rows[0][3] != high.rows[0][3]


def test_a_subject_without_regions_or_notes_has_neither_table(study):
    facts = {k: replace(v, regions={}, notes={}) for k, v in study.subjects.items()}
    bare = replace(study, subjects=facts)

    assert len(tables(overview_section(bare, Shelf(bare)))) == 1


def test_a_note_of_one_subject_is_not_made_up_for_the_other(study):
    one, other = study.subjects.values()
    facts = {
        "01": replace(one, notes={"a": 1, "b": 2}),
        "02": replace(other, notes={"b": 3}),
    }
    told = replace(study, subjects=facts)

    table = tables(overview_section(told, Shelf(told)))[-1]

    assert table.rows == [
        ("a", "sub-01", "1"),
        ("b", "sub-01", "2"),
        ("b", "sub-02", "3"),
    ]


def test_stimuli_of_which_nothing_is_known_are_said_to_have_ids_alone(study):
    bare = replace(study, stimulus_columns=(), n_stimuli=12345)

    text = overview_section(bare, Shelf(bare)).blocks[0].paragraphs[0]

    assert text == "12,345 stimuli, of which is known: nothing but their ids."


def test_a_subject_without_a_ceiling_has_no_correlation_of_neighbours(study):
    bare = with_ceilings(study, **{"02": study.splits["main"].ceilings["02"]})

    table = tables(split_section(bare, Shelf(bare)))[0]

    assert [row[-1] == "–" for row in table.rows] == [True, False]

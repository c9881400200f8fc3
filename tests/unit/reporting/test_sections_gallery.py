"""The page tells likeness beside its baseline, and regions over subjects."""

from dataclasses import replace

from boldwise.evaluation.likeness import COLUMNS, METRICS, SHARES
from boldwise.evaluation.region_shares import COLUMNS as REGION_COLUMNS
from boldwise.reporting.blocks import Heading, Table, Text
from boldwise.reporting.sections_gallery import NAMES, gallery_section
from boldwise.reporting.shelf import Shelf

LIKE = dict.fromkeys(COLUMNS, "0.25") | {
    **{"subject": "all", "decoder": "reader", "metric": "tiny_clip", "note": ""},
    **{"value": "0.9", "low": "0.8", "high": "0.95", "chance": "0.5", "p": "0.01"},
}
REGION = dict.fromkeys(REGION_COLUMNS, "0.25") | {
    **{"subject": "all", "decoder": "reader", "region": "V1", "n_voxels": "40"},
    **{"alone": "0.7", "alone_low": "0.6", "alone_high": "0.8", "all_voxels": "0.9"},
}


def told(study, galleries=(), ablations=()):
    results = replace(
        study.splits["main"], galleries=list(galleries), ablations=list(ablations)
    )
    changed = replace(study, splits={"main": results})
    return gallery_section(changed, Shelf(changed)).blocks


def tables(blocks):
    return [one for one in blocks if isinstance(one, Table)]


def test_a_study_without_any_has_no_section(study):
    assert told(study) == []


def test_shares_are_percentages_beside_baseline_and_chance(study):
    together, alone = tables(told(study, [LIKE, {**LIKE, "subject": "01"}]))

    assert together.rows[0] == (
        *("reader", "picture: tiny-clip, two-way", "90.0 % [80.0, 95.0]"),
        *("25.0 % [25.0, 25.0]", "50.0 %", "0.010"),
    )
    assert alone.rows[0][0] == "sub-01"
    assert alone.folded


def test_other_metrics_are_plain_numbers_without_chance(study):
    row = {**LIKE, "metric": "bleu_1", "low": "n/a", "high": "n/a"}

    (cells,) = tables(told(study, [row]))[0].rows

    assert cells[2:5] == ("0.900", "0.250 [0.250, 0.250]", "–")


def test_what_was_left_out_is_told(study):
    row = dict.fromkeys(COLUMNS, "n/a") | {"subject": "all", "metric": "swav"}

    blocks = told(study, [LIKE, {**row, "note": "it has no weights."}])

    (text,) = [one for one in blocks if isinstance(one, Text)]
    assert text.paragraphs == [
        "picture: SwAV, distance ↓ was left out: it has no weights."
    ]


def test_regions_count_the_subjects_that_differ(study):
    own = {"subject": "01", "alone": "0.6", "alone_p": "0.01", "lost_p": "0.5"}
    other = {"subject": "02", "alone": "0.6", "alone_p": "0.2", "lost_p": "0.01"}
    rows = [{**REGION, **own}, {**REGION, **other, "lost": "-0.1"}, REGION]

    (table,) = tables(told(study, ablations=rows))

    assert table.rows[0][:5] == (
        *("reader", "V1", "40", "0.700 [0.600, 0.800]", "1 of 2"),
    )
    assert table.rows[0][-1] == "0 of 2"


def test_one_subject_has_no_interval(study):
    bare = {**REGION, "alone_low": "n/a", "alone_high": "n/a"}

    (table,) = tables(told(study, ablations=[bare]))

    assert table.rows[0][3] == "0.700"


def test_splits_are_told_apart_where_there_are_several(study):
    results = replace(study.splits["main"], galleries=[LIKE])
    twice = replace(study, splits={"main": results, "other": results})

    blocks = gallery_section(twice, Shelf(twice)).blocks

    titles = [one.text for one in blocks if isinstance(one, Heading)]
    assert titles == ["Split main", "Split other"]


def test_every_metric_has_a_name():
    assert set(NAMES) == set(METRICS)
    assert set(SHARES) < set(METRICS)

"""The page tells trained encoders beside ridge, whichever wins."""

from dataclasses import replace

from boldwise.reporting.blocks import Heading, Table, Text
from boldwise.reporting.scores_table import Estimate
from boldwise.reporting.sections_attention import attention_section
from boldwise.reporting.shelf import Shelf

ROW = {
    **{"encoder": "gabor", "subject": "01", "n_parameters": "12345"},
    **{"n_epochs": "20", "best_epoch": "7", "ridge": "words"},
    "ridge_parameters": "678",
}
TEST = {
    **{"roi": "all", "model_a": "words", "model_b": "gabor", "difference": "-0.25"},
    **{"low": "-0.5", "high": "-0.125", "p": "0.01", "q": "0.02", "n_subjects": "2"},
}


def told(study, rows, *, comparisons=(TEST,), shuffled=None):
    results = replace(
        study.splits["main"],
        training=rows,
        comparisons=list(comparisons),
        shuffled=shuffled or {},
        scores={("all", "all", "gabor", "r"): Estimate(0.3, 0.2, 0.4)},
    )
    changed = replace(study, splits={"main": results})
    return attention_section(changed, Shelf(changed)).blocks


def test_a_study_without_training_has_no_section(study):
    assert told(study, []) == []


def test_the_trained_encoder_comes_first_in_its_test(study):
    tables = [one for one in told(study, [ROW]) if isinstance(one, Table)]

    (row,) = tables[0].rows
    assert row[:3] == ("all voxels", "gabor", "words")
    assert row[3].startswith("0.250 [0.125, 0.500]")


def test_pairs_with_other_encoders_are_not_repeated(study):
    other = {**TEST, "model_a": "third"}

    tables = [
        one
        for one in told(study, [ROW], comparisons=[TEST, other])
        if isinstance(one, Table)
    ]

    assert len(tables[0].rows) == 1


def test_sizes_stand_side_by_side(study):
    shared = {**ROW, "subject": "all", "ridge": "n/a", "ridge_parameters": "n/a"}

    *_, sizes = [one for one in told(study, [ROW, shared]) if isinstance(one, Table)]

    assert sizes.rows[0] == (*("gabor", "sub-01", "12,345", "words", "678", "7 of 20"),)
    assert sizes.rows[1][1] == "all together"
    assert sizes.rows[1][3:5] == ("–", "–")


def test_shuffles_are_told_or_their_absence(study):
    drawn = {("gabor", "all"): (0.01, 0.0, 0.02)}

    with_draws = [t for t in told(study, [ROW], shuffled=drawn) if isinstance(t, Text)]
    without = [t for t in told(study, [ROW]) if isinstance(t, Text)]

    words = " ".join(with_draws[0].paragraphs)
    assert "gabor: median r 0.300, after shuffling 0.010" in words
    assert "no null distribution" in words
    assert without[0].paragraphs == ["Not trained on shuffled responses: gabor."]


def test_an_encoder_without_ridge_is_named(study):
    alone = {**ROW, "ridge": "n/a", "ridge_parameters": "n/a"}

    blocks = [t for t in told(study, [alone], comparisons=[]) if isinstance(t, Text)]

    assert blocks[0].paragraphs[0].startswith("No ridge stands beside gabor")


def test_splits_are_told_apart_where_there_are_several(study):
    results = replace(study.splits["main"], training=[ROW])
    twice = replace(study, splits={"main": results, "other": results})

    blocks = attention_section(twice, Shelf(twice)).blocks

    titles = [one.text for one in blocks if isinstance(one, Heading)]
    assert titles == ["Split main", "Split other"]


def test_scores_by_number_of_images_stand_beside_ridge(study):
    rows = [
        {
            **{"curve": "new_subjects", "encoder": "gabor", "model": model, "r": r},
            **{"subject": subject, "roi": "all", "n_images": "50", "n_voxels": "3"},
            "normalised_r": "n/a",
        }
        for subject, ours, theirs in (("01", "0.5", "0.2"), ("02", "0.3", "0.1"))
        for model, r in (("gabor", ours), ("words", theirs))
    ]
    results = replace(study.splits["main"], training=[ROW], curves=rows)
    changed = replace(study, splits={"main": results})

    blocks = attention_section(changed, Shelf(changed)).blocks

    (table,) = [b for b in blocks if isinstance(b, Table) and "number of" in b.title]
    (row,) = table.rows
    assert row[:6] == (
        *("a new subject, after the others", "gabor", "words", "50"),
        *("0.400", "0.150"),
    )
    assert row[6].startswith("0.250 [")
    assert row[7] == "2 of 2"

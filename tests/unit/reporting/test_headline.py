"""Results at a glance: the sentence and the tables say what the study found."""

from dataclasses import replace

import pytest

from boldwise.reporting.headline import (
    as_number,
    headline_section,
    interval_of,
    summarise,
)
from boldwise.reporting.scores_table import ALL, Estimate


def changed(study, **results):
    main = replace(study.splits["main"], **results)
    return replace(study, splits={"main": main})


SCORES = {
    (ALL, "all", "gabor", "share_significant"): Estimate(0.2),
    (ALL, "all", "words", "share_significant"): Estimate(0.41),
    (ALL, "all", "gabor", "r"): Estimate(0.1, 0.05, 0.2),
    (ALL, "all", "words", "r"): Estimate(0.2, 0.1, 0.3),
    (ALL, "V1", "gabor", "r"): Estimate(0.6, 0.5, 0.7),
    (ALL, "V1", "words", "r"): Estimate(0.1, -0.1, 0.2),
    (ALL, "V1", "gabor", "noise_ceiling"): Estimate(0.81),
    (ALL, "noise", "gabor", "r"): Estimate(0.01, -0.03, 0.04),
    (ALL, "IT", "words", "r"): Estimate(0.5, 0.4, 0.6),
}
TOP1 = {
    **{"subject": "all", "decoder": "reader", "metric": "top1", "value": "0.34"},
    **{"low": "0.3", "high": "0.4", "chance": "0.01", "p": "0.001", "n_pool": "100"},
}


def sentences(study, **results):
    study = changed(study, **results)
    return summarise(study, study.splits["main"], q=0.05)


def table(section, title):
    (found,) = [b for b in section.blocks if getattr(b, "title", "").startswith(title)]
    return found


def test_the_sentence_names_the_encoder_that_predicts_most_voxels(study):
    said = sentences(study, scores=SCORES, identification=())

    assert said == [
        "In 2 subjects, the encoder “words” predicts more voxels above chance than any "
        "other: 41 % of all voxels at q < 0.05, best in IT (median r 0.50 "
        "[0.40, 0.60])."
    ]


def test_one_encoder_alone_is_not_called_better_than_others(study):
    scores = {key: value for key, value in SCORES.items() if key[2] == "words"}

    said = sentences(study, scores=scores, identification=())
    section = headline_section(changed(study, scores=scores), q=0.05)

    assert "the encoder “words” predicts above chance 41 % of all voxels" in said[0]
    assert "flattered" not in table(section, "Best encoder").note


def test_the_mean_subject_is_not_counted(study):
    subjects = {"01": study.subjects["01"], "group": study.subjects["01"]}

    said = sentences(
        replace(study, subjects=subjects), scores=SCORES, identification=()
    )

    assert said[0].startswith("In 1 subject,")


def test_identification_is_told_with_its_pool_and_chance(study):
    said = sentences(study, scores={}, identification=[TOP1])

    assert said == [
        "The decoder “reader” finds the stimulus that was seen among 100 in 34 % of "
        "cases (chance 1.0 %)."
    ]


def test_categories_are_told_where_nothing_is_identified(study):
    row = {**TOP1, "metric": "accuracy", "chance": "0.125", "decoder": "kinds"}

    said = sentences(study, scores={}, identification=[row])

    assert said == [
        "The decoder “kinds” names the category in 34 % of cases (chance 12 %)."
    ]


def test_the_better_of_two_decoders_is_told(study):
    better = {**TOP1, "decoder": "other", "value": "0.5"}

    said = sentences(study, scores={}, identification=[TOP1, better])

    assert "“other”" in said[0]


def test_without_results_nothing_is_claimed(study):
    assert sentences(study, scores={}, identification=()) == []


def test_each_region_names_its_best_encoder(study):
    section = headline_section(changed(study, scores=SCORES), q=0.05)

    rows = {row[0]: row for row in table(section, "Best encoder").rows}
    assert rows["V1"][1:4] == ("gabor", "0.60 [0.50, 0.70]", "0.90")
    assert rows["IT"][1] == "words"
    assert rows["all voxels"][1] == "words"


def test_where_nothing_is_above_zero_no_encoder_is_called_best(study):
    section = headline_section(changed(study, scores=SCORES), q=0.05)

    rows = {row[0]: row for row in table(section, "Best encoder").rows}
    assert rows["noise"][1] == "none above 0 (gabor)"


def test_the_choice_among_encoders_is_declared(study):
    section = headline_section(changed(study, scores=SCORES), q=0.05)

    assert "best of 2 encoders" in table(section, "Best encoder").note


def test_decoders_stand_against_chance(study):
    section = headline_section(changed(study, identification=[TOP1]), q=0.05)

    assert table(section, "Decoding").rows == [
        ("reader", "found first", "34.0 % [30.0, 40.0]", "1.0 %", "0.001", "100")
    ]


def test_shuffles_and_pools_are_left_to_their_own_section(study):
    rows = [TOP1, {**TOP1, "metric": "top1_shuffled"}, {**TOP1, "metric": "top1_pool"}]

    section = headline_section(changed(study, identification=rows), q=0.05)

    assert len(table(section, "Decoding").rows) == 1


def test_the_checks_are_always_there(study):
    section = headline_section(changed(study, scores={}, identification=()), q=0.05)

    assert table(section, "Checked").rows


@pytest.mark.parametrize(
    ("cell", "value"), [("0.5", 0.5), ("1e-3", 0.001), ("-2", -2.0)]
)
def test_cells_are_read_as_numbers(cell, value):
    assert as_number(cell) == value


@pytest.mark.parametrize("cell", ["n/a", "", "many"])
def test_what_is_no_number_becomes_nan(cell):
    assert as_number(cell) != as_number(cell)


def test_a_value_without_interval_stands_alone():
    row = {"value": "3.5", "low": "n/a", "high": "n/a"}

    assert interval_of(row, percent=False) == "3.50"
    assert interval_of({**row, "value": "0.35"}) == "35.0 %"

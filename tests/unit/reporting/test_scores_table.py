"""Finding a number in the table of scores, and the best model by it."""

from math import nan

import pytest

from boldwise.reporting.scores_table import (
    ALL,
    Estimate,
    best_model,
    models_of,
    regions_of,
)


def table(**values):
    """Scores over all subjects, from ``model__roi__metric=value``."""
    rows = {}
    for key, value in values.items():
        model, roi, metric = key.split("__")
        rows[ALL, roi, model, metric] = Estimate(value)
    return rows


def test_regions_and_models_keep_their_order_without_repeats():
    rows = table(b__all__r=1.0, b__V1__r=1.0, a__all__r=1.0, a__V1__r=1.0)

    assert regions_of(rows) == ["all", "V1"]
    assert models_of(rows) == ["b", "a"]


def test_in_a_region_the_best_model_has_the_highest_correlation():
    rows = table(a__V1__r=0.2, b__V1__r=0.4, c__V1__r=0.3)

    assert best_model(rows, roi="V1") == "b"


def test_over_all_voxels_the_best_model_predicts_most_of_them():
    """Half of the voxels are noise: the median r says nothing there."""
    rows = table(
        a__all__r=0.02,
        b__all__r=0.01,
        a__all__share_significant=0.1,
        b__all__share_significant=0.4,
    )

    assert best_model(rows) == "b"


def test_a_model_without_a_score_is_not_the_best():
    assert best_model(table(a__V1__r=nan, b__V1__r=-0.3), roi="V1") == "b"


def test_equal_scores_go_to_the_first():
    assert best_model(table(a__V1__r=0.3, b__V1__r=0.3), roi="V1") == "a"


def test_without_any_score_the_first_model_stands_in():
    assert best_model(table(a__all__r=nan, b__all__r=nan)) == "a"


def test_without_models_there_is_no_best():
    assert best_model({}) is None


@pytest.mark.parametrize(
    ("low", "above"), [(0.1, True), (0.0, False), (-0.1, False), (nan, False)]
)
def test_a_score_is_above_zero_if_its_interval_is(low, above):
    assert Estimate(0.2, low=low, high=0.4).above_zero is above

"""Rows of adaptation: intervals over subjects, gains paired with scratch."""

import numpy as np
import pytest
from scipy import stats

from boldwise.decoders.adaptation_curve import AdaptationCurve
from boldwise.decoders.adaptation_table import (
    ADAPTATION_COLUMNS,
    Adaptation,
    tabulate_adaptations,
)

SCRATCH = np.array([[0.2, 0.3, 0.1], [0.5, 0.6, 0.4]])  # budgets by subjects
LINEAR = SCRATCH + np.array([[0.2, 0.1, 0.3], [0.1, 0.1, 0.1]])


def adaptation(modes=("scratch", "linear")):
    given = {"scratch": SCRATCH, "linear": LINEAR}
    scores = np.stack([given[mode] for mode in modes])
    curve = AdaptationCurve(
        list(modes),
        np.array([10.0, 50.0]),
        "trials",
        ["01", "02", "03"],
        np.array([[10, 10, 10], [50, 50, 40]]),
        {"top1": scores, "two_way": scores},
    )
    transfer = {name: np.array([0.04, 0.06, 0.05]) for name in ("top1", "two_way")}
    return Adaptation(curve, np.array([20.0, 25.0, 20.0]), transfer)


@pytest.fixture
def rows():
    return list(tabulate_adaptations({"d": adaptation()}))


def pick(rows, **wanted):
    return [row for row in rows if all(row[k] == v for k, v in wanted.items())]


def test_there_is_a_row_for_all_and_for_each(rows):
    assert all(set(row) == set(ADAPTATION_COLUMNS) for row in rows)
    assert len(rows) == 2 * (2 * 2 + 1) * 4  # measures, modes x budgets and raw


def test_intervals_are_students_over_subjects(rows):
    (row,) = pick(rows, mode="linear", budget=10.0, measure="top1", subject="all")

    low, high = stats.t.interval(0.95, 2, LINEAR[0].mean(), stats.sem(LINEAR[0]))
    assert row["value"] == pytest.approx(0.4)
    assert row["low"] == pytest.approx(np.clip(low, 0, 1))
    assert row["high"] == pytest.approx(np.clip(high, 0, 1))


def test_gains_are_paired_with_scratch(rows):
    (row,) = pick(rows, mode="linear", budget=10.0, measure="top1", subject="all")

    gain = LINEAR[0] - SCRATCH[0]
    low, high = stats.t.interval(0.95, 2, gain.mean(), stats.sem(gain))
    found = [row[name] for name in ("gain", "gain_low", "gain_high")]
    np.testing.assert_allclose(found, [0.2, low, high])
    (own,) = pick(rows, mode="scratch", budget=10.0, measure="top1", subject="all")
    assert np.isnan(own["gain"])


def test_without_scratch_there_is_no_gain():
    rows = list(tabulate_adaptations({"d": adaptation(("linear",))}))

    assert all(np.isnan(row["gain"]) for row in rows)


def test_chance_is_that_of_the_pool(rows):
    (own,) = pick(rows, mode="linear", budget=50.0, measure="top1", subject="02")
    (all_,) = pick(rows, mode="linear", budget=50.0, measure="top1", subject="all")
    (pair,) = pick(rows, mode="linear", budget=50.0, measure="two_way", subject="02")

    assert own["chance"] == pytest.approx(0.04)
    assert own["n_trials"] == 50
    assert all_["chance"] == pytest.approx((0.05 + 0.04 + 0.05) / 3)
    assert all_["n_trials"] == 47
    assert pair["chance"] == 0.5


def test_raw_transfer_has_no_budget(rows):
    (row,) = pick(rows, mode="raw_transfer", measure="top1", subject="all")

    assert np.isnan(row["budget"])
    assert row["value"] == pytest.approx(0.05)
    assert row["n_trials"] == 0

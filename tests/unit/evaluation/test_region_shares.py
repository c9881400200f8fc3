"""Regions are told by subject and over subjects, with intervals."""

import numpy as np
import pytest
from scipy import stats

from boldwise.evaluation.region_shares import (
    COLUMNS,
    RegionShares,
    tabulate_ablation,
)

ALONE = {"01": 0.7, "02": 0.8, "03": 0.6}
SHARES = {
    "reader": {
        name: {"V1": RegionShares(20, 0.9, alone, 0.85, 0.01, 0.2)}
        for name, alone in ALONE.items()
    }
}


def test_the_interval_is_students_over_subjects():
    *_, mean = tabulate_ablation(SHARES, individuals=list(ALONE))

    values = np.array(list(ALONE.values()))
    low, high = stats.t.interval(0.95, 2, values.mean(), stats.sem(values))
    assert mean["subject"] == "all"
    assert (mean["alone_low"], mean["alone_high"]) == pytest.approx((low, high))
    assert mean["lost"] == pytest.approx(0.05)
    assert mean["n"] == 3


def test_subjects_keep_their_p():
    rows = tabulate_ablation(SHARES, individuals=list(ALONE))

    assert [row["subject"] for row in rows] == ["01", "02", "03", "all"]
    assert rows[0]["alone_p"] == 0.01
    assert np.isnan(rows[-1]["alone_p"])
    assert all(tuple(row) == COLUMNS for row in rows)


def test_the_mean_subject_is_none_of_the_individuals():
    shares = {"reader": {**SHARES["reader"], "group": SHARES["reader"]["01"]}}

    *_, mean = tabulate_ablation(shares, individuals=list(ALONE))

    assert mean["n"] == 3


def test_a_region_that_few_have_is_averaged_over_those():
    own = RegionShares(5, 0.9, 0.5, 0.9, 0.3, 0.4)
    shares = {"reader": {"01": {"V4": own}, "02": {}}}

    *_, mean = tabulate_ablation(shares, individuals=["01", "02"])

    assert (mean["n"], mean["alone"]) == (1, 0.5)
    assert np.isnan(mean["alone_low"])

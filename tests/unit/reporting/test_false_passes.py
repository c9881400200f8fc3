"""The warning stands in the report with the numbers of this study."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.evaluation.false_pass import Showings, false_pass_rate, safe_threshold
from boldwise.reporting.false_passes import tabulate_false_passes


@pytest.fixture
def facts(study):
    """Ceilings of one subject from a hundred images shown three times."""
    return replace(
        study.splits["main"].ceilings["01"],
        showings=Showings(100, 300, 1, 1 / 3),
        null=np.array([0.0, 0.05, 0.2, 0.4]),
    )


def test_the_rate_expected_stands_beside_that_of_shuffled_voxels(facts):
    (table,) = tabulate_false_passes({"01": facts}, min_ceiling=0.1)

    assert table.rows == [("sub-01", "100", "3.0", "26 %", "50 %", "0.24")]
    assert "noise above 0.10" in table.columns
    assert "a quarter of pure noise" in table.note


def test_the_rate_follows_the_least_ceiling_and_the_method(facts):
    (table,) = tabulate_false_passes(
        {"01": replace(facts, method="inter_subject")}, min_ceiling=0.05
    )

    rate = false_pass_rate(0.05, facts.showings, method="inter_subject")
    safe = safe_threshold(0.05, facts.showings, method="inter_subject")
    assert table.rows[0][3:] == (f"{100 * rate:.0f} %", "50 %", f"{safe:.2f}")


def test_what_was_not_estimated_is_not_listed(facts):
    unknown = {"01": replace(facts, showings=None), "02": facts}

    (table,) = tabulate_false_passes(unknown, min_ceiling=0.1)

    assert [row[0] for row in table.rows] == ["sub-02"]
    assert tabulate_false_passes({"01": unknown["01"]}, min_ceiling=0.1) == []


def test_real_stores_bring_what_the_warning_needs(study):
    ceilings = study.splits["main"].ceilings

    (table,) = tabulate_false_passes(ceilings, min_ceiling=0.1)

    assert [row[1:3] for row in table.rows] == [("12", "3.0"), ("12", "3.0")]

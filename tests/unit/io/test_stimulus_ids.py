"""Names become ids by one rule; templates are filled row by row."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.io.stimulus_ids import IdRule, fill_template


def test_pieces_are_dropped_then_exchanged_then_lowered():
    rule = IdRule(drop=["_cropped", "_usableArea"], replace={"-": "_"}, lower=True)

    ids = rule.all(["TV-watchingTV1_usableArea_cropped", "sets/TV_watchingTV1"])

    assert ids.tolist() == ["tv_watchingtv1", "tv_watchingtv1"]


def test_without_a_rule_names_are_ids():
    assert IdRule().all(["A_b-1", " c "]).tolist() == ["A_b-1", "c"]


def test_whole_numbers_are_written_without_a_point():
    assert IdRule().all(np.array([1.0, 73000.0])).tolist() == ["1", "73000"]


TABLE = {
    "trial_type": np.array(["face", "n/a", "house"]),
    "onset": np.array(["1", "2", "3"]),
}


def test_columns_and_labels_fill_a_template():
    names, named = fill_template("{trial_type}_run-{run}", TABLE, {"run": "07"})

    assert names.tolist() == ["face_run-07", "house_run-07"]
    assert named.tolist() == [True, False, True]


def test_a_column_wins_over_a_label():
    names, _ = fill_template("{onset}", TABLE, {"onset": "9"})

    assert names.tolist() == ["1", "2", "3"]


def test_a_template_that_asks_for_more_is_refused():
    with pytest.raises(DataError, match=r"no column 'image'.*trial_type, onset, run"):
        fill_template("{image}", TABLE, {"run": "1"})


def test_ids_from_one_can_become_ids_from_zero():
    rule = IdRule(shift=-1)

    assert rule.all(np.array([1, 73000])).tolist() == ["0", "72999"]
    assert rule("catch") == "catch"

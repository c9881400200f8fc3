"""Names become ids by one rule; templates are filled row by row."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.io.stimulus_ids import IdRule, fill_template, label_of, refuse_twice


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


def test_numbers_of_other_scripts_and_powers_are_not_taken_for_numbers():
    rule = IdRule(shift=1)

    assert rule("9") == "10"
    assert [rule(name) for name in ("2\u00b2", "\u00b3", "-3", "1.5")] == [
        *("2\u00b2", "\u00b3", "-3", "1.5")
    ]


IDS = np.array(["cat-01", "dog-01", "puppy-02"])


def test_labels_come_from_ids_and_aliases_join_them():
    label = label_of(IDS, "category", pattern="([a-z]+)-", aliases={"puppy": "dog"})

    assert label.tolist() == ["cat", "dog", "dog"]


@pytest.mark.parametrize("pattern", ["(cat)?.*", "(cat|)", "(cat)-"])
def test_ids_in_which_a_pattern_finds_no_name_are_all_told(pattern):
    said = r"2 of 3 stimulus ids do not match the group pattern .*'dog-01', 'puppy-02'"
    with pytest.raises(DataError, match=said):
        label_of(IDS, "group", pattern=pattern, aliases={})


def test_a_pattern_is_matched_from_the_start():
    with pytest.raises(DataError, match="3 of 3 stimulus ids do not match"):
        label_of(IDS, "category", pattern="([0-9]+)", aliases={})


@pytest.mark.parametrize(
    ("ids", "told"),
    [
        (
            {0: "a", 1: "b", 3: "a"},
            r"1 stimulus .*'a' \(row 2 and row 5 are both 'a'\)",
        ),
        (
            {"x/a.png": "a", "y/a.jpg": "a"},
            r"1 stim.*\(a\.png and a\.jpg are both 'a'\)",
        ),
        ({0: "a", 1: "a", 2: "b", 3: "b"}, r"2 stimulus ids occur more .*'a', 'b'"),
    ],
)
def test_two_places_of_one_id_are_named(ids, told):
    with pytest.raises(DataError, match=rf"^table: {told}"):
        refuse_twice(ids, where="table")


def test_another_way_out_is_told_where_there_is_one():
    with pytest.raises(DataError, match=r"Rename one, or do that, or mend"):
        refuse_twice({0: "a", 1: "a"}, where="t", hint=" or do that,")
    refuse_twice({0: "a", 1: "b"}, where="t")

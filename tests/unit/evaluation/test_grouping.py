"""What belongs together stays together, and folds come out even."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.evaluation.grouping import (
    blocks_of,
    deal_blocks,
    groups_of,
    label_stimuli,
    strata_of,
)
from boldwise.features.records import Stimuli

IDS = np.array(["a", "b", "c", "d"])


def carried(labels):
    """Set of (stimulus, label) by name."""
    return {
        (str(IDS[s]), str(labels.name[k]))
        for s, k in zip(labels.stimulus, labels.label, strict=True)
    }


def test_runs_are_collected_over_subjects_and_repeats(make_trials):
    seen = {
        "01": make_trials(["a", "b", "a"], run=["1", "1", "2"]),
        "02": make_trials(["c", "d", "a"], run=["1", "2", "2"]),
    }

    labels = label_stimuli("run", IDS, seen, Stimuli(IDS))

    expected = {("a", "1"), ("a", "2"), ("b", "1"), ("c", "1"), ("d", "2")}
    assert carried(labels) == {(s, f"run-{r}") for s, r in expected}


def test_runs_of_several_sessions_do_not_share_names(make_trials):
    seen = {"01": make_trials(["a", "b", "c", "d"], session=["1", "1", "2", "2"])}

    labels = label_stimuli("run", IDS, seen, Stimuli(IDS))

    assert labels.name.tolist() == ["ses-1_run-01", "ses-2_run-01"]


def test_sessions_are_labels_of_their_own(make_trials):
    seen = {"01": make_trials(["a", "b", "c", "d"], session=["1", "1", "2", "2"])}

    labels = label_stimuli("session", IDS, seen, Stimuli(IDS))

    assert carried(labels) >= {("a", "session-1"), ("d", "session-2")}


def test_a_stimulus_may_carry_several_categories_or_none(make_trials):
    stimuli = Stimuli(IDS, category=np.array(["face; house", "face", "", "tool"]))

    labels = label_stimuli("category", IDS, {"01": make_trials(IDS)}, stimuli)

    assert carried(labels) == {
        ("a", "face"),
        ("a", "house"),
        ("b", "face"),
        ("d", "tool"),
    }
    assert labels.carriers(0).tolist() == [True, True, False, False]


def test_a_stimulus_without_a_group_is_its_own():
    stimuli = Stimuli(IDS[::-1], group=np.array(["g", "", "g", ""]))

    assert groups_of(IDS, stimuli).tolist() == ["a", "g", "c", "g"]
    assert groups_of(IDS, Stimuli(IDS)).tolist() == IDS.tolist()


def test_going_by_categories_that_are_not_there_says_what_to_give(make_trials):
    seen = {"01": make_trials(IDS)}
    empty = Stimuli(IDS, category=np.array(["", "", "", ""]))

    with pytest.raises(DataError, match="no column 'category'"):
        label_stimuli("category", IDS, seen, Stimuli(IDS))
    with pytest.raises(DataError, match="no stimulus has one"):
        label_stimuli("category", IDS, seen, empty)


def test_a_shown_stimulus_that_nobody_described_is_named(make_trials):
    stimuli = Stimuli(IDS[:3], group=np.array(["g", "g", "h"]))

    with pytest.raises(DataError, match=r"1 stimulus ids have no row.*'d'"):
        label_stimuli("group", IDS, {"01": make_trials(IDS)}, stimuli)


def test_linked_labels_join_their_stimuli_into_one_block(make_trials):
    # a and b share run 1, b and c share run 2; d is alone in run 3.
    seen = {"01": make_trials(["a", "b", "b", "c", "d"], run=["1", "1", "2", "2", "3"])}

    block = blocks_of(label_stimuli("run", IDS, seen, Stimuli(IDS)))

    assert block[0] == block[1] == block[2] != block[3]


def test_links_through_stimuli_that_are_left_out_do_not_count(make_trials):
    seen = {"01": make_trials(["a", "b", "b", "c", "d"], run=["1", "1", "2", "2", "3"])}
    labels = label_stimuli("run", IDS, seen, Stimuli(IDS))

    block = blocks_of(labels.take(np.array([True, False, True, True])))

    assert len({block[0], block[2], block[3]}) == 3


def test_blocks_are_never_torn_and_folds_differ_by_one_block_at_most():
    block = np.repeat(np.arange(23), 4)

    fold = deal_blocks(block, np.zeros(92, int), n_folds=5, seed=0)

    assert all(len(set(fold[block == b])) == 1 for b in range(23))
    sizes = np.bincount(fold)
    assert len(sizes) == 5
    assert np.ptp(sizes) <= 4


def test_every_stratum_is_balanced_over_the_folds():
    stratum = np.repeat([0, 1, 2], [100, 60, 7])

    fold = deal_blocks(np.arange(167), stratum, n_folds=5, seed=3)

    for each in range(3):
        assert np.ptp(np.bincount(fold[stratum == each], minlength=5)) <= 1
    assert np.ptp(np.bincount(fold)) <= 1


def test_dealing_follows_the_seed_and_nothing_else():
    block, stratum = np.arange(40), np.zeros(40, int)

    first, again, other = (
        deal_blocks(block, stratum, n_folds=4, seed=seed) for seed in (1, 1, 2)
    )

    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_too_few_blocks_say_both_numbers():
    with pytest.raises(DataError, match=r"5 folds were asked for.*only 3 sets"):
        deal_blocks(np.array([0, 1, 2, 2]), np.zeros(4, int), n_folds=5, seed=0)


def test_strata_are_equal_where_the_same_subjects_saw_the_stimulus(make_trials):
    seen = {"01": make_trials(["a", "b", "c"]), "02": make_trials(["b", "c", "d"])}

    stratum = strata_of(IDS, seen)

    assert stratum[1] == stratum[2]
    assert len(set(stratum.tolist())) == 3

"""What aligns never tests; a refusal names the stimuli."""

import numpy as np
import pytest

from boldwise.errors import DataError, LeakageError
from boldwise.evaluation.alignment_ids import (
    alignment_ids,
    draw_for_alignment,
    refuse_tested,
)
from boldwise.evaluation.splits import TEST, TRAIN, Split

IDS = np.array(["a", "b", "c", "d"])


def make_split(part, name="standard"):
    part = np.array([part], np.int8)
    return Split(name, IDS, part, np.zeros_like(part), np.array(["shared"]), "-")


def test_shared_training_stimuli_align():
    split = make_split([TRAIN, TRAIN, TEST, TRAIN])

    assert alignment_ids(split, 0, np.array(["a", "c", "d"])).tolist() == ["a", "d"]


def test_a_split_that_tests_all_shared_stimuli_is_refused_with_their_ids():
    split = make_split([TEST, TEST, TRAIN, TRAIN])

    with pytest.raises(
        LeakageError,
        match=r"'standard' tests on all 2 stimuli that the subjects share \('a', 'b'\)",
    ):
        alignment_ids(split, 0, np.array(["a", "b"]))


def test_an_alignment_on_test_stimuli_is_refused_with_their_ids():
    split = make_split([TEST, TRAIN, TEST, TRAIN])

    with pytest.raises(LeakageError, match=r"on 3 stimuli, 2 of which .*: 'a', 'c'\."):
        refuse_tested(split, 0, np.array(["a", "b", "c"]))


def test_an_alignment_on_training_stimuli_passes():
    assert refuse_tested(make_split([TEST, *[TRAIN] * 3]), 0, IDS[1:]) is None


@pytest.mark.parametrize("share", [0.1, 0.5, 0.8])
def test_about_the_share_is_kept_in_whole_groups(share):
    group = np.repeat(np.arange(50), np.tile([1, 3], 25)).astype(str)

    kept = draw_for_alignment(group, share=share, seed=0)

    assert abs(kept.mean() - share) < 0.02
    assert not set(group[kept]) & set(group[~kept])


def test_some_are_left_on_either_side():
    group = np.array(["a", "b"])

    for share in (0.01, 0.99):
        assert draw_for_alignment(group, share=share, seed=0).sum() == 1


def test_another_seed_keeps_others():
    group = np.arange(100).astype(str)

    one, other = (draw_for_alignment(group, share=0.5, seed=k) for k in (0, 1))

    assert (one != other).any()


def test_one_group_alone_cannot_be_parted():
    with pytest.raises(DataError, match=r"2 stimuli .* of one group \('a'\)"):
        draw_for_alignment(np.array(["a", "a"]), share=0.5, seed=0)

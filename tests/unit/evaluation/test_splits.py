"""A split names its parts, and its hash stands for all of them."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.errors import LeakageError


def test_parts_are_named_by_id(make_split_by_hand):
    split = make_split_by_hand("ttT-", ids=["a", "b", "c", "d"])

    assert split.train_ids(0).tolist() == ["a", "b"]
    assert split.test_ids(0).tolist() == ["c"]
    assert split.n_folds == 1


def test_inner_folds_are_aligned_with_the_training_ids(make_split_by_hand):
    split = make_split_by_hand("tTt", ids=["a", "b", "c"])
    split = replace(split, cv_fold=np.array([[4, -1, 7]]))

    assert split.inner_folds(0).tolist() == [4, 7]


def test_hash_depends_on_ids_parts_and_inner_folds_only(make_split_by_hand):
    split = make_split_by_hand("ttTT")

    changed = [
        replace(split, stimulus_id=np.array(["x", "s001", "s002", "s003"])),
        replace(split, part=split.part[:, ::-1].copy()),
        replace(split, cv_fold=split.cv_fold + 1),
    ]

    assert replace(split, name="other", reason="Other words.").hash == split.hash
    assert len({split.hash, *(other.hash for other in changed)}) == 4


def test_what_was_made_under_another_split_is_refused_with_both_hashes(
    make_split_by_hand,
):
    split, other = make_split_by_hand("ttTT"), make_split_by_hand("TTtt")

    split.refuse_other(split.hash, what="enc.h5")
    with pytest.raises(LeakageError, match=rf"enc.h5.*{other.hash}.*{split.hash}"):
        split.refuse_other(other.hash, what="enc.h5")

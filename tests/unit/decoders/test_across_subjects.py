"""One subject beside the mean of the others, joined by stimulus and by voxel."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.decoders.across_subjects import pair_with_others
from boldwise.errors import DataError


def test_own_responses_stand_beside_the_mean_of_the_others(data):
    ids, own, mean = pair_with_others(data.responses, data.others)

    def by_hand(subject, name):
        shown = subject.trials.stimulus_id == name
        return subject.response[shown].mean(axis=0)

    others = [by_hand(subject, ids[5]) for subject in data.others]
    np.testing.assert_allclose(own[5], by_hand(data.responses, ids[5]), rtol=1e-6)
    np.testing.assert_allclose(mean[5], np.mean(others, axis=0), rtol=1e-6)


def test_another_order_of_voxels_changes_nothing(data):
    turned = np.random.default_rng(0).permutation(90)
    other = data.others[0]
    moved = replace(
        other, response=other.response[:, turned], voxels=other.voxels.take(turned)
    )

    plain = pair_with_others(data.responses, data.others)
    same = pair_with_others(data.responses, [moved, data.others[1]])

    np.testing.assert_array_equal(same[2], plain[2])


def test_only_stimuli_that_all_saw_are_kept(data):
    other = data.others[0]
    seen = np.flatnonzero(other.trials.stimulus_id > "s09")
    fewer = replace(
        other, response=other.response[seen], trials=other.trials.take(seen)
    )

    ids, own, mean = pair_with_others(data.responses, [fewer, data.others[1]])

    assert ids[0] == "s10"
    assert len(ids) == len(own) == len(mean) == 62


def test_one_subject_alone_is_refused(data):
    with pytest.raises(DataError, match="one subject alone cannot be compared"):
        pair_with_others(data.responses, [])


def test_subjects_without_common_stimuli_are_refused(data):
    other = data.others[0]
    strange = np.char.add("x", other.trials.stimulus_id)
    changed = replace(other, trials=replace(other.trials, stimulus_id=strange))

    with pytest.raises(DataError, match="no stimulus was seen by all 2 subjects"):
        pair_with_others(data.responses, [changed])

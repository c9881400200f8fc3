"""Subjects are joined by stimulus id and by voxel index."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.decoders.across_subjects import average_subjects, match_voxels
from boldwise.errors import DataError, ShapeMismatchError
from boldwise.responses.records import Voxels


def voxels(*places, shape=(4, 4, 4), affine=None):
    ijk = np.stack(np.unravel_index(places, shape), axis=1)
    return Voxels(ijk, shape, affine)


def test_shared_voxels_come_in_one_order_for_all():
    first, second = voxels(9, 3, 5, 7), voxels(5, 8, 9, 3)

    columns = match_voxels([first, second])

    ijk = [v.ijk[own].tolist() for v, own in zip((first, second), columns, strict=True)]
    assert ijk[0] == ijk[1] == voxels(3, 5, 9).ijk.tolist()


def test_own_responses_stand_beside_the_mean_of_the_others(data):
    ids, own, mean = average_subjects(data.responses, data.others)

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

    plain = average_subjects(data.responses, data.others)
    same = average_subjects(data.responses, [moved, data.others[1]])

    np.testing.assert_array_equal(same[2], plain[2])


def test_only_stimuli_that_all_saw_are_kept(data):
    other = data.others[0]
    seen = np.flatnonzero(other.trials.stimulus_id > "s09")
    fewer = replace(
        other, response=other.response[seen], trials=other.trials.take(seen)
    )

    ids, own, mean = average_subjects(data.responses, [fewer, data.others[1]])

    assert ids[0] == "s10"
    assert len(ids) == len(own) == len(mean) == 62


def test_one_subject_alone_is_refused(data):
    with pytest.raises(DataError, match="one subject alone cannot be compared"):
        average_subjects(data.responses, [])


def test_subjects_without_common_stimuli_are_refused(data):
    other = data.others[0]
    strange = np.char.add("x", other.trials.stimulus_id)
    changed = replace(other, trials=replace(other.trials, stimulus_id=strange))

    with pytest.raises(DataError, match="no stimulus was seen by all 2 subjects"):
        average_subjects(data.responses, [changed])


def test_subjects_without_common_voxels_are_refused():
    with pytest.raises(DataError, match=r"of \[3, 4\] only 2 lie at the same place"):
        match_voxels([voxels(1, 2, 3), voxels(2, 3, 4, 5)])


@pytest.mark.parametrize(
    "other",
    [
        voxels(1, 2, 3, shape=(5, 5, 5)),
        voxels(1, 2, 3, affine=np.diag([2.0, 2, 2, 1])),
    ],
)
def test_volumes_on_other_grids_are_refused(other):
    with pytest.raises(ShapeMismatchError, match="subjects do not share voxels"):
        match_voxels([voxels(1, 2, 3), other])


def test_affines_that_differ_are_refused():
    first = voxels(1, 2, 3, affine=np.eye(4))

    with pytest.raises(ShapeMismatchError, match="or their affines differ"):
        match_voxels([first, voxels(1, 2, 3, affine=2 * np.eye(4))])

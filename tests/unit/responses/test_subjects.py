"""Means over subjects join stimuli and voxels."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.responses.records import Responses, Trials, Voxels
from boldwise.responses.subjects import average_subjects, in_voxels_of, shared_voxels


def make_subject(response, ids, places, *, run="1", unit="beta", shape=(4, 1, 1)):
    ids = np.array(ids)
    trials = Trials(
        stimulus_id=ids,
        session=np.full(len(ids), "s1"),
        run=np.full(len(ids), run),
        onset_s=np.zeros(len(ids)),
        repeat=np.zeros(len(ids), int),
    )
    ijk = np.column_stack([places, np.zeros((len(places), 2), int)])
    response = np.array(response, np.float32)
    return Responses(response, trials, Voxels(ijk, shape), unit=unit)


def test_mean_joins_stimuli_by_id_and_voxels_by_place():
    one = make_subject([[1, 2, 3], [4, 5, 6]], ["a", "b"], [0, 1, 3])
    two = make_subject([[60, 40], [30, 10]], ["b", "a"], [3, 0])

    mean = average_subjects([one, two])

    assert mean.trials.stimulus_id.tolist() == ["a", "b"]
    assert mean.voxels.ijk[:, 0].tolist() == [0, 3]
    np.testing.assert_array_equal(mean.response, [[5.5, 16.5], [22, 33]])
    assert "2 subjects: 2 stimuli and 2 voxels" in mean.notes["group"]


def test_every_subject_weighs_the_same_however_often_it_saw_a_stimulus():
    one = make_subject([[0], [0], [0]], ["a", "a", "a"], [0])
    two = make_subject([[6]], ["a"], [0])

    assert average_subjects([one, two]).response.item() == 3


def test_only_stimuli_that_all_saw_are_kept():
    one = make_subject([[1], [2]], ["a", "b"], [0])
    two = make_subject([[3], [4]], ["b", "c"], [0])

    assert average_subjects([one, two]).trials.stimulus_id.tolist() == ["b"]


def test_labels_are_kept_where_subjects_agree():
    one = make_subject([[1]], ["a"], [0], run="1")
    two = make_subject([[1]], ["a"], [0], run="2")

    trials = average_subjects([one, two]).trials

    assert trials.session.tolist() == ["s1"]
    assert trials.run.tolist() == ["several"]
    assert np.isnan(trials.onset_s).all()


def test_shared_voxels_are_in_one_order_in_all_subjects():
    one = make_subject(np.zeros((1, 3)), ["a"], [3, 0, 2]).voxels
    two = make_subject(np.zeros((1, 3)), ["a"], [2, 1, 3]).voxels

    columns = shared_voxels([one, two])

    np.testing.assert_array_equal(one.ijk[columns[0]], two.ijk[columns[1]])
    assert sorted(one.ijk[columns[0], 0].tolist()) == [2, 3]


def test_volumes_of_another_shape_are_no_common_space():
    one = make_subject([[1]], ["a"], [0]).voxels
    two = make_subject([[1]], ["a"], [0], shape=(5, 1, 1)).voxels

    with pytest.raises(ShapeMismatchError, match=r"2 shapes.*common_space: false"):
        shared_voxels([one, two])


@pytest.mark.parametrize("affine", [None, 2 * np.eye(4)])
def test_grids_that_lie_elsewhere_are_no_common_space(affine):
    one = replace(make_subject([[1]], ["a"], [0]).voxels, affine=np.eye(4))

    with pytest.raises(ShapeMismatchError, match=r"2 subjects.*affines that differ"):
        shared_voxels([one, replace(one, affine=affine)])


def test_a_voxel_that_another_subject_lacks_is_nan_there():
    other = make_subject([[1, 2, 3]], ["a"], [3, 0, 2])
    here = make_subject(np.zeros((1, 3)), ["a"], [2, 1, 3]).voxels

    arranged = in_voxels_of(other, here)

    np.testing.assert_array_equal(arranged.response, [[3, np.nan, 1]])
    assert arranged.voxels is here


def test_subjects_without_a_shared_voxel_are_refused():
    one = make_subject([[1]], ["a"], [0])
    two = make_subject([[1]], ["a"], [1])

    with pytest.raises(DataError, match="2 subjects share no voxel"):
        average_subjects([one, two])


def test_subjects_without_a_shared_stimulus_have_no_mean():
    one = make_subject([[1]], ["a"], [0])
    two = make_subject([[1]], ["b"], [0])

    with pytest.raises(
        DataError, match=r"seen by all 2 subjects.*group_subject: false"
    ):
        average_subjects([one, two])


def test_units_are_not_mixed():
    one = make_subject([[1]], ["a"], [0], unit="beta")
    two = make_subject([[1]], ["a"], [0], unit="z")

    with pytest.raises(DataError, match="several units: 'beta', 'z'"):
        average_subjects([one, two])


def on_mesh(vertices, size=9):
    """Lay vertices of the left cortex out."""
    return Voxels(
        ijk=np.full((len(vertices), 3), -1),
        volume_shape=(0, 0, 0),
        vertex=np.array(vertices),
        structure=np.full(len(vertices), "CORTEX_LEFT"),
        n_vertices={"CORTEX_LEFT": size},
    )


def test_vertices_are_shared_by_their_number():
    columns = shared_voxels([on_mesh([0, 3, 8]), on_mesh([8, 4, 3])])

    assert [one.tolist() for one in columns] == [[1, 2], [2, 0]]


def test_subjects_on_other_meshes_share_nothing():
    with pytest.raises(ShapeMismatchError, match=r"meshes of 2 sizes: .*fsaverage"):
        shared_voxels([on_mesh([0]), on_mesh([0], size=12)])

"""What decoders of many subjects are given: joined by id, never across the split."""

from dataclasses import replace

import numpy as np
import pytest
from shared_world import N_OWN, N_TEST, shared_data, ungrouped, with_part

from boldwise.decoders.shared_data import GivenTarget, PickedRows, common_regions
from boldwise.errors import DataError


@pytest.fixture
def data():
    return shared_data()


def test_each_trial_points_to_its_own_stimulus(data):
    study, ids = data.study(0), data.fold_ids(0)

    for name, brain in study.brains.items():
        shown = data.subjects[name].trials.stimulus_id
        used = np.concatenate([brain.train, brain.test])
        assert (ids[brain.stimulus_row[used]] == shown[used]).all()
        assert len(brain.train) == N_OWN
        assert len(brain.test) == 2 * N_TEST
    feature = data.targets["image"].fold(0).rows(ids)
    assert np.array_equal(study.targets["image"], feature)


def test_nobody_trains_on_what_anybody_is_tested_on(data):
    study = data.study(0)

    assert not set(study.shown("train")) & set(study.shown("test"))
    tested = data.fold_ids(0)[study.shown("test")]
    assert set(tested) == set(data.split.test_ids(0))


def test_a_stimulus_that_one_saw_and_the_split_tests_trains_no_other(data):
    """Subject b saw a stimulus that only a tests: it must leave b's training."""
    moved = with_part(data, ["b00", "b01"], "test")

    study = moved.study(0)

    ids = moved.fold_ids(0)
    trained = ids[study.brains["b"].stimulus_row[study.brains["b"].train]]
    assert not {"b00", "b01"} & set(trained)
    assert len(trained) == N_OWN - 2


def test_unused_stimuli_take_no_part(data):
    left = with_part(data, ["a00", "t00"], "unused")

    study = left.study(0)

    assert not {"a00", "t00"} & set(left.fold_ids(0))
    assert len(study.brains["a"].train) == N_OWN - 1
    assert len(study.brains["a"].test) == 2 * (N_TEST - 1)


def test_validation_keeps_declared_groups_or_inner_folds_together(data):
    ids = data.fold_ids(0)
    n_train = 3 * N_OWN

    declared = data.study(0).groups
    by_id = ungrouped(data).study(0).groups
    by_fold = replace(data, keep="run").study(0).groups

    assert declared[:n_train].tolist() == [one[0] for one in ids[:n_train]]
    assert by_id[:n_train].tolist() == ids[:n_train].tolist()
    assert set(by_fold[:n_train]) == {"0", "1", "2", "3"}
    assert (by_fold[n_train:] == "").all()


def test_regions_are_those_that_all_subjects_have(data):
    own = data.subjects["a"].voxels
    extra = replace(own, roi={**own.roi, "FFA": np.ones(len(own), bool)})
    subjects = {**data.subjects, "a": replace(data.subjects["a"], voxels=extra)}

    region = data.study(0).brains["a"].region

    assert common_regions(subjects) == ["V1", "V2"]
    assert region[:12].tolist() == [0] * 12  # the first of two counts
    assert region[12] == 1
    assert region[-1] == -1


def test_a_subject_needs_both_sides(data):
    for part, what in (("unused", "test"), ("train", "test")):
        lost = with_part(data, data.split.test_ids(0), part)
        with pytest.raises(DataError, match=f"saw none of the {what} stimuli of fold"):
            lost.study(0)


def test_time_series_are_refused(data):
    continuous = replace(data.subjects["a"], kind="continuous")

    with pytest.raises(DataError, match="takes one response per trial"):
        replace(data, subjects={"a": continuous})


def test_tokens_are_read_row_by_row_from_where_they_lie(data):
    ids = data.split.stimulus_id[::-1]
    value = np.arange(len(ids) * 6, dtype="f2").reshape(len(ids), 2, 3)

    class Disk:
        """Like a dataset on disk: slices only."""

        shape, dtype = value.shape, value.dtype

        def __getitem__(self, rows):
            assert isinstance(rows, slice)
            return value[rows]

    both = {**data.targets, "tokens": GivenTarget(ids, Disk())}
    found = replace(data, targets=both).study(0).targets["tokens"]

    assert found.shape == (len(ids), 2, 3)
    assert found.dtype == np.float16
    wanted = value[[ids.tolist().index(one) for one in data.fold_ids(0)]]
    assert np.array_equal(found[3:9], wanted[3:9])


def test_picked_rows_may_come_in_any_order():
    source = np.arange(10)[:, None]

    found = PickedRows(source, np.array([7, 2, 2, 9]))

    assert found[0:4].ravel().tolist() == [7, 2, 2, 9]
    assert found.shape == (4, 1)

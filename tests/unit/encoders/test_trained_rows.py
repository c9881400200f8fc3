"""Rows of a trained encoder: joined by id, no test response among them."""

from dataclasses import replace

import numpy as np
import pytest
from made_split import make_split

from boldwise.encoders.trained_rows import take_subject
from boldwise.errors import DataError
from boldwise.features.records import Stimuli


def stimuli_of(study, group=None):
    return Stimuli(stimulus_id=study.split.stimulus_id, group=group)


def test_rows_are_means_over_repeats_joined_by_id(study):
    rows = take_subject(study.responses, study.split, stimuli_of(study), keep="group")
    ids = study.responses.trials.stimulus_id

    assert rows.n_train == [len(study.split.train_ids(fold)) for fold in (0, 1)]
    for number in (0, 1):
        fold = rows.fold(number)
        assert set(fold.train_id) == set(study.split.train_ids(number))
        assert set(fold.test_id) == set(study.split.test_ids(number))
        for row, name in enumerate(fold.train_id[:5]):
            mean = study.responses.response[ids == name].mean(0)
            np.testing.assert_allclose(fold.response[row], mean, rtol=1e-5, atol=1e-5)


def test_no_response_to_a_test_stimulus_is_handed_over(study):
    trials = study.responses.trials
    tested = np.isin(trials.stimulus_id, study.split.test_ids(0))
    changed = study.responses.response.copy()
    changed[tested] += 100
    other = replace(study.responses, response=changed)

    mine, theirs = (
        take_subject(one, study.split, stimuli_of(study), keep="group").fold(0)
        for one in (study.responses, other)
    )

    np.testing.assert_array_equal(mine.response, theirs.response)


def test_declared_groups_stay_together_or_else_whole_inner_folds(study):
    group = np.array([f"g{i // 4}" for i in range(len(study.split.stimulus_id))])
    known = stimuli_of(study, group)
    own = dict(zip(study.split.stimulus_id, group, strict=True))

    by_group = take_subject(study.responses, study.split, known, keep="group").fold(0)
    by_run = take_subject(study.responses, study.split, known, keep="run").fold(0)

    assert [own[name] for name in by_group.train_id] == by_group.group.tolist()
    inner = study.split.inner_folds(0).astype(str)
    assert by_run.group.tolist() == inner.tolist()


def test_a_validation_part_holds_one_group_at_least(study):
    fold = take_subject(
        study.responses, study.split, stimuli_of(study), keep="run"
    ).fold(0)

    assert fold.least_share(0.1) == pytest.approx(0.25)
    assert fold.least_share(0.4) == 0.4
    assert fold.least_share(0.0) == 0.0


def test_shuffling_moves_all_voxels_of_a_stimulus_together(study):
    fold = take_subject(
        study.responses, study.split, stimuli_of(study), keep="group"
    ).fold(0)

    shuffled = fold.shuffled(np.random.default_rng(0))

    assert not np.array_equal(shuffled.response, fold.response)
    order = [np.lexsort(one.response.T) for one in (fold, shuffled)]
    np.testing.assert_array_equal(fold.response[order[0]], shuffled.response[order[1]])
    np.testing.assert_array_equal(shuffled.train_id, fold.train_id)


def test_time_series_are_refused(study):
    series = replace(study.responses, kind="continuous")

    with pytest.raises(DataError, match=r"one response per trial.*Use ridge"):
        take_subject(series, study.split, stimuli_of(study), keep="group")


def test_a_subject_who_saw_no_test_stimulus_is_refused(study):
    ids = study.split.stimulus_id
    other = np.append(ids, ["x1", "x2"])
    test = np.zeros((2, len(other)), bool)
    test[0, :10], test[1, -2:] = True, True
    split = make_split(other, test)
    known = Stimuli(stimulus_id=other)

    with pytest.raises(DataError, match="none of the test stimuli of fold fold-1"):
        take_subject(study.responses, split, known, keep="group")

"""Outer folds hold the averages of one subject's stimuli, joined by id."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.decoders.data import Decoded, outer_folds
from boldwise.errors import DataError
from boldwise.evaluation.splits import UNUSED


def without(data, gone):
    """Take away all trials of some stimuli."""
    responses = data.responses
    kept = ~np.isin(responses.trials.stimulus_id, gone)
    return replace(
        data,
        responses=replace(
            responses,
            response=responses.response[kept],
            trials=responses.trials.take(kept),
        ),
    )


def in_order(data, order):
    """Bring the trials into another order."""
    responses = data.responses
    shuffled = replace(
        responses,
        response=responses.response[order],
        trials=responses.trials.take(order),
    )
    return replace(data, responses=shuffled)


def test_rows_are_the_means_over_the_trials_of_their_stimulus(data):
    shown, response = data.responses.trials.stimulus_id, data.responses.response

    for fold in outer_folds(data):
        sides = ((fold.train_id, fold.train), (fold.test_id, fold.test))
        for ids, rows in sides:
            expected = [response[shown == one].mean(axis=0) for one in ids]
            np.testing.assert_allclose(rows, expected, rtol=1e-5)


def test_folds_part_the_stimuli_as_the_split_does(data):
    for number, fold in enumerate(outer_folds(data)):
        assert fold.number == number
        assert fold.train_id.tolist() == data.split.train_ids(number).tolist()
        assert set(fold.test_id) == set(data.split.test_ids(number))
        assert not np.intersect1d(fold.train_id, fold.test_id).size


def test_test_stimuli_are_sorted_within_each_fold(data):
    backwards = np.arange(len(data.split.stimulus_id))[::-1]
    split = replace(
        data.split,
        stimulus_id=data.split.stimulus_id[backwards],
        part=data.split.part[:, backwards],
        cv_fold=data.split.cv_fold[:, backwards],
    )

    for fold in outer_folds(replace(data, split=split)):
        assert fold.test_id.tolist() == sorted(fold.test_id)
        assert fold.train_id.tolist() == sorted(fold.train_id, reverse=True)


def test_inner_folds_stay_with_their_stimuli_when_some_were_never_seen(data):
    gone = data.split.stimulus_id[::5]
    known = {
        (number, one): inner
        for number in range(3)
        for one, inner in zip(
            data.split.train_ids(number), data.split.inner_folds(number), strict=True
        )
    }

    for fold in outer_folds(without(data, gone)):
        assert not np.isin(fold.train_id, gone).any()
        expected = [known[fold.number, one] for one in fold.train_id]
        assert fold.inner.tolist() == expected


def test_the_order_of_the_trials_does_not_matter(data):
    order = np.random.default_rng(1).permutation(len(data.responses.trials))

    pairs = zip(outer_folds(data), outer_folds(in_order(data, order)), strict=True)
    for one, other in pairs:
        assert one.train_id.tolist() == other.train_id.tolist()
        np.testing.assert_allclose(one.train, other.train, rtol=1e-6)
        np.testing.assert_allclose(one.test, other.test, rtol=1e-6)


def test_a_fold_that_tests_nothing_this_subject_saw_is_left_out(data):
    gone = data.split.test_ids(1)

    numbers = [fold.number for fold in outer_folds(without(data, gone))]

    assert numbers == [0, 2]


def test_stimuli_that_the_split_does_not_use_are_on_neither_side(data):
    part = data.split.part.copy()
    part[:, :6] = UNUSED
    unused = data.split.stimulus_id[:6]

    for fold in outer_folds(replace(data, split=replace(data.split, part=part))):
        assert not np.isin(unused, [*fold.train_id, *fold.test_id]).any()


def test_the_responses_of_the_test_side_do_not_touch_the_training_side(data):
    spoiled = data.responses.response.copy()
    tested = np.isin(data.responses.trials.stimulus_id, data.split.test_ids(0))
    spoiled[tested] = np.nan

    responses = replace(data.responses, response=spoiled)
    fold = next(outer_folds(replace(data, responses=responses)))

    assert np.isfinite(fold.train).all()
    assert np.isnan(fold.test).all()


def test_responses_of_other_stimuli_are_refused(data):
    ids = np.char.add("other-", data.responses.trials.stimulus_id)
    trials = replace(data.responses.trials, stimulus_id=ids)
    strange = replace(data, responses=replace(data.responses, trials=trials))

    with pytest.raises(DataError, match=r"none of the 72 stimuli .* by split 'main'"):
        next(outer_folds(strange))


def test_a_fold_without_training_stimuli_is_named(data):
    alone = without(data, data.split.train_ids(1))

    with pytest.raises(DataError, match=r"none of the 48 training stimuli of fold b"):
        list(outer_folds(alone))


def test_what_is_stored_is_ids_folds_and_all_arrays():
    arrays = {"prediction": np.zeros((2, 3)), "target": np.ones((2, 3))}
    decoded = Decoded(np.array(["a", "b"]), np.array([0, 1]), arrays, unit="z")

    stored = decoded.datasets()

    assert list(stored) == ["stimulus_id", "fold", "prediction", "target"]
    assert stored["target"] is arrays["target"]

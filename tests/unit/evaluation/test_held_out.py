"""Held-out items are found by id, and drawn alike for everybody."""

import numpy as np
import pytest

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.evaluation.held_out import (
    BLOCK,
    Shown,
    draw_weights,
    find_held_out,
    find_shown,
    permute_in_folds,
    permute_items,
    refuse_small_folds,
    reuse_of_pairs,
)
from boldwise.responses.records import Responses, Voxels


def respond(trials, response, kind="trials"):
    """Responses with one voxel per column."""
    n_voxels = response.shape[1]
    ijk = np.stack([np.arange(n_voxels)] * 3, axis=1)
    return Responses(response, trials, Voxels(ijk, (n_voxels,) * 3), kind=kind)


def test_only_test_stimuli_that_the_subject_saw_are_held_out(make_split_by_hand):
    split = make_split_by_hand("ttTT", "TTtt", ids=["a", "b", "c", "d"])

    held_out = find_held_out(split, np.array(["d", "a", "a", "b"]))

    assert held_out.stimulus_id.tolist() == ["d", "a", "b"]
    assert held_out.fold.tolist() == [0, 1, 1]
    assert [ids.tolist() for ids in held_out.pool] == [["c", "d"], ["a", "b"]]


def test_trials_are_joined_to_items_by_id_with_their_repeats(
    make_split_by_hand, make_trials
):
    split = make_split_by_hand("tTT", ids=["a", "b", "c"])
    trials = make_trials(["c", "a", "b", "c"])

    shown = find_shown(respond(trials, np.arange(4.0)[:, None]), split)

    assert shown.held_out.stimulus_id.tolist() == ["b", "c"]
    assert shown.item.tolist() == [0, 1, 1]
    assert shown.response[:, 0].tolist() == [2.0, 0.0, 3.0]


def test_a_trial_appears_once_per_fold_that_tests_it(make_split_by_hand, make_trials):
    split = make_split_by_hand("tTT", "TTt", ids=["a", "b", "c"])

    shown = find_shown(respond(make_trials(["a", "b", "c"]), np.eye(3)), split)

    assert shown.held_out.fold[shown.item].tolist() == [0, 0, 1, 1]
    np.testing.assert_array_equal(shown.response, np.eye(3)[[1, 2, 0, 1]])


def test_volumes_are_known_to_be_serial(make_split_by_hand, make_trials):
    split = make_split_by_hand("tT", ids=["a", "b"])
    responses = respond(make_trials(["a", "b"]), np.eye(2), kind="continuous")

    assert find_shown(responses, split).held_out.serial


def test_rows_are_found_by_id_and_fold(make_held_out):
    held_out = make_held_out(2, 1)

    rows = held_out.rows_in(held_out.stimulus_id[[2, 1, 0]], np.array([1, 0, 0]))

    assert rows.tolist() == [2, 1, 0]


def test_predictions_of_other_stimuli_are_refused(make_held_out):
    held_out = make_held_out(2, 1)

    with pytest.raises(DataError, match=r"2 rows were predicted.*holds out 3"):
        held_out.rows_in(held_out.stimulus_id[:2], np.zeros(2, int))
    with pytest.raises(DataError, match="have no prediction"):
        held_out.rows_in(held_out.stimulus_id, np.zeros(3, int))


def test_every_row_must_show_an_item(make_held_out):
    with pytest.raises(ShapeMismatchError, match=r"3 responses, but 2 items"):
        Shown(np.zeros((3, 1)), np.zeros(2, int), make_held_out(2))


def test_pairs_of_items_return_where_folds_train_one_another(make_split_by_hand):
    once = make_split_by_hand("ttttTT", "tttt--")
    three_folds = make_split_by_hand("TTtttt", "ttTTtt", "ttttTT")
    never_back = make_split_by_hand("TT--tt", "--TTtt")

    assert reuse_of_pairs(once.part) == 1
    assert reuse_of_pairs(three_folds.part) == pytest.approx(np.sqrt(2))
    assert reuse_of_pairs(never_back.part) == 1
    assert reuse_of_pairs(np.zeros((1, 4))) == 1


def test_a_fold_that_is_tested_twice_counts_twice(make_split_by_hand):
    split = make_split_by_hand("TTtt", "TTtt")

    assert reuse_of_pairs(split.part) == pytest.approx(np.sqrt(2))


def test_reuse_is_that_of_the_stimuli_which_the_subject_saw(make_split_by_hand):
    split = make_split_by_hand("TTtt", "ttTT", ids=["a", "b", "c", "d"])

    assert find_held_out(split, np.array(list("abcd"))).widening == pytest.approx(
        np.sqrt(2)
    )
    assert find_held_out(split, np.array(["a"])).widening == 1


def test_small_folds_say_which_and_why(make_held_out):
    with pytest.raises(DataError, match=r"1 of 2 folds.*'1', smallest 2.*for r"):
        refuse_small_folds(make_held_out(4, 2), at_least=3, why="for r")


def test_each_draw_takes_as_many_stimuli_as_the_fold_has(make_held_out):
    held_out = make_held_out(20, 7)

    weights = draw_weights(held_out, n_draws=50, seed=0)

    assert (weights[:, :20].sum(axis=1) == 20).all()
    assert (weights[:, 20:].sum(axis=1) == 7).all()
    assert abs(weights.mean() - 1) < 1e-12
    assert abs(weights.var() - 1) < 0.2  # counts are nearly Poisson


def test_subjects_share_the_draws_of_the_stimuli_that_they_share(make_split_by_hand):
    split = make_split_by_hand("t" * 5 + "T" * 15)
    ids = split.stimulus_id

    every, some = (find_held_out(split, saw) for saw in (ids, ids[[0, 7, 8, 12, 19]]))

    np.testing.assert_array_equal(
        draw_weights(some, n_draws=9, seed=3),
        draw_weights(every, n_draws=9, seed=3)[:, [2, 3, 7, 14]],
    )


def test_volumes_are_drawn_in_blocks(make_held_out):
    held_out = make_held_out(10 * BLOCK, serial=True)

    weights = draw_weights(held_out, n_draws=40, seed=0)

    assert (weights.sum(axis=1) == 10 * BLOCK).all()
    steps = np.abs(np.diff(weights, axis=1)).sum(axis=1)
    assert (steps <= 20).all()  # ten blocks have at most twenty edges


def test_permutations_stay_within_folds_and_lose_nobody():
    fold = np.repeat([0, 1, 2], [5, 3, 8])

    permutation = permute_in_folds(fold, n_permutations=30, seed=0)

    np.testing.assert_array_equal(np.sort(permutation, axis=1)[7], np.arange(16))
    np.testing.assert_array_equal(fold[permutation], np.tile(fold, (30, 1)))


def test_every_order_of_three_comes_up_equally_often():
    permutation = permute_in_folds(np.zeros(3, int), n_permutations=6000, seed=1)

    _, counts = np.unique(permutation, axis=0, return_counts=True)

    assert len(counts) == 6
    assert counts.min() > 900


def test_trials_are_permuted_and_volumes_turned_round(make_held_out):
    trials = permute_items(make_held_out(6, 4), n_permutations=20, seed=2)
    volumes = permute_items(make_held_out(6, 4, serial=True), n_permutations=20, seed=2)

    np.testing.assert_array_equal(
        trials, permute_in_folds(np.repeat([0, 1], [6, 4]), n_permutations=20, seed=2)
    )
    steps = np.diff(volumes, axis=1) % np.repeat([6, 1, 4], [5, 1, 3])
    assert (steps[:, [0, 1, 2, 3, 4, 6, 7, 8]] == 1).all()
    assert not (volumes == np.arange(10)).any()  # never the identity

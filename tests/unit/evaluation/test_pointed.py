"""A gallery is chosen by rank, and no stimulus stands in it twice."""

import numpy as np

from boldwise.evaluation.pointed import Pointed, choose


def pointed(rank, *, r=None, ids=None):
    n = len(rank)
    ids = np.array(ids or [f"s{k:02d}" for k in range(n)])
    near = np.array([f"t{k:02d}" for k in range(n)])
    r = np.zeros(n) if r is None else np.array(r)
    return Pointed(ids, near, near, np.array(rank, float), np.full(n, n), r)


def test_best_middle_and_worst_are_those_by_rank():
    chosen = choose({"01": pointed([5, 1, 9, 2, 8, 3, 7, 4, 6])}, n_shown=2)

    assert [one.group for one in chosen] == ["best"] * 2 + ["middle"] * 2 + [
        "worst"
    ] * 2
    assert [one.rank for one in chosen] == [1, 2, 5, 4, 9, 8]
    assert chosen[0].seen == "s01"
    assert chosen[0].nearest == "t01"


def test_ties_go_to_what_is_nearer_to_training_and_then_by_id():
    chosen = choose({"01": pointed([1, 1, 1, 4], r=[0.1, 0.5, 0.5, 0.9])}, n_shown=1)

    assert chosen[0].seen == "s01"


def test_a_stimulus_is_shown_once_whoever_saw_it():
    own = {"01": pointed([1, 2, 3]), "02": pointed([1, 2, 3])}

    chosen = choose(own, n_shown=1)

    assert sorted(one.seen for one in chosen) == ["s00", "s01", "s02"]


def test_few_stimuli_give_few_pictures():
    chosen = choose({"01": pointed([1, 2])}, n_shown=4)

    assert len(chosen) == 2


def test_ranks_count_among_their_own_pool():
    small, large = pointed([2, 1]), pointed(list(range(1, 11)), ids=list("abcdefghij"))

    chosen = choose({"01": small, "02": large}, n_shown=1)

    assert (chosen[-1].rank, chosen[-1].n_pool) in {(2, 2), (10, 10)}


def test_without_captions_there_is_none_to_show():
    one = pointed([1, 2, 3])
    bare = Pointed(one.stimulus_id, one.nearest, None, one.rank, one.n_pool, one.r)

    assert {c.caption for c in choose({"01": bare}, n_shown=1)} == {""}

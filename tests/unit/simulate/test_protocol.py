"""Who sees what, and when."""

import numpy as np
import pytest

from boldwise.simulate.protocol import (
    LEAD_S,
    TAIL_S,
    Protocol,
    name_stimuli,
    plan_runs,
    seen_by,
)


def protocol(**changes):
    sizes = {
        "n_shared": 20,
        "n_repeats": 3,
        "n_unique": 47,
        "trials_per_run": 25,
        "trial_spacing_s": 4.0,
        "tr_s": 2.0,
    }
    return Protocol(**{**sizes, **changes})


@pytest.fixture
def plans():
    return plan_runs(protocol(), rng=np.random.default_rng(0))


def test_shared_scenes_repeat_and_unique_ones_come_once(plans):
    counts = np.bincount(np.concatenate([plan.scene for plan in plans]))

    assert counts.tolist() == [3] * 20 + [1] * 47


def test_no_run_shows_a_scene_twice(plans):
    for plan in plans:
        assert len(set(plan.scene)) == len(plan.scene)


def test_runs_are_full_but_never_over_full(plans):
    lengths = [len(plan.scene) for plan in plans]

    assert sorted(lengths) == [20, 20, 20, 23, 24]


def test_no_run_mixes_shared_and_unique_scenes(plans):
    shared = [set(plan.scene < 20) for plan in plans]

    assert sorted(map(list, shared)) == [[False], [False], [True], [True], [True]]


def test_kinds_of_runs_come_in_random_order():
    orders = {
        tuple(
            bool(plan.scene[0] < 20)
            for plan in plan_runs(protocol(), rng=np.random.default_rng(seed))
        )
        for seed in range(20)
    }

    assert len(orders) > 3


def test_onsets_lie_on_the_spacing_with_blanks_between(plans):
    for plan in plans:
        slots = (plan.onset_s - LEAD_S) / 4.0
        np.testing.assert_array_equal(slots, np.rint(slots))
        assert (np.diff(slots) >= 1).all()
        assert slots.max() < len(plan.scene) + len(plan.scene) // 8


def test_blanks_are_spread_over_the_run():
    """One in each stretch: no long train of trials leaves the baseline unknown."""
    long = protocol(n_unique=70, trials_per_run=70)
    for seed in range(5):
        plans = plan_runs(long, rng=np.random.default_rng(seed))
        plan = max(plans, key=lambda plan: len(plan.scene))
        slots = (plan.onset_s - LEAD_S) / 4.0
        blanks = np.setdiff1d(np.arange(slots[-1]), slots)
        assert len(blanks) == 70 // 8
        assert np.diff(blanks).max() <= 2 * 70 / 8 + 1


def test_a_run_lasts_until_the_last_response_is_over(plans):
    for plan in plans:
        assert plan.n_volumes * 2.0 >= plan.onset_s[-1] + 4.0 + TAIL_S - 1e-9


def test_the_order_is_random_but_repeatable():
    orders = [
        plan_runs(protocol(), rng=np.random.default_rng(seed))[0].scene
        for seed in (0, 0, 1)
    ]

    np.testing.assert_array_equal(orders[0], orders[1])
    assert not np.array_equal(orders[0], orders[2])
    assert (np.diff(orders[0]) < 0).any()


def test_a_scene_leaves_a_gap_before_the_next():
    assert protocol().duration_s == 3.0


def test_a_subject_sees_the_shared_scenes_and_its_own():
    ids = name_stimuli(protocol(n_shared=2, n_unique=2), ["01", "1"])

    assert list(ids[seen_by("1", ids)]) == [
        "shared-00000",
        "shared-00001",
        "sub1-00000",
        "sub1-00001",
    ]
    assert len(set(ids)) == len(ids) == 6


def test_the_first_rows_of_a_subject_are_the_shared_scenes():
    ids = name_stimuli(protocol(), ["01", "02"])

    seen = ids[seen_by("02", ids)]

    assert all(name.startswith("shared") for name in seen[:20])
    assert all(name.startswith("sub02") for name in seen[20:])

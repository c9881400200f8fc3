"""Noise is learned where no response is, and removed no further than it helps."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulated_session import draw_session

from boldwise.responses.hrf_choice import OnOff, fit_on_off
from boldwise.responses.noise_pool import choose_number, choose_pool, pool_components


@pytest.fixture(scope="module")
def session():
    return draw_session(240, spacing_s=6.0)


@pytest.fixture(scope="module")
def plans(session):
    return session.plans()


@pytest.fixture(scope="module")
def pool(plans):
    return choose_pool(fit_on_off(plans, [slice(0, 240)]))


def on_off(**changes):
    given = {
        "usable": np.ones(6, bool),
        "mean": np.full(6, 1000.0),
        "hrf_index": np.zeros(6, np.int16),
        "r2": np.zeros(6, np.float32),
        "left_out_r2": np.array([-0.1, 0.2, -0.3, 0.0, -0.1, -0.1], np.float32),
    }
    return OnOff(**{**given, **changes})


def test_the_pool_holds_no_responsive_voxel_and_much_of_the_rest(session, pool):
    assert not pool[session.responsive].any()
    assert pool[~session.responsive].mean() > 0.3


def test_dark_and_unusable_voxels_are_not_in_the_pool():
    mean = np.array([1000.0, 1000, 1000, 1000, 50, 0])
    usable = np.array([True, True, True, True, True, False])

    pool = choose_pool(on_off(mean=mean, usable=usable))

    assert pool.tolist() == [True, False, True, True, False, False]


def test_a_single_run_has_no_pool():
    assert not choose_pool(on_off(left_out_r2=np.full(6, np.nan))).any()


def test_components_are_those_of_a_singular_value_decomposition(plans, pool):
    found = pool_components(plans, [slice(0, 240)], pool, n_components=4)

    for plan, courses in zip(plans, found, strict=True):
        signal = plan.read(slice(0, 240))[0][:, pool]
        left, _, _ = np.linalg.svd(signal / np.linalg.norm(signal, axis=0))
        np.testing.assert_allclose(
            np.abs(np.sum(left[:, :4] * courses, 0)), 1, atol=1e-3
        )
        np.testing.assert_allclose(plan.nuisance.T @ courses, 0, atol=1e-4)


def test_the_first_components_span_the_noise_that_voxels_share(plans, pool):
    """Voxels outside of the pool owe them much more than as many random courses."""
    found = pool_components(plans, [slice(0, 240)], pool, n_components=3)
    signal = plans[0].read(slice(0, 240))[0][:, ~pool]
    n_volumes = len(signal)

    explained = (found[0].T @ signal) ** 2

    assert explained.sum() / (signal**2).sum() > 3 * 3 / n_volumes


def test_blocks_do_not_change_the_components(plans, pool):
    whole = pool_components(plans, [slice(0, 240)], pool, n_components=3)
    blocks = [slice(0, 100), slice(100, 101), slice(101, 240)]

    parts = pool_components(plans, blocks, pool, n_components=3)

    for one, other in zip(whole, parts, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-3)


def test_a_small_pool_gives_few_components(plans):
    pool = np.zeros(240, bool)
    pool[:11] = True

    found = pool_components(plans, [slice(0, 240)], pool, n_components=10)

    assert found[0].shape[1] == 2


def test_an_empty_pool_gives_none(plans):
    found = pool_components(plans, [slice(0, 240)], np.zeros(240, bool), n_components=9)

    assert [courses.shape for courses in found] == [(len(p.nuisance), 0) for p in plans]


@pytest.mark.parametrize(
    ("scores", "number"),
    [
        ([0.1, 0.2, 0.299, 0.31, 0.2], 3),  # .199 * 1.05 misses .21.
        ([0.1, 0.2, 0.302, 0.31, 0.2], 2),  # .202 * 1.05 reaches .21.
        ([0.1, 0.09, 0.08], 0),
        ([0.1], 0),
        ([-0.5, -0.4, -0.45], 1),
    ],
)
def test_the_fewest_within_five_percent_of_the_best_gain(scores, number):
    assert choose_number(np.array(scores)) == number


def test_neither_the_order_of_runs_nor_that_of_voxels_changes_the_components(
    session, plans, pool
):
    order = np.random.default_rng(0).permutation(240)
    shuffled = [
        replace(plan, run=replace(plan.run, bold=plan.run.bold[:, order]))
        for plan in plans
    ]

    found = pool_components(
        shuffled[::-1], [slice(0, 240)], pool[order], n_components=3
    )

    expected = pool_components(plans, [slice(0, 240)], pool, n_components=3)
    for one, other in zip(found[::-1], expected, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-3)


def test_voxels_outside_of_the_pool_and_units_of_those_inside_do_not_matter(
    plans, pool
):
    gain = np.where(pool, np.random.default_rng(1).uniform(0.5, 20, 240), 1.0)
    changed = [
        replace(
            plan,
            run=replace(plan.run, bold=np.where(pool, plan.run.bold * gain, 7.0)),
        )
        for plan in plans
    ]

    found = pool_components(changed, [slice(0, 240)], pool, n_components=2)

    expected = pool_components(plans, [slice(0, 240)], pool, n_components=2)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-3)


def test_components_are_orthonormal_with_their_largest_entry_up(plans, pool):
    for courses in pool_components(plans, [slice(0, 240)], pool, n_components=5):
        np.testing.assert_allclose(courses.T @ courses, np.eye(5), atol=1e-5)
        assert (courses[np.abs(courses).argmax(axis=0), np.arange(5)] > 0).all()


def test_a_short_run_leaves_room_for_a_quarter_of_its_volumes(plans, pool):
    run = plans[0].run
    kept = np.arange(len(run.bold)) < 30
    short = replace(
        plans[0],
        run=replace(run, kept=kept),
        nuisance=np.linalg.qr(plans[0].nuisance[kept][:, :4])[0],
    )

    found = pool_components([short, plans[1]], [slice(0, 240)], pool, n_components=20)

    assert [courses.shape[1] for courses in found] == [(30 - 4) // 4] * 2


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(-100, 100), min_size=1, max_size=11), st.integers(-99, 99))
def test_the_number_of_components_ignores_the_offset_and_unit_of_scores(scores, offset):
    values = np.array(scores, float)

    number = choose_number(values)

    assert choose_number(values * 4.0 + offset) == number
    gain = values - values[0]
    assert gain[number] * 1.05 >= gain.max()
    assert (gain[:number] * 1.05 < gain.max()).all() or number == 0

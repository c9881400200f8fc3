"""Noise is learned where no response is, and removed no further than it helps."""

import numpy as np
import pytest
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

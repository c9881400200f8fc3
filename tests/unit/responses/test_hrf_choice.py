"""The on-off model finds the curve of a voxel, and tells responses from none."""

import numpy as np
import pytest
from simulated_session import draw_session

from boldwise.responses.glm_plan import voxel_blocks
from boldwise.responses.hrf_choice import fit_on_off


@pytest.fixture(scope="module")
def session():
    return draw_session(120, spacing_s=6.0)


@pytest.fixture(scope="module")
def plans(session):
    return session.plans()


@pytest.fixture(scope="module")
def on_off(plans):
    return fit_on_off(plans, [slice(0, 120)])


def test_share_of_variance_is_that_of_an_explicit_model(session, plans, on_off):
    for voxel in (0, 1, 50):
        y = np.concatenate(
            [plan.read(slice(voxel, voxel + 1))[0][:, 0] for plan in plans]
        )
        best = []
        for curve in range(20):
            x = np.concatenate([p.regressors[curve].sum(axis=1) for p in plans])
            residue = y - x * (x @ y) / (x @ x)
            best.append(1 - residue @ residue / (y @ y))
        assert on_off.hrf_index[voxel] == np.argmax(best)
        np.testing.assert_allclose(on_off.r2[voxel], max(best), rtol=1e-4)


def test_left_out_runs_are_predicted_by_the_amplitude_of_the_others(plans, on_off):
    voxel = 4
    curve = on_off.hrf_index[voxel]
    x = [plan.regressors[curve].sum(axis=1) for plan in plans]
    y = [plan.read(slice(voxel, voxel + 1))[0][:, 0] for plan in plans]
    missed = 0.0
    for left_out in range(4):
        others = [r for r in range(4) if r != left_out]
        product = sum(x[r] @ y[r] for r in others)
        amplitude = product / sum(x[r] @ x[r] for r in others)
        missed += ((y[left_out] - amplitude * x[left_out]) ** 2).sum()

    expected = 1 - missed / sum((run**2).sum() for run in y)

    np.testing.assert_allclose(on_off.left_out_r2[voxel], expected, rtol=1e-3)


def test_planted_curves_are_found_within_two_steps(session, on_off):
    distance = np.abs(on_off.hrf_index - session.truth.hrf_index)

    assert (distance[session.responsive] <= 2).mean() > 0.9


def test_responses_come_again_and_noise_does_not(session, on_off):
    assert (on_off.left_out_r2[session.responsive] > 0).all()
    assert (on_off.left_out_r2[~session.responsive] <= 0).mean() > 0.3


def test_blocks_do_not_change_what_is_found(plans, on_off):
    blocks = list(voxel_blocks(plans, budget_gib=1e-4))

    found = fit_on_off(plans, blocks)

    assert len(blocks) > 3
    np.testing.assert_array_equal(found.hrf_index, on_off.hrf_index)
    np.testing.assert_allclose(found.r2, on_off.r2, rtol=1e-4)


def test_a_single_run_cannot_be_left_out(session):
    found = fit_on_off(session.plans()[:1], [slice(0, 120)])

    assert np.isnan(found.left_out_r2).all()
    assert np.isfinite(found.r2).all()


def test_voxels_that_are_not_usable_have_no_share_of_variance(session):
    from dataclasses import replace

    runs = [replace(run, bold=run.bold.copy()) for run in session.runs]
    runs[2].bold[:, 7] = 5
    found = fit_on_off(replace(session, runs=runs).plans(), [slice(0, 120)])

    assert np.flatnonzero(~found.usable).tolist() == [7]
    assert np.isnan(found.r2[7])

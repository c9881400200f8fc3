"""Banded fits of one subject against plain ones and planted truth."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.encoders import banded
from boldwise.encoders.banded import BandedFit, leave_out, stream_banded
from boldwise.encoders.plan import plan_voxelwise
from boldwise.encoders.voxelwise import fit_voxelwise
from boldwise.evaluation.scores import r2_in_folds
from boldwise.linear import banded_search
from boldwise.linear.blocks import Gather

ALPHAS = np.logspace(-3, 4, 8)


def fit(study, delays=(), **options):
    plan = plan_voxelwise(
        study.responses,
        study.spaces,
        study.split,
        alphas=ALPHAS,
        delays=delays,
        banded=True,
    )
    found = Gather(len(plan.voxels))
    stream_banded(plan, found, **options)
    return plan, BandedFit.of(plan, found.results)


@pytest.fixture
def owned(study):
    """Voxels 0 and 1 follow one space each; 2 follows both; 3 is noise."""
    rng = np.random.default_rng(3)
    first, second = (space.feature[0].astype(float) for space in study.spaces)
    first, second = first / first.std(), second - second.mean()
    signal = np.zeros((80, 4))
    signal[:, 0] = first @ rng.standard_normal(4)
    signal[:, 1] = second @ rng.standard_normal(3)
    signal[:, 2] = signal[:, 0] + signal[:, 1]
    ids = study.spaces[0].stimulus_id
    rows = np.searchsorted(ids, study.responses.trials.stimulus_id)
    noise = rng.standard_normal((len(rows), 4))
    response = (signal[rows] + noise).astype(np.float32)
    return replace(study, responses=replace(study.responses, response=response))


def test_the_space_that_drives_a_voxel_is_credited(owned):
    plan, result = fit(owned)

    r2 = r2_in_folds(result.prediction, plan.response[plan.test, :], plan.held_out.fold)
    np.testing.assert_allclose(result.product_r2.sum(axis=0), r2, atol=1e-5)
    assert result.product_r2[0, 0] > 0.9 * r2[0] > 0.3
    assert result.product_r2[1, 1] > 0.9 * r2[1] > 0.3
    assert (result.product_r2[:, 2] > 0.2).all()
    assert (result.unique_r2.argmax(axis=0)[:2] == [0, 1]).all()
    assert np.abs(result.unique_r2[:, 3]).max() < 0.2


def test_penalties_of_spaces_that_do_nothing_are_large(owned):
    _, result = fit(owned)

    assert (result.deltas[:, 0, 0] > result.deltas[:, 1, 0]).all()
    assert (result.deltas[:, 1, 1] > result.deltas[:, 0, 1]).all()


def test_one_candidate_of_equal_shares_is_plain_ridge(study):
    _, result = fit(study, n_candidates=1, unique_variance=False)

    plain = fit_voxelwise(study.responses, study.spaces, study.split, alphas=2 * ALPHAS)
    np.testing.assert_allclose(result.prediction, plain.prediction, atol=2e-4)
    np.testing.assert_allclose(2 * result.alpha, plain.alpha)
    np.testing.assert_allclose(result.deltas[:, 0], np.log(1 / plain.alpha), atol=1e-5)
    assert result.unique_r2 is None
    assert "unique_r2" not in result.datasets()


def test_blocks_do_not_change_a_voxel(owned, monkeypatch):
    monkeypatch.setattr(banded_search, "SAMPLE", 2)
    _, whole = fit(owned)
    monkeypatch.setattr(banded, "BLOCK", 3)
    monkeypatch.setattr("boldwise.linear.banded_solve.BLOCK", 3)
    _, parts = fit(owned)

    np.testing.assert_allclose(parts.prediction, whole.prediction, atol=1e-5)
    np.testing.assert_array_equal(parts.deltas, whole.deltas)
    np.testing.assert_allclose(parts.unique_r2, whole.unique_r2, atol=1e-5)


def test_progress_counts_voxels(study):
    told = []

    fit(study, n_candidates=2, progress=lambda done, left: told.append(done))

    assert told == [4]


def test_the_store_says_how_to_read_it(study):
    _, result = fit(study, n_candidates=2)

    assert result.datasets()["deltas"].shape == (2, 2, 4)
    about = result.attributes()
    assert "exp(-deltas_s)" in about["penalty_convention"]
    assert about["formula_product_r2"].startswith("sum(2 * response")


def test_a_space_is_left_out_of_every_candidate():
    candidates = np.array([[0.5, 0.3, 0.2], [1.0, 0.0, 0.0], [0.0, 0.6, 0.4]])

    assert leave_out(candidates, 0).round(9).tolist() == [[0.0, 0.6, 0.4]]
    assert leave_out(candidates, 1).shape == (3, 3)

"""Voxelwise fits against scikit-learn and planted truth."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from threadpoolctl import threadpool_limits

from boldwise.encoders.plan import plan_voxelwise
from boldwise.encoders.voxelwise import (
    fit_voxelwise,
    shuffle_voxelwise,
    stream_voxelwise,
)
from boldwise.errors import DataError
from boldwise.evaluation.scores import correlate_in_folds
from boldwise.features.records import find_rows
from boldwise.linear.blocks import Gather
from boldwise.linear.solve import TILE
from boldwise.responses.records import Voxels

ALPHAS = np.logspace(-3, 4, 8)


def fit(study, **changes):
    return fit_voxelwise(
        study.responses, study.spaces, study.split, **{"alphas": ALPHAS, **changes}
    )


def truth_of(study, result):
    ids = np.unique(study.responses.trials.stimulus_id)
    shown = study.responses.trials.stimulus_id[:, None] == ids
    mean = shown.T @ study.responses.response / shown.sum(axis=0)[:, None]
    return mean[find_rows(ids, result.stimulus_id, what="responses")]


def test_predictions_are_those_of_scikit_learn_with_the_chosen_penalty(study):
    result = fit(study)

    train = study.split.train_ids(1)
    rows = find_rows(study.spaces[0].stimulus_id, train, what="features")
    spaces = [space.feature[0].astype(float) for space in study.spaces]
    scale = [np.sqrt(space[rows].var(axis=0).sum()) for space in spaces]
    design = np.hstack([x / s for x, s in zip(spaces, scale, strict=True)])
    everything = replace(result, stimulus_id=study.spaces[0].stimulus_id)
    response = truth_of(study, everything)
    model = Ridge(alpha=result.alpha[1, 2]).fit(design[rows], response[rows, 2])
    expected = model.predict(design[60:])
    np.testing.assert_allclose(
        result.prediction[result.fold == 1, 2], expected, atol=1e-4
    )


def test_voxels_that_follow_the_features_are_predicted_and_noise_is_not(study):
    result = fit(study)

    r = correlate_in_folds(result.prediction, truth_of(study, result), result.fold)
    assert (r[:3] > 0.95).all()
    assert abs(r[3]) < 0.35
    assert (result.cv_score[:, :3] > 0.8).all()
    assert (result.alpha[:, 3] > result.alpha[:, 0]).all()


def test_every_held_out_stimulus_is_predicted_once(study):
    result = fit(study)

    for number in (0, 1):
        own = result.stimulus_id[result.fold == number]
        assert own.tolist() == sorted(study.split.test_ids(number))
    assert result.prediction.shape == (40, 4)
    assert result.n_train.tolist() == [60, 60]


def test_the_order_of_trials_does_not_matter(study):
    order = np.random.default_rng(5).permutation(160)
    turned = replace(
        study.responses,
        response=study.responses.response[order],
        trials=study.responses.trials.take(order),
    )

    moved = fit_voxelwise(turned, study.spaces, study.split, alphas=ALPHAS)

    np.testing.assert_allclose(moved.prediction, fit(study).prediction, atol=1e-4)


def test_test_responses_have_no_influence(study):
    spoilt = study.responses.response.copy()
    test = np.isin(study.responses.trials.stimulus_id, study.split.test_ids(0))
    spoilt[test] = 1e6
    changed = replace(study.responses, response=spoilt)

    result = fit_voxelwise(changed, study.spaces, study.split, alphas=ALPHAS)

    own = result.fold == 0
    np.testing.assert_array_equal(result.prediction[own], fit(study).prediction[own])


def test_a_voxel_with_nan_is_nan_and_alone(study):
    response = study.responses.response.copy()
    response[:, 1] = np.nan

    result = fit_voxelwise(
        replace(study.responses, response=response),
        study.spaces,
        study.split,
        alphas=ALPHAS,
    )

    assert np.isnan(result.prediction[:, 1]).all()
    assert np.isfinite(result.prediction[:, [0, 2, 3]]).all()


def test_delays_find_a_lag_that_no_delay_misses(film):
    with_lag = fit(film, delays=[1, 2, 3])
    without = fit(film)

    truth = truth_of(film, with_lag)
    r = [correlate_in_folds(x.prediction, truth, x.fold) for x in (with_lag, without)]
    assert (r[0] > 0.97).all()
    assert (np.abs(r[1]) < 0.5).all()


def test_stored_facts_name_the_grid_and_its_edges(study):
    result = fit(study, alphas=[1e5, 1e6])

    assert sorted(result.datasets()) == [
        "alpha",
        "cv_score",
        "fold",
        "prediction",
        "stimulus_id",
    ]
    facts = result.attributes()
    assert facts["penalty_convention"] == "+alpha*|b|^2"
    assert facts["penalties"] == [1e5, 1e6]
    assert facts["share_at_lowest_penalty"] + facts["share_at_highest_penalty"] == 1.0


def plan(study, **options):
    return plan_voxelwise(
        study.responses, study.spaces, study.split, alphas=ALPHAS, **options
    )


def test_shuffled_responses_score_nothing(study):
    medians = shuffle_voxelwise(plan(study), n_shuffles=60, seed=0)

    assert sorted(medians) == ["all", "noise", "signal"]
    for draws in medians.values():
        assert draws.shape == (60,)
        assert abs(draws.mean()) < 3 * draws.std() / np.sqrt(60) + 0.02


def test_a_shuffle_moves_whole_patterns(study, monkeypatch):
    seen = []

    def watch(fold, response):
        seen.append((fold, response))
        n_test = len(fold.test_design)
        return {"prediction": np.arange(4.0 * n_test).reshape(n_test, 4)}

    monkeypatch.setattr("boldwise.encoders.voxelwise._fit_fold", watch)
    ready = plan(study)
    shuffle_voxelwise(ready, n_shuffles=2, seed=0)

    for fold, shuffled in seen:
        rows = {tuple(row) for row in ready.response[fold.train, :]}
        assert {tuple(row) for row in shuffled} == rows
        assert not np.array_equal(shuffled, ready.response[fold.train, :])


def test_a_draw_depends_on_seed_and_number_only(study):
    short = shuffle_voxelwise(plan(study), n_shuffles=2, seed=3)
    long = shuffle_voxelwise(plan(study), n_shuffles=4, seed=3)
    other = shuffle_voxelwise(plan(study), n_shuffles=2, seed=4)

    np.testing.assert_array_equal(short["all"], long["all"][:2])
    assert not np.array_equal(short["all"], other["all"])


def test_continuous_responses_are_turned_round_not_torn(film, monkeypatch):
    seen = []

    def watch(fold, response):
        seen.append((fold, response))
        n_test = len(fold.test_design)
        return {"prediction": np.arange(5.0 * n_test).reshape(n_test, 5)}

    monkeypatch.setattr("boldwise.encoders.voxelwise._fit_fold", watch)
    ready = plan(film, delays=[2])
    shuffle_voxelwise(ready, n_shuffles=8, seed=0)

    for fold, shuffled in seen:
        original = ready.response[fold.train, :]
        lags = [
            np.array_equal(np.roll(original, k, axis=0), shuffled) for k in range(120)
        ]
        assert lags.count(True) == 1
        assert 12 <= lags.index(True) <= 108


def test_regions_without_a_defined_score_are_nan(study):
    response = study.responses.response.copy()
    response[:, 3] = 1.0  # the only voxel of region "noise" never varies
    constant = replace(study.responses, response=response)
    ready = plan_voxelwise(constant, study.spaces, study.split, alphas=ALPHAS)

    medians = shuffle_voxelwise(ready, n_shuffles=2, seed=0)

    assert np.isnan(medians["noise"]).all()
    assert np.isfinite(medians["all"]).all()


def test_a_fold_that_tests_nothing_predicts_nothing(study):
    trials = study.responses.trials
    seen = np.flatnonzero(trials.stimulus_id < "s060")
    fewer = replace(
        study.responses,
        response=study.responses.response[seen],
        trials=trials.take(seen),
    )

    result = fit_voxelwise(fewer, study.spaces, study.split, alphas=ALPHAS)

    assert not (result.fold == 1).any()
    assert result.alpha.shape == (2, 4)


def widen(study, n_voxels):
    """More voxels: those of the study over and over, with noise of their own."""
    rng = np.random.default_rng(7)
    response = np.tile(study.responses.response, (1, -(-n_voxels // 4)))[:, :n_voxels]
    response = response + rng.standard_normal(response.shape).astype("f4")
    ijk = np.stack(np.unravel_index(np.arange(n_voxels), (10, 10, 10)), axis=1)
    voxels = Voxels(ijk, (10, 10, 10), np.eye(4))
    return replace(
        study, responses=replace(study.responses, response=response, voxels=voxels)
    )


def stream(study, **options):
    found = Gather(len(study.responses.voxels))
    stream_voxelwise(plan(study), found, **options)
    return found.results


def test_a_streamed_fit_has_the_same_bytes_for_any_memory(study):
    wide = widen(study, 3 * TILE + 5)
    expected = fit(wide)

    for memory_gb in (0.02, 0.03, 1.0):
        with threadpool_limits(1):  # Each takes memory of its own.
            found = stream(wide, memory_gb=memory_gb)
        for name, values in found.items():
            np.testing.assert_array_equal(values, getattr(expected, name))


def test_responses_are_read_once_and_in_order_of_the_voxels(study, monkeypatch):
    wide = widen(study, 3 * TILE + 5)
    monkeypatch.setattr(
        "boldwise.encoders.voxelwise.choose_width", lambda *_, **__: TILE
    )
    read, told = [], []

    class Disk:
        shape, dtype = wide.responses.response.shape, np.dtype("f4")

        def __getitem__(self, key):
            read.append(key[1].start)
            return wide.responses.response[key]

    lazy = replace(wide, responses=replace(wide.responses, response=Disk()))
    found = stream(lazy, progress=lambda done, left: told.append(done))

    assert read == [None, 0, TILE, 2 * TILE, 3 * TILE]  # The first reads no voxel.
    assert told == [TILE, 2 * TILE, 3 * TILE, 3 * TILE + 5]
    np.testing.assert_array_equal(found["prediction"], fit(wide).prediction)


def test_too_little_memory_for_the_folds_is_refused(study):
    with pytest.raises(DataError, match=r"too little: decompositions .*, averaging"):
        stream(study, memory_gb=0.001)

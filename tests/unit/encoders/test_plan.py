"""What is planned for a subject: rows by id, runs kept apart."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.encoders.banded import stream_banded
from boldwise.encoders.layer_choice import stream_layers
from boldwise.encoders.layer_plan import plan_layers
from boldwise.encoders.plan import plan_voxelwise
from boldwise.encoders.voxelwise import stream_voxelwise
from boldwise.errors import DataError
from boldwise.evaluation.contiguous_folds import cut_contiguous
from boldwise.features.records import FittedFeatures
from boldwise.linear.blocks import Gather
from boldwise.responses.records import Trials

ALPHAS = [1.0, 10.0]


def test_training_and_test_rows_name_the_stimuli_of_the_split(study):
    plan = plan_voxelwise(study.responses, study.spaces, study.split, alphas=ALPHAS)

    ids = np.unique(study.responses.trials.stimulus_id)
    for number, fold in enumerate(plan.folds):
        assert set(ids[fold.train]) == set(study.split.train_ids(number))
        own = plan.held_out.fold == number
        assert set(ids[plan.test[own]]) == set(study.split.test_ids(number))


def test_training_rows_stand_in_the_order_of_showing(study):
    plan = plan_voxelwise(study.responses, study.spaces, study.split, alphas=ALPHAS)

    shown = study.responses.trials.stimulus_id.tolist()
    ids = np.unique(shown)
    first = [shown.index(name) for name in ids[plan.folds[0].train]]
    assert first == sorted(first)


def test_repeats_are_averaged(study):
    plan = plan_voxelwise(study.responses, study.spaces, study.split, alphas=ALPHAS)

    twice = study.responses.trials.stimulus_id == "s007"
    expected = study.responses.response[twice].mean(axis=0)
    np.testing.assert_allclose(plan.response[:, :][7], expected, rtol=1e-6)


def test_each_fold_reads_its_own_fitted_features(study):
    first, second = study.spaces
    per_fold = np.concatenate([second.feature, np.zeros_like(second.feature)])
    spaces = [first, FittedFeatures(second.stimulus_id, per_fold)]

    plan = plan_voxelwise(study.responses, spaces, study.split, alphas=ALPHAS)

    assert plan.folds[0].test_design[:, 4:].any()
    assert not plan.folds[1].test_design[:, 4:].any()


def test_stimuli_that_the_subject_did_not_see_are_passed_over(study):
    trials = study.responses.trials
    seen = np.flatnonzero(trials.stimulus_id < "s070")
    fewer = replace(
        study.responses,
        response=study.responses.response[seen],
        trials=trials.take(seen),
    )

    plan = plan_voxelwise(fewer, study.spaces, study.split, alphas=ALPHAS)

    assert [len(fold.train) for fold in plan.folds] == [50, 60]
    assert [len(fold.test_design) for fold in plan.folds] == [20, 10]


def test_delays_look_back_within_a_run_whatever_the_split(film):
    plan = plan_voxelwise(
        film.responses, film.spaces, film.split, alphas=ALPHAS, delays=[2]
    )

    test = plan.folds[0].test_design
    features = film.spaces[0].feature[0, 40:80]
    slope = [np.ptp(test[2:, j]) / np.ptp(features[:-2, j]) for j in range(3)]
    assert not test[:2].any()
    np.testing.assert_allclose(slope, slope[0], rtol=1e-5)
    np.testing.assert_allclose(
        np.diff(test[2:], axis=0), slope[0] * np.diff(features[:-2], axis=0), atol=1e-5
    )


def test_scrubbed_volumes_leave_the_design_after_its_delays(film):
    kept = np.setdiff1d(np.arange(160), [45, 46])  # of the tested run, 40 to 79
    scrubbed = replace(
        film.responses,
        response=film.responses.response[kept],
        trials=film.responses.trials.take(kept),
    )

    whole, part = (
        plan_voxelwise(one, film.spaces, film.split, alphas=ALPHAS, delays=[1, 2])
        for one in (film.responses, scrubbed)
    )

    np.testing.assert_array_equal(
        part.folds[0].test_design,
        np.delete(whole.folds[0].test_design, [5, 6], axis=0),
    )


def test_a_stimulus_without_features_is_named(study):
    space = study.spaces[0]
    short = FittedFeatures(space.stimulus_id[1:], space.feature[:, 1:])

    with pytest.raises(DataError, match="1 stimulus ids have no features: 's000'"):
        plan_voxelwise(study.responses, [short], study.split, alphas=ALPHAS)


def test_a_subject_without_test_stimuli_is_refused(study):
    untested = replace(study.split, part=np.ones_like(study.split.part))

    with pytest.raises(DataError, match=r"none of the 80 stimuli .* split 'main'"):
        plan_voxelwise(study.responses, study.spaces, untested, alphas=ALPHAS)


def test_a_subject_without_training_stimuli_is_refused(study):
    trials = study.responses.trials
    seen = np.flatnonzero(trials.stimulus_id < "s020")
    tested_only = replace(
        study.responses,
        response=study.responses.response[seen],
        trials=trials.take(seen),
    )

    with pytest.raises(DataError, match=r"none of the 60 training stimuli .* fold-0"):
        plan_voxelwise(tested_only, study.spaces, study.split, alphas=ALPHAS)


def test_delays_of_trials_are_refused(study):
    with pytest.raises(DataError, match=r"delays \[1, 2\] count volumes, but"):
        plan_voxelwise(
            study.responses, study.spaces, study.split, alphas=ALPHAS, delays=[1, 2]
        )


@pytest.fixture
def sluggish(film):
    """Noise and two unrelated spaces, all slow, in one run cut into stretches."""
    rng = np.random.default_rng(0)

    def slow(n_columns):
        course = rng.standard_normal((400, n_columns))
        for now in range(1, 400):
            course[now] += 0.9 * course[now - 1]
        return course[-300:]

    ids = np.array([f"run-1_volume-{k:04d}" for k in range(300)])
    one, time_s = np.full(300, "1"), 2.0 * np.arange(300)
    trials = Trials(ids, one, one, time_s, np.zeros(300, int))
    features, noise = slow(24), slow(20)
    voxels = film.responses.voxels.take(np.tile(np.arange(5), 4))
    responses = replace(
        film.responses, response=noise.astype("f4"), trials=trials, voxels=voxels
    )
    spaces = [
        FittedFeatures(ids, part[None].astype("f4"))
        for part in np.split(features, 2, axis=1)
    ]
    options = {"n_folds": 3, "n_cv_folds": 15, "gap_s": 30.0}
    return responses, spaces, cut_contiguous({"a": trials}, name="s", options=options)


def penalties(kind, responses, spaces, split):
    """Mean log penalty of an encoder, over voxels and outer folds."""
    grid = {"alphas": np.logspace(-1, 5, 13)}
    found = Gather(len(responses.voxels))
    if kind == "ridge":
        stream_voxelwise(plan_voxelwise(responses, spaces, split, **grid), found)
    elif kind == "best_layer":
        stream_layers(plan_layers(responses, spaces, split, **grid), found)
    else:
        plan = plan_voxelwise(responses, spaces, split, **grid, banded=True)
        stream_banded(plan, found, n_candidates=4, unique_variance=False)
    return np.log10(found.results["alpha"]).mean()


@pytest.mark.parametrize("kind", ["ridge", "best_layer", "banded"])
def test_without_the_gap_sluggish_noise_makes_penalties_too_small(sluggish, kind):
    responses, spaces, split = sluggish

    apart = penalties(kind, responses, spaces, split)
    beside = penalties(kind, responses, spaces, replace(split, inner_gap_s=0.0))

    assert split.inner_gap_s == 30.0
    assert apart > beside + 0.5  # A factor of 3.


@pytest.mark.parametrize("banded", [False, True])
def test_no_inner_fold_fits_what_lies_within_the_gap(sluggish, banded):
    responses, spaces, split = sluggish

    plan = plan_voxelwise(responses, spaces, split, alphas=ALPHAS, banded=banded)

    for fold in plan.folds:
        inner = (fold.ridge.frame if banded else fold.ridge).folds
        assert len(inner) == 15
        for one in inner:
            fit, validate = fold.train[one.fit], fold.train[one.validate]
            assert np.abs(fit[:, None] - validate).min() > 15  # 30 s at 2 s

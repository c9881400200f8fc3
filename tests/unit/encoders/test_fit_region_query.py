"""Region queries on ideal tokens: what ridge cannot find."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch
from ideal_tokens import SIDE, describe_ideally, draw_voxels

from boldwise.encoders.fit_region_query import (
    TRAINING,
    RegionQueryOptions,
    fit_ensemble,
    fit_region_query,
    share_by_accuracy,
)
from boldwise.encoders.map_study import MapStudy
from boldwise.encoders.query_groups import group_queries
from boldwise.errors import DataError
from boldwise.evaluation.scores import correlate_in_folds, normalise_by_ceiling
from boldwise.linear.ridge import RidgeCV
from boldwise.simulate.captions import CATEGORIES
from boldwise.simulate.recovery import true_ceiling

N_TRAIN, N_TEST, N_NOISE = 1500, 300, 30
TEST = np.arange(N_TRAIN, N_TRAIN + N_TEST)
OPTIONS = RegionQueryOptions(
    training=replace(TRAINING, n_epochs=10, batch_size=50, learning_rate=1e-2)
)


@cache
def world():
    ideal = describe_ideally(N_TRAIN + N_TEST, seed=5)
    return ideal, draw_voxels(ideal, "01", n_responsive=150, n_noise=N_NOISE)


def study(n_train=N_TRAIN, voxels=slice(None)):
    ideal, measured = world()[0], world()[1].measured
    return MapStudy(
        ideal.tokens, (SIDE, SIDE), measured[:n_train, voxels], np.arange(n_train), TEST
    )


def member():
    category = world()[1].category
    roi = {name: category == name for name in CATEGORIES}
    return group_queries(roi, np.full(len(category), ""))


@cache
def fitted():
    return fit_region_query(study(), member().member, options=OPTIONS)


def normalised(prediction):
    """Median over category voxels of r in units of the highest that noise permits."""
    voxels = world()[1]
    measured, truth = voxels.measured[TEST], voxels.truth[TEST]
    r = correlate_in_folds(prediction, measured, np.zeros(N_TEST, int))
    score = normalise_by_ceiling(r, true_ceiling(measured, truth), min_ceiling=0.1)
    return np.nanmedian(score[voxels.category != ""])


def test_objects_are_followed_wherever_they_are_far_better_than_by_ridge():
    tokens, measured = world()[0].tokens, world()[1].measured
    pooled = {
        "mean": tokens.mean(1),
        "max": tokens.max(1),
        "flat": tokens.reshape(len(tokens), -1),
    }
    ridge = {}
    for name, features in pooled.items():
        model = RidgeCV(alphas=np.logspace(-2, 6, 9))
        model.fit(features[:N_TRAIN], measured[:N_TRAIN])
        ridge[name] = normalised(model.predict(features[TEST]))

    assert normalised(fitted().prediction) >= max(ridge.values()) + 0.25, ridge


def test_a_region_looks_at_its_object():
    ideal, names = world()[0], member().name.tolist()
    ratios = []
    for number, category in enumerate(CATEGORIES):
        box = ideal.inside[TEST, number]
        seen = box.any(1)
        attention = fitted().attention[seen, names.index(category)]
        ratios.append((attention * box[seen]).sum(1).mean() / box[seen].mean())

    assert np.median(ratios) >= 6
    assert min(ratios) >= 3


def test_nothing_is_found_in_noise():
    voxels, fit = world()[1], fitted()
    noise = voxels.category == ""
    measured = voxels.measured[TEST][:, noise]
    r = correlate_in_folds(fit.prediction[:, noise], measured, np.zeros(N_TEST, int))

    assert abs(np.nanmean(r)) < 3 / (N_NOISE * N_TEST) ** 0.5


def test_predictions_are_in_the_unit_of_the_responses():
    plain = study(n_train=100, voxels=slice(5))
    scaled = replace(plain, responses=plain.responses * 10 + 100)
    options = replace(OPTIONS, training=replace(OPTIONS.training, n_epochs=1))

    one, ten = (
        fit_region_query(each, np.ones((1, 5), bool), options=options).prediction
        for each in (plain, scaled)
    )

    np.testing.assert_allclose(ten, one * 10 + 100, rtol=1e-3)


def test_test_stimuli_do_not_matter_to_the_fit():
    plain = study(n_train=100, voxels=slice(5))
    options = replace(OPTIONS, training=replace(OPTIONS.training, n_epochs=1))
    other = plain.maps.copy()
    other[TEST] += 5

    one, two = (
        fit_region_query(each, (2, 5), options=options).weights
        for each in (plain, replace(plain, maps=other))
    )

    for name, values in one.items():
        np.testing.assert_array_equal(two[name], values)


def test_an_ensemble_leaves_a_layer_of_noise_aside():
    good = study(n_train=300, voxels=slice(40))
    noise = np.random.default_rng(0).standard_normal(good.maps.shape, np.float32)
    layers = {"good": good, "noise": replace(good, maps=noise)}
    own = member().member[:, :40]
    queries = own[own.any(1)]
    options = replace(OPTIONS, training=replace(OPTIONS.training, batch_size=25))

    with torch.random.fork_rng():
        found = fit_ensemble(layers, queries, seeds=[0, 1], options=options)

    assert np.median(found.share[0]) > 0.9
    np.testing.assert_allclose(found.share.sum(0), 1, rtol=1e-6)
    assert [len(fits) for fits in found.fits.values()] == [2, 2]


def test_shares_are_a_softmax_of_accuracy_by_hand():
    accuracy = np.array([[0.1, np.nan], [0.1 + np.log(3) / 40, 0.0]])

    share = share_by_accuracy(accuracy)

    np.testing.assert_allclose(share, [[0.25, 0.5], [0.75, 0.5]], rtol=1e-5)


def test_queries_of_another_number_of_voxels_are_refused():
    with pytest.raises(DataError, match="for 4 voxels, but the responses have 5"):
        fit_region_query(study(n_train=100, voxels=slice(5)), (2, 4))


def test_a_voxel_that_reads_no_query_is_refused():
    member = np.array([[True, False, True, True, False]])
    with pytest.raises(DataError, match=r"2 of 5 voxels read no query \(voxel 1 first"):
        fit_region_query(study(n_train=100, voxels=slice(5)), member)


def test_without_validation_layers_weigh_alike():
    plain = study(n_train=100, voxels=slice(5))
    brief = replace(OPTIONS.training, n_epochs=1)
    options = RegionQueryOptions(validation_share=0, training=brief)

    found = fit_ensemble({"a": plain, "b": plain}, (2, 5), seeds=[0], options=options)

    assert np.isnan(found.accuracy).all()
    np.testing.assert_allclose(found.share, 0.5)

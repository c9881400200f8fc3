"""Kept weights predict what the fit predicted, and refuse what they cannot take."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.encoders.banded import BandedFit, stream_banded
from boldwise.encoders.design import Design
from boldwise.encoders.kept_weights import KeptFold, kept_fold, name_weights
from boldwise.encoders.layer_choice import LayerFit, stream_layers
from boldwise.encoders.layer_plan import plan_layers
from boldwise.encoders.plan import plan_voxelwise
from boldwise.encoders.voxelwise import VoxelwiseFit, stream_voxelwise
from boldwise.errors import DataError, ShapeMismatchError
from boldwise.evaluation.splits import TEST, TRAIN, Split
from boldwise.features.records import FittedFeatures
from boldwise.linear.blocks import Gather
from boldwise.responses.records import Responses, Trials, Voxels

ALPHAS = np.logspace(-1, 3, 5)
N, N_VOXELS = 60, 30


@pytest.fixture(scope="module")
def study():
    """60 stimuli in 3 folds; two spaces, each of which some voxels follow."""
    rng = np.random.default_rng(0)
    ids = np.array([f"s{n:02d}" for n in range(N)])
    wide = rng.standard_normal((3, N, 7)).astype("f4")  # fitted anew in each fold
    narrow = 5 + 3 * rng.standard_normal((1, N, 4)).astype("f4")
    response = np.concatenate(
        [
            wide.mean(0) @ rng.standard_normal((7, 15)),
            narrow[0] @ rng.standard_normal((4, 15)),
        ],
        axis=1,
    )
    response = (response + rng.standard_normal(response.shape) + 9).astype("f4")
    one = np.full(N, "1")
    trials = Trials(ids, one, one, np.arange(float(N)), np.zeros(N, int))
    ijk = np.stack(np.unravel_index(np.arange(N_VOXELS), (5, 5, 5)), axis=1)
    voxels = Voxels(ijk, (5, 5, 5), np.eye(4))
    test = np.arange(N) // 20 == np.arange(3)[:, None]
    inner = np.where(test, -1, np.arange(N) % 4)
    names = np.array(["a", "b", "c"])
    split = Split("main", ids, np.where(test, TEST, TRAIN), inner, names, "-")
    spaces = [FittedFeatures(ids, wide), FittedFeatures(ids, narrow)]
    return Responses(response, trials, voxels), spaces, split


def fit_ridge(study, keep=True):
    plan = replace(plan_voxelwise(*study, alphas=ALPHAS), keep_weights=keep)
    found = Gather(N_VOXELS)
    stream_voxelwise(plan, found)
    return VoxelwiseFit.of(plan, found.results)


def fit_banded(study):
    plan = plan_voxelwise(*study, alphas=ALPHAS, banded=True)
    plan, found = replace(plan, keep_weights=True), Gather(N_VOXELS)
    stream_banded(plan, found, n_candidates=5, unique_variance=False)
    return BandedFit.of(plan, found.results)


def fit_best_layer(study):
    plan = replace(plan_layers(*study, alphas=ALPHAS), keep_weights=True)
    found = Gather(N_VOXELS)
    stream_layers(plan, found)
    return LayerFit.of(plan.layers[0], found.results, rivals=plan.layers)


def rebuild(fit, number):
    lead = f"model/{number}/"
    own = {n.removeprefix(lead): one for n, one in fit.model.items() if lead in n}
    layer = fit.layer[number] if isinstance(fit, LayerFit) else None
    return kept_fold(own, layer)


@pytest.mark.parametrize("fit", [fit_ridge, fit_banded, fit_best_layer])
def test_the_tested_stimuli_are_predicted_as_in_the_fit(study, fit):
    fitted = fit(study)

    for number in range(3):
        rows = fitted.fold == number
        ids = fitted.stimulus_id[rows]
        spaces = [one.fold(number).rows(ids) for one in study[1]]
        again = rebuild(fitted, number).predict(spaces)
        np.testing.assert_allclose(again, fitted.prediction[rows], atol=1e-5)


def test_both_layers_were_chosen(study):
    assert set(np.unique(fit_best_layer(study).layer)) == {0, 1}


def test_keeping_weights_changes_no_prediction(study):
    kept, plain = fit_ridge(study), fit_ridge(study, keep=False)

    np.testing.assert_array_equal(kept.prediction, plain.prediction)
    assert plain.model == {}
    assert set(plain.datasets()) == set(kept.datasets()) - set(kept.model)


def test_names_tell_the_fold():
    named = name_weights(2, np.zeros((3, 4)), np.zeros(4))

    assert list(named) == ["model/2/weight", "model/2/intercept"]
    assert {one.dtype for one in named.values()} == {np.dtype("f4")}


@pytest.fixture
def fold():
    """Give one space of 2 features, 3 voxels of which one could not be fitted."""
    design = Design((np.zeros(2), np.zeros(1)), (1.0, 1.0))
    weight = np.ones((2, 3), "f4")
    return KeptFold(design, weight, np.zeros(3, "f4"), np.array([0, 1, -1]))


def test_a_voxel_that_follows_no_space_stays_unknown(fold):
    found = fold.predict([np.array([[1.0, 2.0]]), np.array([[5.0]])])

    np.testing.assert_array_equal(found, [[3.0, 5.0, np.nan]])


def test_features_that_are_no_numbers_are_refused(fold):
    with pytest.raises(DataError, match=r"1 of 3 features .* in 1 stimuli. Leave"):
        fold.predict([np.array([[1.0, np.nan]]), np.array([[5.0]])])


def test_other_spaces_are_refused(fold):
    with pytest.raises(ShapeMismatchError, match="Give the same spaces"):
        fold.predict([np.ones((1, 3)), np.ones((1, 1))])


def test_weights_of_delayed_features_are_refused(fold):
    delayed = replace(fold, layer=None, weight=np.ones((6, 3), "f4"))

    with pytest.raises(ShapeMismatchError, match=r"6 features, but .* with delays"):
        delayed.predict([np.ones((1, 2)), np.ones((1, 1))])

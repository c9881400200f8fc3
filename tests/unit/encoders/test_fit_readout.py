"""Planted fields are found, and each readout beats the model without it."""

import numpy as np
import planted_maps as pm
import pytest

from boldwise.encoders.fit_readout import ReadoutOptions, fit_readout
from boldwise.encoders.map_study import MapStudy
from boldwise.linear.ridge import RidgeCV
from boldwise.training.options import TrainingOptions

GRID = (pm.SIDE, pm.SIDE)
ALPHAS = np.logspace(0, 6, 13)
TRAINING = TrainingOptions(
    n_epochs=20,
    batch_size=64,
    learning_rate=0.03,
    schedule="cosine",
    weight_decay=0.01,
)


def study_of(maps, responses, n_train):
    rows = np.arange(len(maps))
    train, test = rows[:n_train], rows[n_train:]
    return MapStudy(maps, GRID, responses[:n_train], train, test)


def fit(maps, responses, n_train, kind, **extra):
    options = ReadoutOptions(kind, training=TRAINING, extra=extra)
    return fit_readout(study_of(maps, responses, n_train), options=options)


def ridge(maps, responses, n_train):
    flat = maps.reshape(len(maps), -1)
    model = RidgeCV(alphas=ALPHAS, cv=5).fit(flat[:n_train], responses[:n_train])
    return model.predict(flat[n_train:])


@pytest.fixture(scope="module")
def retinotopic():
    """20 voxels with fields, then 20 of noise; 400 stimuli to train on."""
    planted = pm.plant()
    truth = pm.still(planted)
    noise = planted.rng.standard_normal(truth.shape)
    responses = np.concatenate([pm.noisy(truth, planted, 1.0), noise], 1) * 3 + 50
    return planted, truth, responses.astype("f4")


@pytest.fixture(scope="module")
def gaussian(retinotopic):
    planted, _, responses = retinotopic
    return fit(planted.maps, responses, 400, "gaussian")


def test_the_gaussian_readout_finds_the_centres(retinotopic, gaussian):
    planted, _, _ = retinotopic
    away = np.hypot(
        gaussian.fields.x[:20] - planted.x, gaussian.fields.y[:20] - planted.y
    )

    assert np.median(away) <= 0.03  # the bar is 0.1 of the picture
    assert away.max() <= 0.1


def test_the_gaussian_readout_finds_the_sizes(gaussian):
    size = np.sqrt(gaussian.fields.size_x * gaussian.fields.size_y)[:20]

    assert 0.07 < np.median(size) < 0.13  # planted: 0.1


@pytest.mark.parametrize("kind", ["gaussian", "factorised"])
def test_spatial_readouts_beat_ridge_on_the_flattened_map(retinotopic, gaussian, kind):
    planted, truth, responses = retinotopic
    given = (planted.maps, responses, 400)
    found = gaussian if kind == "gaussian" else fit(*given, kind)

    ours = pm.correlate(found.prediction[:, :20], truth[400:])
    theirs = pm.correlate(ridge(*given)[:, :20], truth[400:])

    assert np.median(ours) > np.median(theirs) + 0.05
    assert np.mean(ours > theirs) >= 0.9


def test_noise_voxels_score_nothing(retinotopic, gaussian):
    _, _, responses = retinotopic
    r = pm.correlate(gaussian.prediction[:, 20:], responses[400:, 20:])

    assert abs(np.mean(r)) < 0.05


def test_predictions_are_in_the_unit_of_the_responses(retinotopic, gaussian):
    _, _, responses = retinotopic

    np.testing.assert_allclose(gaussian.prediction.mean(0), 50, atol=2)
    assert gaussian.prediction.shape == responses[400:].shape


def test_stored_weights_give_the_prediction(retinotopic, gaussian):
    planted, _, _ = retinotopic
    kept = gaussian.weights
    maps = (planted.maps[400:] - kept["feature_mean"]) / kept["feature_width"]

    told = (
        np.einsum("ntd,vt,vd->nv", maps, kept["place"], kept["feature"]) + kept["bias"]
    )

    by_hand = told * kept["response_width"] + kept["response_mean"]
    np.testing.assert_allclose(gaussian.prediction, by_hand, rtol=1e-4)


def test_test_rows_do_not_touch_the_fit(retinotopic, gaussian):
    planted, _, responses = retinotopic
    other = planted.maps.copy()
    other[400:] = 1e3

    again = fit(other, responses, 400, "gaussian")

    for name, values in gaussian.weights.items():
        np.testing.assert_array_equal(again.weights[name], values)


@pytest.mark.parametrize("truth_of", [pm.moving, pm.turning])
def test_the_semantic_readout_beats_the_factorised_where_content_matters(truth_of):
    planted = pm.plant(800)
    truth = truth_of(planted)
    given = (planted.maps, pm.noisy(truth, planted), 650)

    plain, semantic = (
        np.median(pm.correlate(fit(*given, kind).prediction, truth[650:]))
        for kind in ("factorised", "semantic")
    )

    assert semantic > plain + 0.1
    assert semantic > 0.9


def test_the_semantic_readout_loses_little_where_content_does_not_matter():
    planted = pm.plant(800)
    truth = pm.still(planted)
    given = (planted.maps, pm.noisy(truth, planted), 650)

    plain, semantic = (
        np.median(pm.correlate(fit(*given, kind).prediction, truth[650:]))
        for kind in ("factorised", "semantic")
    )

    assert semantic > plain - 0.02

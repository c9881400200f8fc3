"""Ridge from responses to features."""

import json

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from boldwise.decoders import RidgeDecoder
from boldwise.errors import DataError

RNG = np.random.default_rng(0)
TARGETS = RNG.standard_normal((100, 6)) * [1, 1, 1, 1, 1, 50] + 10
MIXING = RNG.standard_normal((6, 300)) / [[1], [1], [1], [1], [1], [50]]
RESPONSES = TARGETS @ MIXING + 0.5 * RNG.standard_normal((100, 300)) - 3.0


def zscore(values):
    return (values - values.mean(axis=0)) / values.std(axis=0)


def test_unseen_stimuli_are_decoded():
    decoder = RidgeDecoder().fit(RESPONSES[:80], TARGETS[:80])

    prediction = decoder.predict(RESPONSES[80:])

    wanted = decoder.targets_.apply(TARGETS[80:])
    assert prediction.shape == (20, 6)
    for column in range(6):
        assert np.corrcoef(prediction[:, column], wanted[:, column])[0, 1] > 0.95


@pytest.mark.parametrize("n_voxels", [300, 20])
def test_coefficients_are_those_of_scikit_learn(n_voxels):
    responses = RESPONSES[:, :n_voxels]

    decoder = RidgeDecoder().fit(responses, TARGETS)

    for column, alpha in enumerate(decoder.alpha_):
        model = Ridge(alpha=alpha, solver="svd").fit(zscore(responses), zscore(TARGETS))
        np.testing.assert_allclose(
            decoder.coef_[:, column], model.coef_[column], atol=1e-5
        )


def test_one_penalty_may_serve_all_features():
    decoder = RidgeDecoder(alpha_per_target=False).fit(RESPONSES, TARGETS)

    assert len(set(decoder.alpha_)) == 1


def test_constant_voxels_and_features_are_no_trouble():
    responses, targets = RESPONSES.copy(), TARGETS.copy()
    responses[:, 7], targets[:, 2] = 0.1, 0.1

    decoder = RidgeDecoder().fit(responses, targets)

    prediction = decoder.predict(responses)
    assert np.isfinite(prediction).all()
    assert not prediction[:, 2].any()
    assert not decoder.coef_[7].any()


def test_test_rows_do_not_change_the_statistics():
    decoder = RidgeDecoder().fit(RESPONSES[:80], TARGETS[:80])

    alone = decoder.predict(RESPONSES[80:81])
    together = decoder.predict(RESPONSES[80:])

    np.testing.assert_allclose(alone, together[:1], atol=1e-5)


def test_a_copy_from_its_state_predicts_the_same_bytes():
    decoder = RidgeDecoder(cv=np.arange(100) % 3).fit(RESPONSES, TARGETS)

    copy = RidgeDecoder.from_state(*decoder.to_state())

    assert copy.predict(RESPONSES).tobytes() == decoder.predict(RESPONSES).tobytes()
    np.testing.assert_array_equal(copy.cv_score_, decoder.cv_score_)
    np.testing.assert_array_equal(
        copy.targets_.apply(TARGETS), decoder.targets_.apply(TARGETS)
    )


def test_a_state_holds_folds_of_any_sizes_as_json():
    folds = [(np.arange(60), np.arange(60, 75)), (np.arange(30, 100), np.arange(9))]
    decoder = RidgeDecoder(cv=folds).fit(RESPONSES, TARGETS)

    _, options = decoder.to_state()

    kept = json.loads(json.dumps(options))["cv"]
    assert [[len(rows) for rows in fold] for fold in kept] == [[60, 15], [70, 9]]


def test_voxels_with_nan_are_counted():
    responses = RESPONSES.copy()
    responses[0, :3] = np.nan

    with pytest.raises(DataError, match="3 of 300 voxels hold NaN or infinity"):
        RidgeDecoder().fit(responses, TARGETS)


def test_target_features_with_nan_are_counted():
    targets = TARGETS.copy()
    targets[0, 3] = np.nan

    with pytest.raises(DataError, match="1 of 6 target features hold NaN"):
        RidgeDecoder().fit(RESPONSES, targets)


def test_prediction_before_fit_is_refused():
    with pytest.raises(DataError, match="this RidgeDecoder is not fitted yet"):
        RidgeDecoder().predict(RESPONSES)

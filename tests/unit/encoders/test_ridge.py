"""The encoder as a model of its own."""

import numpy as np
import pytest

import boldwise.encoders
from boldwise.encoders.ridge import RidgeEncoder
from boldwise.errors import DataError, ShapeMismatchError

RNG = np.random.default_rng(0)
SPACES = [RNG.standard_normal((90, 5)) * 30, RNG.standard_normal((90, 3))]
RESPONSES = np.hstack(SPACES) @ RNG.standard_normal((8, 6)) + 4.0


def test_unseen_stimuli_are_predicted():
    encoder = RidgeEncoder().fit([x[:60] for x in SPACES], RESPONSES[:60])

    prediction = encoder.predict([x[60:] for x in SPACES])

    assert prediction.dtype == np.float32
    for voxel in range(6):
        assert np.corrcoef(prediction[:, voxel], RESPONSES[60:, voxel])[0, 1] > 0.98


def test_prediction_is_coefficients_times_the_scaled_features():
    encoder = RidgeEncoder(cv=np.arange(90) % 3).fit(SPACES, RESPONSES)

    by_hand = encoder.design_.join(SPACES) @ encoder.coef_ + encoder.intercept_

    np.testing.assert_allclose(encoder.predict(SPACES), by_hand, rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(encoder.intercept_, RESPONSES.mean(axis=0), rtol=1e-5)


def test_delays_follow_run_lengths():
    features = RNG.standard_normal((80, 2))
    late = np.concatenate([np.zeros((1, 2)), features[:-1]])
    late[40] = 0.0  # the second run starts afresh
    options = {"run_lengths": [40, 40]}

    encoder = RidgeEncoder(delays=[1], alphas=[1e-3]).fit([features], late, **options)

    prediction = encoder.predict([features], **options)
    assert encoder.coef_.shape == (2, 2)
    np.testing.assert_allclose(prediction, late, atol=0.2)


def test_without_run_lengths_there_is_one_run():
    encoder = RidgeEncoder(delays=[0, 1]).fit(SPACES, RESPONSES)

    one = encoder.predict(SPACES, run_lengths=[90])

    np.testing.assert_array_equal(encoder.predict(SPACES), one)


@pytest.mark.parametrize("cv", [3, np.arange(90) % 4])
def test_a_copy_from_its_state_predicts_the_same_bytes(cv):
    encoder = RidgeEncoder(cv=cv, delays=[0, 2]).fit(SPACES, RESPONSES)

    copy = RidgeEncoder.from_state(*encoder.to_state())

    assert copy.predict(SPACES).tobytes() == encoder.predict(SPACES).tobytes()
    np.testing.assert_array_equal(copy.alpha_, encoder.alpha_)
    np.testing.assert_array_equal(copy.cv, cv)


def test_prediction_before_fit_is_refused():
    with pytest.raises(DataError, match="this RidgeEncoder is not fitted yet"):
        RidgeEncoder().predict(SPACES)


def test_the_package_offers_it():
    assert boldwise.encoders.RidgeEncoder is RidgeEncoder


def test_units_of_spaces_and_offsets_of_features_do_not_matter():
    plain = RidgeEncoder().fit(SPACES, RESPONSES)
    other = [SPACES[0] / 1000 + 5, SPACES[1] * 64 - 300]

    found = RidgeEncoder().fit(other, RESPONSES)

    np.testing.assert_array_equal(found.alpha_, plain.alpha_)
    np.testing.assert_allclose(
        found.predict(other), plain.predict(SPACES), rtol=1e-3, atol=0.05
    )


def test_units_and_offsets_of_responses_come_back_in_the_prediction():
    plain = RidgeEncoder().fit(SPACES, RESPONSES)
    gain = np.array([1.0, 0.25, -2.0, 16.0, 1.0, 4.0])

    found = RidgeEncoder().fit(SPACES, RESPONSES * gain + 8.0)

    np.testing.assert_array_equal(found.alpha_, plain.alpha_)
    expected = plain.predict(SPACES) * gain + 8.0
    np.testing.assert_allclose(found.predict(SPACES), expected, rtol=1e-3, atol=0.05)


def test_each_voxel_is_fitted_alone():
    order = [4, 0, 2]
    every = RidgeEncoder().fit(SPACES, RESPONSES)

    some = RidgeEncoder().fit(SPACES, RESPONSES[:, order])

    np.testing.assert_allclose(some.coef_, every.coef_[:, order], rtol=1e-3, atol=1e-4)
    np.testing.assert_array_equal(some.alpha_, every.alpha_[order])


def test_the_order_of_the_spaces_only_moves_the_coefficients():
    one, other = (
        RidgeEncoder(alphas=[1.0]).fit(spaces, RESPONSES)
        for spaces in (SPACES, SPACES[::-1])
    )

    moved = np.concatenate([other.coef_[3:], other.coef_[:3]])
    np.testing.assert_allclose(moved, one.coef_, rtol=1e-3, atol=1e-4)


def test_run_lengths_may_be_an_array_and_must_fit_the_rows():
    encoder = RidgeEncoder(delays=[1], alphas=[1.0])

    found = encoder.fit(SPACES, RESPONSES, run_lengths=np.array([40, 50]))

    listed = found.predict(SPACES, run_lengths=[40, 50])
    np.testing.assert_array_equal(
        found.predict(SPACES, run_lengths=np.array([40, 50])), listed
    )
    with pytest.raises(ShapeMismatchError, match=r"0 volumes together.*features of 90"):
        found.predict(SPACES, run_lengths=[])


def test_neither_features_nor_responses_are_modified():
    spaces, responses = [space.copy() for space in SPACES], RESPONSES.copy()

    RidgeEncoder(delays=[0, 1]).fit(spaces, responses).predict(spaces)

    np.testing.assert_array_equal(responses, RESPONSES)
    for space, kept in zip(spaces, SPACES, strict=True):
        np.testing.assert_array_equal(space, kept)

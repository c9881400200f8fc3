"""Response functions: nilearn's own shape, and exact sums over trials."""

import numpy as np
import pytest

from boldwise.simulate.haemodynamics import (
    ResponseFunction,
    draw_response_functions,
    trial_regressors,
)
from boldwise.simulate.layout import POPULATIONS

CANONICAL = ResponseFunction(6.0, 12.0, 0.9, 0.48)


def test_the_canonical_shape_is_that_of_glover():
    from nilearn.glm.first_level import glover_hrf

    expected = glover_hrf(t_r=1.0, oversampling=10, time_length=32.0)

    # nilearn starts its response one step late.
    found = CANONICAL.at(np.linspace(0, 32.0, len(expected)) - 0.1)
    assert np.corrcoef(found, expected)[0, 1] > 0.999999


def test_nothing_happens_before_the_onset():
    assert (CANONICAL.at(np.array([-5.0, -0.1, 0.0])) == 0).all()
    regressor = trial_regressors(
        CANONICAL, np.array([10.0]), np.arange(0, 10.1, 0.5), duration_s=3.0
    )
    assert (regressor == 0).all()


def test_a_trial_peaks_at_one():
    volume_s = np.arange(0, 40, 0.1)

    regressor = trial_regressors(
        CANONICAL, np.array([0.0, 8.0]), volume_s, duration_s=3.0
    )

    np.testing.assert_allclose(regressor.max(0), 1, atol=1e-3)
    assert 4 < volume_s[regressor[:, 0].argmax()] < 8
    assert regressor[:, 0].min() < -0.05  # the undershoot


def test_a_long_trial_is_the_integral_over_its_duration():
    volume_s = np.arange(0.5, 30, 1.0)

    found = trial_regressors(CANONICAL, np.array([0.0]), volume_s, duration_s=3.0)[:, 0]

    moments = np.linspace(0, 3.0, 301)
    summed = CANONICAL.at(volume_s[:, None] - moments).mean(1)
    np.testing.assert_allclose(found / found.max(), summed / summed.max(), atol=0.002)


def test_a_later_trial_gives_a_later_response():
    volume_s = np.arange(0, 60, 2.0)

    early, late = trial_regressors(
        CANONICAL, np.array([4.0, 12.0]), volume_s, duration_s=3.0
    ).T

    np.testing.assert_allclose(late[4:], early[:-4], atol=1e-9)


def test_each_population_of_each_subject_has_its_own():
    one, other = (draw_response_functions(label, seed=1) for label in ("01", "02"))

    assert tuple(one) == POPULATIONS
    peaks = [f.peak_s for functions in (one, other) for f in functions.values()]
    assert len(set(peaks)) == len(peaks)
    assert one == draw_response_functions("01", seed=1)


@pytest.mark.parametrize("label", ["01", "02", "03", "04", "05", "06"])
def test_responses_stay_near_the_canonical_one(label):
    time_s = np.arange(0, 30, 0.1)

    for function in draw_response_functions(label, seed=1).values():
        r = np.corrcoef(function.at(time_s), CANONICAL.at(time_s))[0, 1]
        assert r > 0.9

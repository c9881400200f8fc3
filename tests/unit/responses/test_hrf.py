"""Haemodynamic responses agree with nilearn and with calculus."""

import numpy as np
import pytest
from nilearn.glm.first_level import glover_hrf, spm_hrf

from boldwise.errors import DataError
from boldwise.responses.hrf import HRFS, event_response


@pytest.mark.parametrize(
    ("name", "authority"), [("glover", glover_hrf), ("spm", spm_hrf)]
)
def test_impulse_response_is_nilearns(name, authority):
    step_s = 0.02
    expected = authority(1.0, oversampling=50, time_length=32.0)
    time_s = np.linspace(0, 32.0, len(expected)) - step_s  # nilearn's lags by a step

    impulse = HRFS[name].impulse(time_s)

    np.testing.assert_allclose(impulse * step_s, expected, atol=2e-3 * expected.max())


@pytest.mark.parametrize("name", HRFS)
def test_impulse_response_has_area_one_and_waits_for_the_impulse(name):
    time_s = np.linspace(-5, 60, 6501)

    impulse = HRFS[name].impulse(time_s)

    assert np.trapezoid(impulse, time_s) == pytest.approx(1, abs=1e-4)
    assert not impulse[time_s <= 0].any()


@pytest.mark.parametrize("name", HRFS)
def test_step_response_is_the_integral_of_the_impulse_response(name):
    time_s = np.linspace(0, 40, 4001)
    impulse = HRFS[name].impulse(time_s)
    expected = np.concatenate([[0], np.cumsum((impulse[1:] + impulse[:-1]) / 2) * 0.01])

    np.testing.assert_allclose(HRFS[name].step(time_s), expected, atol=1e-5)


@pytest.mark.parametrize("name", HRFS)
@pytest.mark.parametrize("duration_s", [0.0, 0.5, 3.0, 22.5])
def test_the_response_to_an_event_peaks_at_one(name, duration_s):
    time_s = np.arange(0, 60, 0.003)

    response = event_response(time_s, duration_s, hrf=name)

    assert response.max() == pytest.approx(1, abs=1e-4)


def test_a_long_event_is_the_sum_of_its_parts():
    time_s = np.linspace(0, 40, 81)
    step = HRFS["spm"].step
    parts = sum(step(time_s - s) - step(time_s - s - 1) for s in range(6))

    whole = event_response(time_s, 6.0, hrf="spm")

    np.testing.assert_allclose(whole / whole.max(), parts / parts.max(), atol=1e-12)


def test_without_an_hrf_an_event_is_a_box():
    time_s = np.array([-1.0, 0.0, 1.9, 2.0])

    response = event_response(time_s, 2.0, hrf="none")

    np.testing.assert_array_equal(response, [0, 1, 1, 0])


def test_an_event_of_no_duration_needs_an_hrf():
    with pytest.raises(DataError, match=r"lasts 0 s.*Choose `glover` or `spm`"):
        event_response(np.arange(3.0), 0.0, hrf="none")

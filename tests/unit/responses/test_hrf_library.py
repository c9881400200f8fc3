"""The library is ordered, spans what is seen in people, and holds Glover's shape."""

import numpy as np

from boldwise.responses.hrf import HRFS, event_response
from boldwise.responses.hrf_library import hrf_library, nearest_curve, time_to_peak


def test_twenty_curves_peak_a_quarter_of_a_second_apart():
    peaks = [time_to_peak(hrf) for hrf in hrf_library()]

    np.testing.assert_allclose(peaks, 3 + 0.25 * np.arange(20), atol=2e-3)


def test_every_curve_is_glovers_stretched_in_time():
    glover, time_s = HRFS["glover"], np.linspace(0, 30, 301)

    for hrf in hrf_library():
        stretch = time_to_peak(hrf) / time_to_peak(glover)
        expected = glover.impulse(time_s / stretch) / stretch
        np.testing.assert_allclose(hrf.impulse(time_s), expected, atol=1e-3)


def test_late_curves_are_broad():
    time_s = np.linspace(0, 30, 3001)
    responses = [event_response(time_s, 0.0, hrf=hrf) for hrf in hrf_library()]

    widths = [(response > 0.5).sum() for response in responses]

    assert np.all(np.diff(widths) > 0)


def test_time_to_peak_is_that_of_a_gamma_density_without_undershoot():
    """A gamma density of mean m and scale s peaks at m - s."""
    glover = HRFS["glover"]
    alone = type(glover)(5.0, 10.0, 1.0, 0.0)

    assert abs(time_to_peak(alone) - 4.0) < 2e-3


def test_each_curve_is_nearest_to_itself():
    library = hrf_library()

    assert [nearest_curve(hrf, library) for hrf in library] == list(range(20))

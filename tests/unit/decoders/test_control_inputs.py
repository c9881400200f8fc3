"""Mirrors src/boldwise/decoders/control_inputs.py."""

import numpy as np
import pytest

from boldwise.decoders.control_inputs import control_responses
from boldwise.decoders.scaling import RowScale
from boldwise.errors import ConfigError

SCALE = RowScale(np.array([5.0, -3.0], "f4"), np.array([2.0, 0.5], "f4"))


@pytest.fixture
def responses():
    return np.random.default_rng(0).normal(size=(4000, 2)).astype("f4")


def test_noise_has_the_mean_and_width_of_each_voxel(responses):
    noise = control_responses("noise_input", responses, SCALE, seed=0)

    np.testing.assert_allclose(noise.mean(0), SCALE.mean, atol=0.1)
    np.testing.assert_allclose(noise.std(0), SCALE.width, rtol=0.05)
    assert abs(np.corrcoef(noise[:, 0], responses[:, 0])[0, 1]) < 0.05


def test_the_mean_brain_is_the_same_for_every_stimulus(responses):
    mean = control_responses("mean_brain", responses, SCALE, seed=0)

    assert np.array_equal(mean, np.tile(SCALE.mean, (4000, 1)))


def test_shuffled_brains_are_the_same_brains_in_another_order(responses):
    one, other = (
        control_responses("shuffled_brain", responses, SCALE, seed=s) for s in (0, 1)
    )

    for drawn in (one, other):
        np.testing.assert_array_equal(np.sort(drawn[:, 0]), np.sort(responses[:, 0]))
        assert (drawn != responses).any(1).mean() > 0.99
    assert not np.array_equal(one, other)


def test_unknown_controls_are_refused(responses):
    with pytest.raises(ConfigError, match="no control 'noise'; known: noise_input"):
        control_responses("noise", responses, SCALE, seed=0)

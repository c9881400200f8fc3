"""Noise of known power on known responses."""

import numpy as np

from boldwise.simulate.measuring import measure_subject
from boldwise.simulate.scenes import draw_scenes

SCENES = draw_scenes(800, seed=3, size_px=32)
KINDS = ("early_visual", "category", "noise")


def measure(subject="01", share=0.25):
    return measure_subject(
        subject, SCENES, populations=KINDS, n_responsive=60, share=share, seed=3
    )


def test_the_ceiling_is_the_share_of_signal():
    found = measure()
    ceiling = found.ceiling(np.arange(800))

    assert abs(np.mean(ceiling[found.population != "noise"]) - 0.25) < 0.02
    assert (ceiling[found.population == "noise"] == 0).all()


def test_only_the_populations_asked_for_are_measured():
    found = measure()

    assert set(found.population) == set(KINDS)
    np.testing.assert_array_equal(found.category != "", found.population == "category")
    np.testing.assert_allclose(found.truth.std(0)[found.population != "noise"], 1, 1e-4)


def test_subjects_differ_and_repeat():
    one, again, other = measure(), measure(), measure("02")

    np.testing.assert_array_equal(one.response, again.response)
    n = min(one.response.shape[1], other.response.shape[1])
    assert abs(np.corrcoef(one.response[:, 0], other.response[:, n - 1])[0, 1]) < 0.5
    assert not np.array_equal(one.response[:, :n], other.response[:, :n])

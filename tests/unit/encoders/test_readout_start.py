"""Fields begin where the map goes with the response, and nowhere for noise."""

import numpy as np
import planted_maps as pm

from boldwise.encoders.map_study import scale_of_features
from boldwise.encoders.readout_start import where_it_responds


def start(planted, responses):
    rows = np.arange(len(planted.maps))
    scale = scale_of_features(planted.maps, rows)
    return where_it_responds(planted.maps, rows, responses, scale=scale, seed=0)


def test_starts_lie_near_the_planted_fields():
    planted = pm.plant()

    place = start(planted, pm.noisy(pm.still(planted), planted))

    grid = place.reshape(-1, pm.SIDE, pm.SIDE)
    away = np.hypot(
        grid.sum(1) @ pm.STEPS - planted.x, grid.sum(2) @ pm.STEPS - planted.y
    )
    assert np.median(away) < 0.05
    assert away.max() < 0.15


def test_noise_begins_everywhere():
    planted = pm.plant()
    noise = planted.rng.standard_normal((600, 40)).astype("f4")

    place = start(planted, noise)

    uniform = np.isclose(place, 1 / pm.SIDE**2).all(1)
    assert uniform.mean() > 0.5
    np.testing.assert_allclose(place.sum(1), 1, rtol=1e-5)

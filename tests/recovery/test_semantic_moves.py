"""What the picture changes in a semantic readout pays where the truth changes it."""

import numpy as np
import planted_maps as pm
import pytest
from test_fit_readout import fit

pytestmark = pytest.mark.recovery
N_TRAIN = 650


def shifting(planted, step=3):
    """Half of the features lie to the left with one content, the others right."""
    side = (len(planted.maps), pm.SIDE, pm.SIDE, pm.N_FEATURES)
    maps, moved = planted.maps.reshape(side), planted.maps.reshape(side).copy()
    for one, content in enumerate(planted.content):
        for feature in range(1, pm.N_FEATURES):
            way = int(step * content) * (1 if feature % 2 else -1)
            moved[one, :, :, feature] = np.roll(maps[one, :, :, feature], way, axis=1)
    place = pm.field_at(planted.x, planted.y)
    flat = moved.reshape(planted.maps.shape)
    return pm.standard(np.einsum("ntd,vt,vd->nv", flat, place, planted.feature))


TRUTHS = {"fields": pm.moving, "maps": shifting, "gains": pm.turning}


@pytest.mark.parametrize("part", TRUTHS)
def test_a_part_that_moves_in_truth_pays(part):
    planted = pm.plant(800)
    truth = TRUTHS[part](planted)
    given = (planted.maps, pm.noisy(truth, planted), N_TRAIN)

    plain, moved = (
        np.median(pm.correlate(fit(*given, kind, **more).prediction, truth[N_TRAIN:]))
        for kind, more in (("factorised", {}), ("semantic", {"moves": [part]}))
    )

    assert moved > plain + 0.1

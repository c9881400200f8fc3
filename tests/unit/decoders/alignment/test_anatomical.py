"""Without alignment, voxels stay as they are."""

import numpy as np
import pytest

from boldwise.decoders.alignment.anatomical import fit_anatomical
from boldwise.errors import ShapeMismatchError


def test_voxels_stay_and_take_the_mean_of_the_target():
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((2, 9, 4))

    moved = fit_anatomical(x, y).apply(x)

    np.testing.assert_allclose(moved - y.mean(0), x - x.mean(0), atol=1e-12)


def test_voxels_that_no_common_space_pairs_are_refused():
    with pytest.raises(ShapeMismatchError, match="has 3 voxels, the other 4: without"):
        fit_anatomical(np.ones((5, 3)), np.ones((5, 4)))

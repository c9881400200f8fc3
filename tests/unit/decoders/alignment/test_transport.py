"""Soft matching of voxels finds who became whom."""

import sys

import numpy as np
import pytest

from boldwise.decoders.alignment import transport
from boldwise.decoders.alignment.anatomical import fit_anatomical
from boldwise.decoders.alignment.transport import fit_transport
from boldwise.errors import DataError

from .conftest import correlate


@pytest.fixture
def shuffled():
    """Responses (100, 30), the same voxels in another order, and that order."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((100, 30)) * rng.uniform(0.5, 2, 30)
    order = rng.permutation(30)
    return x, x[:, order] + 0.3 * rng.standard_normal((100, 30)), order


def test_voxels_in_another_order_are_matched(shuffled):
    pytest.importorskip("ot")
    x, y, order = shuffled

    weight = fit_transport(x[:60], y[:60]).pieces[0].left

    np.testing.assert_array_equal(weight.argmax(axis=0), order)


def test_matched_voxels_predict_and_unmatched_ones_do_not(shuffled):
    pytest.importorskip("ot")
    x, y, _ = shuffled

    matched = fit_transport(x[:60], y[:60]).apply(x[60:])
    plain = fit_anatomical(x[:60], y[:60]).apply(x[60:])

    assert correlate(matched, y[60:]) > 0.9
    assert correlate(plain, y[60:]) < 0.3


def test_a_larger_entropy_spreads_the_match(shuffled):
    pytest.importorskip("ot")
    x, y, _ = shuffled

    sharp, soft = (
        fit_transport(x, y, regularisation=weight).apply(x) for weight in (0.01, 1.0)
    )

    assert soft.std() < 0.8 * sharp.std()


def test_a_constant_voxel_matches_without_harm(shuffled):
    pytest.importorskip("ot")
    x, y, _ = shuffled
    x = np.hstack([x, np.ones((100, 1))])

    assert np.isfinite(fit_transport(x, y).apply(x)).all()


def test_parts_that_are_too_large_are_refused(shuffled, monkeypatch):
    pytest.importorskip("ot")
    monkeypatch.setattr(transport, "LARGEST", 20)

    with pytest.raises(DataError, match="match 30 voxels with 30 at once; at most 20"):
        fit_transport(*shuffled[:2])


def test_without_pot_the_way_out_is_told(shuffled, monkeypatch):
    monkeypatch.setitem(sys.modules, "ot", None)

    with pytest.raises(
        DataError,
        match=r"needs the package POT, .* pip install 'boldwise\[transport\]'",
    ):
        fit_transport(*shuffled[:2])

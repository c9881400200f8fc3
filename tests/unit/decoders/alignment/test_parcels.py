"""Maps stay within their parcels, and parcels cover every voxel once."""

import numpy as np
import pytest

from boldwise.decoders.alignment.parcels import cut_into_parcels, fit_by_parcel
from boldwise.decoders.alignment.procrustes import fit_procrustes
from boldwise.errors import DataError

from .conftest import correlate


@pytest.fixture
def places():
    return np.stack(np.unravel_index(np.arange(240), (12, 5, 4)), axis=1)


def test_every_voxel_lies_in_one_compact_parcel(places):
    parcels = cut_into_parcels(places, 7)

    np.testing.assert_array_equal(np.sort(np.concatenate(parcels)), np.arange(240))
    sizes = [len(one) for one in parcels]
    assert max(sizes) <= 2 * min(sizes)
    assert np.mean([places[one].var(0).sum() for one in parcels]) < 0.5 * (
        places.var(0).sum()
    )


def test_more_parcels_than_voxels_are_refused(places):
    with pytest.raises(DataError, match="3 voxels cannot be cut into 4 parcels"):
        cut_into_parcels(places[:3], 4)


def test_a_parcel_is_fitted_as_if_it_were_alone():
    x, y = np.random.default_rng(0).standard_normal((2, 30, 9))
    parcels = [np.array([0, 3, 5]), np.array([1, 2, 4, 6])]

    moved = fit_by_parcel(
        fit_procrustes, x, y, source_parcels=parcels, target_parcels=parcels
    ).apply(x)

    for one in parcels:
        alone = fit_procrustes(x[:, one], y[:, one]).apply(x[:, one])
        np.testing.assert_allclose(moved[:, one], alone)
    np.testing.assert_allclose(moved[:, 7:], np.tile(y[:, 7:].mean(0), (30, 1)))


def test_parcels_beat_the_whole_where_each_turns_by_itself_and_stimuli_are_few():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((45, 80))
    parcels = np.split(np.arange(80), 8)
    turns = [np.linalg.qr(rng.standard_normal((10, 10)))[0] for _ in parcels]
    y = np.hstack([x[:, p] @ turn for p, turn in zip(parcels, turns, strict=True)])
    y += 0.5 * rng.standard_normal(y.shape)

    whole = fit_procrustes(x[:25], y[:25]).apply(x[25:])
    parted = fit_by_parcel(
        fit_procrustes, x[:25], y[:25], source_parcels=parcels, target_parcels=parcels
    ).apply(x[25:])

    assert correlate(parted, y[25:]) > correlate(whole, y[25:]) + 0.2


def test_parcels_without_a_counterpart_are_refused():
    x = np.ones((5, 4))
    with pytest.raises(DataError, match="has 1 parcels, the target 2; each needs"):
        fit_by_parcel(
            fit_procrustes,
            x,
            x,
            source_parcels=[np.arange(2)],
            target_parcels=[np.arange(2), np.arange(2, 4)],
        )


def test_parcels_that_overlap_are_refused():
    x = np.ones((5, 4))
    parcels = [np.arange(3), np.arange(2, 4)]
    with pytest.raises(DataError, match="1 voxels of the target lie in two parcels"):
        fit_by_parcel(
            fit_procrustes, x, x, source_parcels=parcels, target_parcels=parcels
        )

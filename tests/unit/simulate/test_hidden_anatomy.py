"""A hidden voxel space keeps all distances and no places."""

import numpy as np

from boldwise.simulate.hidden_anatomy import hide_anatomy


def test_distances_stay():
    response = np.random.default_rng(0).standard_normal((9, 301))

    turned = hide_anatomy(response, rng=np.random.default_rng(1))

    np.testing.assert_allclose(turned @ turned.T, response @ response.T, atol=1e-9)


def test_every_voxel_reaches_every_column():
    turned = hide_anatomy(np.eye(128), rng=np.random.default_rng(0))

    assert np.abs(turned).max() < 0.6
    assert (np.abs(turned) > 1e-4).mean() > 0.99


def test_each_subject_is_turned_by_itself():
    response = np.random.default_rng(0).standard_normal((9, 200))

    one, other = (hide_anatomy(response, rng=np.random.default_rng(k)) for k in (1, 2))

    assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.1


def test_one_voxel_can_only_change_its_sign():
    response = np.random.default_rng(0).standard_normal((9, 1)).astype("f2")

    turned = hide_anatomy(response, rng=np.random.default_rng(1))

    assert turned.dtype == np.float64
    wanted = np.abs(response.astype(np.float64))
    np.testing.assert_allclose(np.abs(turned), wanted, rtol=1e-12)


def test_runs_of_one_subject_are_turned_alike_and_left_as_they_were():
    response = np.random.default_rng(0).standard_normal((9, 50))
    kept = response.copy()
    whole, part = (
        hide_anatomy(rows, rng=np.random.default_rng(1))
        for rows in (response, response[4:])
    )

    np.testing.assert_allclose(whole[4:], part, atol=1e-12)
    np.testing.assert_array_equal(response, kept)

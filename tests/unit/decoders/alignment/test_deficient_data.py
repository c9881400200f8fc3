"""Alignments of subjects that share few stimuli, hold still, or differ in size."""

import numpy as np
import pytest

from boldwise.decoders.alignment.hyperalignment import fit_hyperalignment
from boldwise.decoders.alignment.linear_map import (
    Alignment,
    Piece,
    centre_pair,
    check_rows,
)
from boldwise.decoders.alignment.methods import (
    fit_template,
    pair_method,
    place_method,
)
from boldwise.decoders.alignment.parcels import cut_into_parcels, fit_by_parcel
from boldwise.decoders.alignment.procrustes import fit_procrustes, span
from boldwise.decoders.alignment.ridge_map import fit_ridge
from boldwise.decoders.alignment.shared_response import fit_shared_response
from boldwise.decoders.alignment.transport import fit_transport
from boldwise.decoders.alignment.whitening import fit_whitening
from boldwise.errors import DataError, ShapeMismatchError

PENALTIES = {"low": 0.1, "high": 100.0, "n": 3}


@pytest.fixture
def pair():
    """Responses to 20 stimuli of 6 and of 9 voxels."""
    rng = np.random.default_rng(0)
    return rng.normal(3, 1, (20, 6)), rng.normal(-2, 5, (20, 9))


@pytest.mark.parametrize("fit", [fit_procrustes, fit_transport])
def test_a_target_voxel_that_holds_still_stays_at_its_mean(pair, fit):
    if fit is fit_transport:
        pytest.importorskip("ot")
    x, y = pair
    y[:, 4] = 7

    moved = fit(x, y).apply(x)

    np.testing.assert_allclose(moved[:, 4], 7)
    assert (np.delete(moved, 4, axis=1).std(axis=0) > 0.01).all()


@pytest.mark.parametrize("still", ["source", "target", "both"])
def test_a_subject_that_holds_still_gives_the_mean_of_the_target(pair, still):
    x, y = pair
    if still != "target":
        x = np.full_like(x, 2.5)
    if still != "source":
        y = np.full_like(y, -1.5)

    for alignment in (fit_procrustes(x, y, scale=True), fit_ridge(x, y).alignment):
        moved = alignment.apply(x)
        np.testing.assert_allclose(moved, np.tile(y.mean(0), (20, 1)), atol=1e-9)


def test_whatever_is_whitened_by_a_still_pattern_becomes_zero():
    found = fit_whitening(np.full((5, 3), 4.0))

    assert found.share == 1
    assert found.axes.shape == (3, 0)
    assert not found.apply(np.eye(3)).any()


def test_whitening_keeps_to_the_space_that_stimuli_span():
    rng = np.random.default_rng(1)
    pattern = rng.normal(size=(4, 10))

    found = fit_whitening(pattern)

    assert found.axes.shape == (10, 3)
    new = found.apply(rng.normal(size=(6, 10)))
    np.testing.assert_allclose(new @ found.axes @ found.axes.T, new)
    assert (found.gain > 0).all()


@pytest.mark.parametrize("fit", [fit_hyperalignment, fit_shared_response])
def test_a_still_subject_neither_leads_a_template_nor_harms_it(pair, fit):
    still = np.full((20, 3), 9.0)

    found = fit([*pair, still])

    assert np.isfinite(found.pattern).all()
    assert not found.alignments[2].apply(still).any()
    moved = [one.apply(x) for one, x in zip(found.alignments, pair, strict=False)]
    np.testing.assert_allclose(sum(moved) / 3, found.pattern, atol=1e-8)


@pytest.mark.parametrize("fit", [fit_hyperalignment, fit_shared_response])
def test_templates_of_three_stimuli_have_two_columns_at_most(fit):
    subjects = list(np.random.default_rng(2).normal(size=(4, 3, 8)))

    assert fit(subjects).pattern.shape == (3, 2)


def test_the_space_that_rows_span_holds_them_and_no_more():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(12, 2)) @ rng.normal(size=(2, 7))

    along, axes = span(x)

    assert (along.shape, axes.shape) == ((12, 2), (7, 2))
    np.testing.assert_allclose(along @ axes.T, x, atol=1e-12)
    np.testing.assert_allclose(axes.T @ axes, np.eye(2), atol=1e-12)


def test_factors_are_the_matrix_they_stand_for():
    rng = np.random.default_rng(4)
    left, right, rows = (rng.normal(size=s) for s in ((2, 3), (3, 2), (5, 4)))
    piece = Piece(np.array([3, 0]), np.array([1, 2]), left, right)

    moved = Alignment(np.ones(4), np.full(4, 10.0), [piece]).apply(rows)

    np.testing.assert_allclose(
        moved[:, [1, 2]], (rows[:, [3, 0]] - 1) @ left @ right + 10
    )
    assert (moved[:, [0, 3]] == 10).all()


def test_centring_keeps_what_came_and_measures_in_double_precision():
    x = np.full((4, 2), 1e4, np.float32) + np.arange(4, dtype=np.float32)[:, None]
    before = x.copy()

    mean, _, centred, _ = centre_pair(x, x)

    np.testing.assert_array_equal(x, before)
    assert mean.dtype == centred.dtype == np.float64
    np.testing.assert_array_equal(centred[:, 0], [-1.5, -0.5, 0.5, 1.5])


def test_rows_that_cannot_be_the_same_stimuli_are_refused():
    with pytest.raises(ShapeMismatchError, match="have '4', '5' rows"):
        check_rows([np.ones((4, 2)), np.ones((5, 3))])
    with pytest.raises(DataError, match="aligned on 1 stimulus"):
        check_rows([np.ones((1, 2))] * 2)
    holed = np.ones((4, 3))
    holed[0, :2] = np.nan, np.inf
    with pytest.raises(DataError, match=r"3 voxels .* NaN or infinity"):
        check_rows([holed, holed[:, 1:]])


def test_parcels_of_one_place_are_still_of_equal_size():
    parcels = cut_into_parcels(np.zeros((11, 3)), 4)

    assert sorted(np.concatenate(parcels).tolist()) == list(range(11))
    assert max(map(len, parcels)) <= 2 * min(map(len, parcels))


def test_the_whole_as_one_parcel_changes_nothing(pair):
    x, y = pair
    whole = {"source_parcels": [np.arange(6)], "target_parcels": [np.arange(9)]}

    found = fit_by_parcel(fit_procrustes, x, y, **whole)

    np.testing.assert_allclose(found.apply(x), fit_procrustes(x, y).apply(x))


def test_methods_are_found_by_name_with_their_options(pair):
    x, y = pair
    cv = np.arange(20) % 4
    turned = pair_method({"kind": "procrustes", "scale": True}, cv)(x, y)
    ridge = pair_method({"kind": "ridge", "penalties": PENALTIES}, cv)(x, y)

    expected = fit_procrustes(x, y, scale=True).apply(x)
    np.testing.assert_array_equal(turned.apply(x), expected)
    by_hand = fit_ridge(x, y, alphas=[0.1, 10**0.5, 100], cv=cv).alignment
    np.testing.assert_allclose(ridge.apply(x), by_hand.apply(x))


def test_new_subjects_are_placed_as_the_readout_says(pair):
    cv = np.arange(20) % 4
    template = fit_template(pair, {"kind": "shared_response", "n_components": 3})
    assert template.pattern.shape == (20, 3)
    options = {"kind": "shared_response", "readout": "none"}
    placed = {
        name: place_method(options | own, cv)(pair[0], template.pattern)
        for name, own in (
            ("none", {}),
            ("ridge", {"readout": "ridge", "penalties": PENALTIES}),
        )
    }

    turned = fit_procrustes(pair[0], template.pattern).apply(pair[0])
    np.testing.assert_allclose(placed["none"].apply(pair[0]), turned)
    assert not np.allclose(placed["ridge"].apply(pair[0]), turned)
    with pytest.raises(ShapeMismatchError, match="need an alignment by function"):
        place_method({"kind": "anatomical", "readout": "none"}, cv)(*pair)

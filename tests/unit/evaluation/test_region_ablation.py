"""Regions that know something are told from those that do not."""

from itertools import product

import numpy as np
import pytest

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.evaluation.identification import correlate_rows
from boldwise.evaluation.region_ablation import ablate_regions, paired_p
from boldwise.evaluation.retrieval import two_way_identification

MASKS = {
    name: np.repeat([name == "knows", name == "copy", name == "noise"], 6)
    for name in ("knows", "copy", "noise")
}
OPTIONS = {"n_voxels": 18, "n_permutations": 999, "seed": 0}


def make_decoder(masks, n=60, noise=0.7):
    """Least squares from voxels to 6 features; two regions know the same thing."""
    rng = np.random.default_rng(0)
    target = rng.normal(size=(2 * n, 6))
    voxels = rng.normal(size=(2 * n, 18))
    for name in masks:
        voxels[:, MASKS[name]] = target + noise * voxels[:, MASKS[name]]
    train, test = slice(n), slice(n, None)

    def decode(mask):
        x = voxels[:, mask]
        weight = np.linalg.lstsq(x[train], target[train], rcond=None)[0]
        similarity = correlate_rows(x[test] @ weight, target[test])
        return two_way_identification(similarity)

    return decode


def test_only_what_a_region_alone_knows_is_lost_without_it():
    _, effects = ablate_regions(make_decoder(["knows"]), MASKS, **OPTIONS)

    assert effects["knows"].alone > 0.8
    assert effects["knows"].lost > 0.3
    assert effects["knows"].lost_p == 1 / 1000
    assert effects["knows"].left_out == pytest.approx(0.5, abs=0.07)
    assert effects["noise"].alone == pytest.approx(0.5, abs=0.07)
    assert effects["noise"].alone_p == 1 / 1000
    assert effects["noise"].lost_p > 0.001


def test_what_two_regions_know_is_hardly_lost_without_one():
    noise_free = make_decoder(["knows", "copy"], noise=0.3)

    whole, effects = ablate_regions(noise_free, MASKS, **OPTIONS)

    assert effects["knows"].alone > 0.95
    assert abs(effects["knows"].lost) < 0.02
    assert effects["knows"].left_out == pytest.approx(whole - effects["knows"].lost)
    assert effects["knows"].n_voxels == 6


def test_all_voxels_cannot_be_left_out():
    whole = {"brain": np.ones(18, bool)}

    score, effects = ablate_regions(make_decoder(["knows"]), whole, **OPTIONS)

    assert effects["brain"].alone == score
    assert effects["brain"].alone_less_all == 0
    assert np.isnan([effects["brain"].left_out, effects["brain"].lost_p]).all()


def test_p_is_near_that_of_all_swaps():
    difference = np.random.default_rng(1).normal(0.5, 1, 10)
    signs = np.array(list(product([-1, 1], repeat=10)))

    found = paired_p(difference, n_permutations=20_000, seed=0)

    every = np.abs(signs @ difference) >= abs(difference.sum()) - 1e-9
    assert found == pytest.approx(every.mean(), abs=0.01)


def test_p_of_equal_decoders_is_even():
    rng = np.random.default_rng(2)

    p = [paired_p(rng.normal(size=15), n_permutations=99, seed=k) for k in range(400)]

    assert np.mean(np.array(p) <= 0.05) == pytest.approx(0.05, abs=0.03)


def test_masks_that_do_not_fit_are_refused():
    decode = make_decoder(["knows"])
    with pytest.raises(ShapeMismatchError, match=r"18 voxels.*'short': \(17,\)"):
        ablate_regions(decode, {"short": np.ones(17, bool)}, **OPTIONS)
    with pytest.raises(DataError, match=r"without a voxel.*: none"):
        ablate_regions(decode, {"none": np.zeros(18, bool)}, **OPTIONS)

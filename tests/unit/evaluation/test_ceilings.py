"""The ceiling of a subject: estimate, standard error, null, and every method."""

import numpy as np
import pytest

from boldwise.errors import DataError, ShapeMismatchError
from boldwise.evaluation.ceilings import ESTIMATES, METHODS, estimate_ceiling
from boldwise.evaluation.held_out import Shown
from boldwise.evaluation.noise_ceiling import ceiling_from_repeats, unrectified_ceiling


@pytest.fixture
def show(make_held_out):
    """Trials of one subject: a signal shared by subjects, and noise of its own."""

    def make(*sizes, n_repeats=3, ncsnr=0.7, n_voxels=150, noise_seed=0):
        held_out = make_held_out(*sizes)
        signal = np.random.default_rng(99).normal(size=(len(held_out), n_voxels))
        item = np.repeat(np.arange(len(held_out)), n_repeats)
        noise = np.random.default_rng(noise_seed).normal(size=(len(item), n_voxels))
        return Shown(ncsnr * signal[item] + noise, item, held_out)

    return make


def test_repeats_give_the_rectified_and_the_unrectified_ceiling(show):
    shown = show(60)
    once, fold = np.ones((1, 60)), np.zeros(60, int)

    found = estimate_ceiling(shown, [], method="repeats", seed=0)

    rectified = ceiling_from_repeats(shown.response, shown.item, fold, once)[0]
    free = unrectified_ceiling(shown.response, shown.item, fold, once)[0]
    np.testing.assert_allclose(found.noise_ceiling, rectified)
    np.testing.assert_allclose(found.unrectified, free)


@pytest.mark.parametrize("method", [*ESTIMATES])
def test_every_estimate_finds_the_ceiling_its_error_and_what_it_was_made_from(
    show, method
):
    subjects = [show(100, n_voxels=300, noise_seed=k) for k in range(3)]
    group = method == "mean_of_subjects"

    found = estimate_ceiling(
        subjects[0], subjects if group else [], method=method, seed=0
    )

    truth = 0.49 / (0.49 + 1 / (9 if group else 3))
    assert abs(np.median(found.noise_ceiling) - truth) < 0.02
    assert abs(np.median(found.null_noise_ceiling)) < 0.06
    # Gaussian signal: the closed form, with its own (1 - NC).
    closed = (1 - truth) * np.sqrt(2 / 99 + 2 / 200)
    assert abs(np.median(found.standard_error) / closed - 1) < 0.15
    assert found.showings.n_items == 100
    assert found.showings.mean_repeats == 3


def test_halves_that_were_estimated_apart_are_compared_with_one_another_only(show):
    shown = show(100, n_voxels=300)
    half = shown.item * 0 + (np.arange(300) % 3 == 2)  # two showings, then the third
    # Noise that the two showings of the first half share: an estimate that saw both.
    response = shown.response.copy()
    shared = np.random.default_rng(5).normal(size=(100, 300))
    response[half == 0] += np.repeat(shared, 2, axis=0)

    blind, apart = (
        estimate_ceiling(
            Shown(response, shown.item, shown.held_out, halves),
            [],
            method="split_half",
            seed=0,
        )
        for halves in (None, half)
    )

    # One showing holds 0.49 of 2.49 (1.49 in the second half) that both halves share.
    r = 0.49 / np.sqrt(2.49 * 1.49)
    assert abs(np.median(apart.noise_ceiling) - 3 * r / (1 + 2 * r)) < 0.03
    assert np.median(blind.noise_ceiling) > np.median(apart.noise_ceiling) + 0.08


def test_showings_that_lie_in_one_half_are_refused(show):
    shown = show(30)
    half = shown.item % 2

    with pytest.raises(DataError, match=r"none of the 30 .* in both halves"):
        estimate_ceiling(
            Shown(shown.response, shown.item, shown.held_out, half),
            [],
            method="split_half",
            seed=0,
        )


@pytest.mark.parametrize("method", ["repeats", "split_half"])
def test_the_standard_error_is_the_spread_over_new_stimuli(show, method):
    # Every voxel is an experiment of its own: same truth, other stimuli and noise.
    found = estimate_ceiling(show(100, n_voxels=400), [], method=method, seed=0)

    spread = found.unrectified.std()
    assert abs(np.median(found.standard_error) / spread - 1) < 0.12


def test_the_null_is_what_noise_alone_would_give(show):
    found = estimate_ceiling(show(100, n_voxels=600), [], method="repeats", seed=0)
    noise = estimate_ceiling(
        show(100, n_voxels=600, ncsnr=0), [], method="repeats", seed=0
    )

    # One shuffle serves all voxels, so the mean over voxels varies a little.
    assert abs(found.null_noise_ceiling.mean() - noise.noise_ceiling.mean()) < 0.025
    assert found.noise_ceiling.mean() > 0.5


def test_subjects_without_repeats_are_measured_by_one_another(show):
    subjects = [show(200, n_repeats=1, noise_seed=k) for k in range(5)]

    found = estimate_ceiling(subjects[0], subjects[1:], method="inter_subject", seed=0)

    # s = 0.49, n = 1: 0.49 / 1.49 of own variance, times 0.49 / (0.49 + 1/4).
    assert abs(found.noise_ceiling.mean() - 0.329 * 0.662) < 0.02
    assert found.null_noise_ceiling.mean() < 0.02
    assert (found.standard_error > 0).all()


def test_the_mean_of_subjects_takes_subjects_for_repeats(show):
    subjects = [show(150, n_repeats=2, noise_seed=k) for k in range(4)]
    means = [one.response.reshape(150, 2, -1).mean(axis=1) for one in subjects]
    group = Shown(np.mean(means, axis=0), np.arange(150), subjects[0].held_out)

    found = estimate_ceiling(group, subjects, method="mean_of_subjects", seed=0)

    # s = 0.49; noise of a subject's mean 1/2, of four subjects' 1/8.
    assert abs(np.median(found.noise_ceiling) - 0.49 / (0.49 + 0.125)) < 0.02


def test_subjects_are_compared_on_the_stimuli_that_all_saw(show):
    subjects = [show(80, n_repeats=1, noise_seed=k) for k in range(4)]
    fewer = [
        Shown(one.response[:60], one.item[:60], show(60, n_repeats=1).held_out)
        for one in subjects
    ]

    mixed = estimate_ceiling(
        subjects[0], [fewer[1], *subjects[2:]], method="inter_subject", seed=0
    )
    common = estimate_ceiling(fewer[0], fewer[1:], method="inter_subject", seed=0)

    np.testing.assert_allclose(mixed.noise_ceiling, common.noise_ceiling)


def test_a_voxel_is_compared_with_those_subjects_that_have_it(show):
    subjects = [show(40, n_repeats=1, noise_seed=k, n_voxels=5) for k in range(4)]
    without = [subjects[1], *subjects[3:]]
    subjects[2].response[:, 3] = np.nan
    for other in subjects[1:]:
        other.response[:, 4] = np.nan

    found = estimate_ceiling(subjects[0], subjects[1:], method="inter_subject", seed=0)
    fewer = estimate_ceiling(subjects[0], without, method="inter_subject", seed=0)

    assert found.noise_ceiling[3] == pytest.approx(fewer.noise_ceiling[3])
    assert np.isnan(found.noise_ceiling).tolist() == [False] * 4 + [True]


def test_a_ceiling_that_is_not_wanted_is_undefined(show):
    found = estimate_ceiling(show(5, n_repeats=1), [], method="none", seed=0)

    assert np.isnan(found.noise_ceiling).all()
    assert found.method == "none"


def test_constant_voxels_have_no_ceiling(show):
    shown = show(40)
    response = shown.response.astype(np.float32)
    response[:, 3] = 0.1

    found = estimate_ceiling(
        Shown(response, shown.item, shown.held_out), [], method="repeats", seed=0
    )

    for values in (found.noise_ceiling, found.null_noise_ceiling, found.standard_error):
        assert np.flatnonzero(np.isnan(values)).tolist() == [3]


def test_tiles_and_seeds_give_the_same_answer_again(show):
    shown = show(30, n_voxels=700)

    found = [estimate_ceiling(shown, [], method="repeats", seed=s) for s in (1, 1, 2)]
    part = Shown(shown.response[:, 512:], shown.item, shown.held_out)
    tile = estimate_ceiling(part, [], method="repeats", seed=1)

    np.testing.assert_array_equal(
        found[0].null_noise_ceiling, found[1].null_noise_ceiling
    )
    assert (found[0].null_noise_ceiling != found[2].null_noise_ceiling).any()
    np.testing.assert_array_equal(tile.standard_error, found[0].standard_error[512:])


def test_voxels_that_do_not_correspond_are_refused(show):
    with pytest.raises(ShapeMismatchError, match=r"common space.*140, 150 voxels"):
        estimate_ceiling(
            show(30), [show(30), show(30, n_voxels=140)], method="inter_subject", seed=0
        )


def test_one_other_subject_is_too_few(show):
    with pytest.raises(DataError, match="at least 2 others, got 1"):
        estimate_ceiling(show(30), [show(30)], method="inter_subject", seed=0)


def test_a_fold_of_two_stimuli_is_too_small(show):
    with pytest.raises(DataError, match=r"fewer than 3 stimuli.*a noise ceiling needs"):
        estimate_ceiling(show(30, 2), [], method="repeats", seed=0)


def test_every_method_is_explained():
    assert set(METHODS) == {
        *("repeats", "anova", "signal_power", "explainable_variance", "split_half"),
        *("inter_subject", "mean_of_subjects", "none"),
    }

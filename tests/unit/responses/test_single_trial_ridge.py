"""Shrinking: by repeats, within the bound on neighbours, with scale recovered."""

import numpy as np
import pytest
from simulated_session import correlate, draw_session

from boldwise.responses.single_trial_ridge import (
    FRACTIONS,
    empty_shrunken,
    repeat_score,
    score_at,
    shrink_trials,
)
from boldwise.responses.trial_model import decompose_trials
from boldwise.responses.trial_repeats import tabulate_repeats

N_VOXELS = 60


class Problem:
    """Projections of a fast, noisy session, onto a model with Glover's curve."""

    def __init__(self, **options):
        self.session = draw_session(N_VOXELS, spacing_s=3.0, n_runs=6, **options)
        plans = self.session.plans(["glover"])
        none = [np.zeros((len(plan.nuisance), 0)) for plan in plans]
        self.model = decompose_trials(plans, none, 0)
        signals = [plan.read(slice(0, N_VOXELS))[0] for plan in plans]
        pairs = zip(self.model.left, signals, strict=True)
        self.projected = np.concatenate([u.T @ y for u, y in pairs])
        self.repeats = tabulate_repeats(self.session.trials)

    @property
    def plain(self):
        """Least-squares responses."""
        return self.model.expand(
            self.projected / self.model.singular[:, None].astype("f4")
        )

    def shrink(self, **options):
        """Shrink all voxels."""
        return shrink_trials(self.model, self.projected, self.repeats, **options)


@pytest.fixture(scope="module")
def problem():
    return Problem(snr=1.0)


def test_a_fraction_of_one_is_least_squares(problem):
    found = problem.shrink(fractions=[1.0])

    np.testing.assert_allclose(found.response, problem.plain, rtol=1e-3, atol=1e-3)
    assert (found.fraction == 1).all()


def test_shrinking_brings_responses_closer_to_the_truth(problem):
    responsive, truth = problem.session.responsive, problem.session.amplitude

    found = problem.shrink()

    gain = correlate(found.response, truth + 1e-9 * np.arange(len(truth))[:, None])
    plain = correlate(problem.plain, truth + 1e-9 * np.arange(len(truth))[:, None])
    assert gain[responsive].mean() > plain[responsive].mean() + 0.08


def test_neighbours_stay_within_the_bound(problem):
    found = problem.shrink(neighbour_bound=0.1)

    chosen = problem.repeats.neighbour_correlation(found.response)
    np.testing.assert_allclose(chosen, found.neighbour, atol=1e-3)
    every = [problem.shrink(fractions=[f]).neighbour for f in FRACTIONS]
    possible = np.abs(every).min(axis=0) <= 0.1
    assert possible.mean() > 0.8
    assert (np.abs(found.neighbour[possible]) <= 0.1).all()


def test_without_a_guard_neighbours_smear_and_the_report_says_so(problem):
    guarded = problem.shrink(neighbour_bound=0.1)
    free = problem.shrink(neighbour_bound=1.0)

    np.testing.assert_array_equal(free.fraction, guarded.fraction_unguarded)
    np.testing.assert_array_equal(free.neighbour, guarded.neighbour_unguarded)
    assert free.neighbour.mean() > guarded.neighbour.mean() + 0.1
    assert free.neighbour.mean() > 0.15


def test_where_no_fraction_is_admitted_neighbours_are_as_weak_as_can_be(problem):
    found = problem.shrink(neighbour_bound=1e-6)

    every = [problem.shrink(fractions=[f]).neighbour for f in FRACTIONS]
    np.testing.assert_allclose(
        np.abs(found.neighbour), np.abs(every).min(axis=0), atol=1e-4
    )


def test_scale_and_offset_are_those_of_least_squares(problem):
    found, plain = problem.shrink(), problem.plain

    np.testing.assert_allclose(found.response.mean(0), plain.mean(0), atol=1e-3)
    centred = found.response - found.response.mean(0)
    slope = (centred * (plain - plain.mean(0))).sum(0) / (centred**2).sum(0)
    np.testing.assert_allclose(slope, 1, atol=1e-3)


def test_scores_are_those_of_runs_left_out_one_by_one(problem):
    plain, trials = problem.plain, problem.session.trials
    squared, total = np.zeros(N_VOXELS), np.zeros(N_VOXELS)
    for run in np.unique(trials.run):
        for trial in np.flatnonzero(trials.run == run):
            same = trials.stimulus_id == trials.stimulus_id[trial]
            others = same & (trials.run != run)
            if others.any():
                squared += (plain[trial] - plain[others].mean(0)) ** 2
                total += (plain[trial] - plain.mean(0)) ** 2

    found = repeat_score(plain, plain, problem.repeats)

    np.testing.assert_allclose(found, 1 - squared / total, atol=1e-4)


def test_the_score_at_a_fraction_is_that_of_choosing_among_it_alone(problem):
    found = score_at(problem.model, problem.projected, problem.repeats, fraction=0.4)

    alone = problem.shrink(fractions=[0.4])
    np.testing.assert_allclose(found, alone.repeat_score, atol=1e-5)


def test_responses_shrink_towards_the_mean_of_a_voxel_not_to_zero():
    """Voxels that respond alike to all trials keep their response at any fraction."""
    problem = Problem(snr=1.0)
    projected = problem.projected * 0
    seen = problem.model.mean_direction() * problem.model.singular
    projected += 3 * seen[:, None].astype("f4")
    problem.projected = projected

    found = problem.shrink(fractions=[0.05])

    np.testing.assert_allclose(found.response, 3, atol=1e-2)


def test_without_repeats_all_fractions_score_alike():
    problem = Problem(snr=1.0)
    problem.repeats = tabulate_repeats(problem.session.without_repeats().trials)

    assert not repeat_score(problem.plain, problem.plain, problem.repeats).any()


def test_nothing_is_known_at_first():
    empty = empty_shrunken(5, 3)

    assert empty.response.shape == (5, 3)
    assert all(np.isnan(values).all() for values in vars(empty).values())


def test_the_unit_of_the_data_passes_through_to_the_responses(problem):
    found = problem.shrink()

    scaled = shrink_trials(problem.model, 8 * problem.projected, problem.repeats)

    np.testing.assert_allclose(scaled.response, 8 * found.response, atol=1e-3)
    np.testing.assert_array_equal(scaled.fraction, found.fraction)
    np.testing.assert_allclose(scaled.repeat_score, found.repeat_score, atol=1e-4)


def test_a_voxel_does_not_depend_on_those_beside_it(problem):
    order = np.random.default_rng(0).permutation(N_VOXELS)[:20]

    some = shrink_trials(problem.model, problem.projected[:, order], problem.repeats)

    every = problem.shrink()
    for name, values in vars(some).items():
        np.testing.assert_allclose(
            values, getattr(every, name)[..., order], atol=2e-3, err_msg=name
        )


def test_a_finer_grid_never_scores_worse_where_nothing_is_guarded(problem):
    coarse = problem.shrink(fractions=FRACTIONS[::4], neighbour_bound=1.0)
    fine = problem.shrink(fractions=FRACTIONS, neighbour_bound=1.0)

    assert (fine.repeat_score >= coarse.repeat_score - 1e-5).all()


def test_the_order_of_the_fractions_does_not_matter(problem):
    found = problem.shrink(fractions=FRACTIONS)

    backwards = problem.shrink(fractions=FRACTIONS[::-1])

    np.testing.assert_array_equal(backwards.fraction, found.fraction)
    np.testing.assert_allclose(backwards.response, found.response, atol=1e-4)


def test_projections_are_not_modified(problem):
    kept = problem.projected.copy()

    problem.shrink()

    np.testing.assert_array_equal(problem.projected, kept)


def test_a_score_is_one_where_repeats_agree_and_zero_where_they_say_the_mean(problem):
    """A response that the stimulus decides alone is predicted without error."""
    repeats, trials = problem.repeats, problem.session.trials
    number = np.unique(trials.stimulus_id, return_inverse=True)[1]
    plain = np.random.default_rng(0).normal(size=(number.max() + 1, 3))[number]
    constant = np.ones_like(plain) * plain.mean(axis=0)

    same = repeat_score(plain, plain, repeats)
    none = repeat_score(plain, constant, repeats)

    np.testing.assert_allclose(same, 1, atol=1e-9)
    np.testing.assert_allclose(none, 0, atol=1e-6)

"""A mean over subjects, and its interval, are numbers that a score could have."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.evaluation.alignment_ids import draw_for_alignment
from boldwise.evaluation.intervals import combine_subjects, percentile_interval
from boldwise.evaluation.measures import Measure, average_measures
from boldwise.evaluation.paired_subjects import compare_subjects
from boldwise.evaluation.region_ablation import ablate_regions, paired_p
from boldwise.evaluation.shown_once import shown_once
from boldwise.features.records import Stimuli


def measure_of(values, *, lower_is_better=False, seed=0):
    """Measure of a subject whose draws lie around a value, within its range."""
    rng = np.random.default_rng(seed)
    low, high = (1, 40) if lower_is_better else (0, 1)
    draws = np.clip(values + 0.05 * (high - low) * rng.normal(size=500), low, high)
    return Measure(
        value=float(values),
        chance=20.5 if lower_is_better else 0.5,
        n_pool=40.0,
        draws=draws,
        null=rng.uniform(low, high, 99),
        lower_is_better=lower_is_better,
    )


def test_shares_of_two_unlike_subjects_stay_between_0_and_1():
    subjects = [measure_of(0.02), measure_of(0.98, seed=1)]
    drawn = np.array([one.draws for one in subjects])
    unbounded = percentile_interval(combine_subjects(drawn, seed=3))

    mean = average_measures(subjects, seed=3)

    assert unbounded[0] < 0 < 1 < unbounded[1]  # what the bound is for
    assert mean.interval == (0.0, 1.0)
    assert mean.value == 0.5
    numbers = mean.numbers()
    assert 0 <= numbers["low"] <= numbers["value"] <= numbers["high"] <= 1


def test_a_median_rank_of_unlike_subjects_stays_above_1_and_may_be_large():
    subjects = [measure_of(v, lower_is_better=True) for v in (1.0, 1.0, 38.0)]

    mean = average_measures(subjects, seed=0)

    low, high = mean.interval
    assert low == 1
    assert high > 25
    assert mean.lower_is_better


def test_draws_that_a_share_could_be_are_left_alone():
    subjects = [measure_of(v, seed=k) for k, v in enumerate((0.45, 0.5, 0.55))]

    mean = average_measures(subjects, seed=5)

    drawn = np.array([one.draws for one in subjects])
    np.testing.assert_array_equal(mean.draws, combine_subjects(drawn, seed=5))
    nulls = np.mean([one.null for one in subjects], axis=0)
    np.testing.assert_allclose(mean.null, nulls)


def test_draws_without_any_item_stay_unknown():
    one = measure_of(0.5)
    one.draws[:3] = np.nan

    mean = average_measures([one, measure_of(0.6)], seed=0)

    assert np.flatnonzero(np.isnan(mean.draws))[:3].tolist() == [0, 1, 2]
    assert np.isfinite(mean.interval).all()


def test_equal_differences_are_sure_and_ties_are_not_better():
    found = compare_subjects([0.5, 0.75, 1.0], [0.25, 0.5, 0.75])

    assert (found.mean, found.low, found.high, found.n_better) == (0.25, 0.25, 0.25, 3)
    assert compare_subjects([0.1, 0.2], [0.1, 0.3]).n_better == 0


def test_swapping_the_scores_turns_the_interval_round():
    a, b = np.random.default_rng(2).uniform(size=(2, 5))

    there, back = compare_subjects(a, b), compare_subjects(b, a)

    assert there.mean == pytest.approx(-back.mean)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert there.n_better + back.n_better == 5


def test_equal_differences_of_few_items_count_as_ties_of_the_permutations():
    # Of 2 to the 3 signs, two are as far from 0: p is near 1 / 4 though sums round.
    difference = np.full(3, 0.1)

    p = paired_p(difference, n_permutations=4000, seed=0)

    assert p == pytest.approx(0.25, abs=0.03)
    assert paired_p(-difference, n_permutations=4000, seed=0) == p
    assert paired_p(np.zeros(3), n_permutations=20, seed=0) == 1
    assert np.isnan(paired_p(np.array([1, np.nan]), n_permutations=9, seed=0))


def test_regions_may_overlap_and_each_effect_is_a_difference_of_means():
    knowing = np.array([4.0, 2.0, 1.0, 0.0])

    def decode(mask):
        return mask @ knowing * np.array([0.1, 0.3])

    masks = {"a": np.array([1, 1, 0, 0], bool), "b": np.array([0, 1, 1, 0], bool)}

    whole, effects = ablate_regions(decode, masks, n_voxels=4, n_permutations=9, seed=0)

    assert whole == pytest.approx(1.4)
    assert [one.alone for one in effects.values()] == pytest.approx([1.2, 0.6])
    assert [one.left_out for one in effects.values()] == pytest.approx([0.2, 0.8])
    for one in effects.values():
        assert one.n_voxels == 2
        assert one.alone_less_all == pytest.approx(one.alone - whole)
        assert one.lost == pytest.approx(whole - one.left_out)


@pytest.mark.parametrize("share", [0.1, 0.9])
def test_of_two_groups_either_may_align_but_never_both_or_none(share):
    group = np.repeat(["large", "small"], [7, 3])

    drawn = [draw_for_alignment(group, share=share, seed=k) for k in range(20)]

    assert {kept.sum() for kept in drawn} == {3, 7}
    assert all(len(np.unique(group[kept])) == 1 for kept in drawn)


def test_no_stimulus_at_all_cannot_be_parted():
    with pytest.raises(DataError, match="align_share has nothing to part"):
        draw_for_alignment(np.array([], str), share=0.5, seed=0)


def test_nobody_sees_two_stimuli_in_one_run():
    trials = shown_once(Stimuli(np.array([f"s{k}" for k in range(12)])))

    assert len(np.unique(trials.run)) == len(trials.stimulus_id) == 12
    assert set(trials.session) == {"1"}
    assert not trials.onset_s.any()

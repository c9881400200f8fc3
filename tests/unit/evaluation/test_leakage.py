"""A split that leaks is refused, and the message names everything that is wrong."""

import numpy as np
import pytest

from boldwise.errors import LeakageError
from boldwise.evaluation.leakage import (
    HRF_S,
    audit_split,
    check_split,
    needed_gap_s,
    neighbour_correlation,
)
from boldwise.features.records import Stimuli

FOUR = ["s000", "s001", "s002", "s003"]


def refusal(split, seen, stimuli=None, **options):
    """Message of the refusal."""
    stimuli = Stimuli(np.array(FOUR)) if stimuli is None else stimuli
    with pytest.raises(LeakageError) as caught:
        check_split(split, seen, stimuli, **options)
    return str(caught.value)


def test_a_clean_split_passes(make_split_by_hand, make_trials):
    split = make_split_by_hand("ttTT", "TTtt")
    seen = {"01": make_trials(FOUR, run=["1", "1", "2", "2"])}

    check_split(split, seen, Stimuli(np.array(FOUR)))


def test_a_stimulus_on_both_sides_is_named(make_split_by_hand, make_trials):
    split = make_split_by_hand("ttTT", ids=["s000", "s001", "s001", "s003"])
    seen = {"01": make_trials(["s000", "s001", "s003"], run=["1", "1", "2"])}

    message = refusal(split, seen)

    assert "1 stimuli are in training and test: 's001'" in message


def test_torn_groups_are_named_unless_they_may_be_shared(
    make_split_by_hand, make_trials
):
    split = make_split_by_hand("ttTT")
    seen = {"01": make_trials(FOUR, run=["1", "1", "2", "2"])}
    stimuli = Stimuli(np.array(FOUR), group=np.array(["twins", "x", "twins", "y"]))

    message = refusal(split, seen, stimuli)
    check_split(split, seen, stimuli, share_groups=True)

    assert "1 declared groups lie on both sides: 'twins'" in message
    assert "'s000', 's002'" in message


def test_shared_runs_are_named_by_subject_unless_they_may_be_shared(
    make_split_by_hand, make_trials
):
    split = make_split_by_hand("ttTT")
    seen = {
        "01": make_trials(FOUR, run=["1", "1", "2", "2"]),
        "02": make_trials(FOUR, run=["1", "3", "3", "2"]),
    }

    message = refusal(split, seen)
    check_split(split, seen, Stimuli(np.array(FOUR)), share_runs=True)

    assert (
        "subject 02: 1 runs hold trials of training and test: 'ses-1_run-3'" in message
    )
    assert "subject 01" not in message


def test_equal_run_labels_of_two_sessions_are_two_runs(make_split_by_hand, make_trials):
    seen = {"01": make_trials(FOUR, run="1", session=["1", "1", "2", "2"])}

    check_split(make_split_by_hand("ttTT"), seen, Stimuli(np.array(FOUR)))


def test_empty_parts_are_reported_for_every_fold(make_split_by_hand, make_trials):
    message = refusal(make_split_by_hand("tttt", "TTTT"), {"01": make_trials(FOUR)})

    assert "fold fold-1: the test part is empty" in message
    assert "fold fold-2: the training part is empty" in message


def test_a_subject_who_saw_nothing_of_a_part_is_named(make_split_by_hand, make_trials):
    seen = {"01": make_trials(FOUR), "02": make_trials(FOUR[:2])}

    message = refusal(make_split_by_hand("ttTT"), seen, share_runs=True)

    assert "no test stimulus was shown to subject '02'" in message


def test_test_ids_that_nobody_saw_are_named(make_split_by_hand, make_trials):
    message = refusal(make_split_by_hand("ttTT"), {"01": make_trials(FOUR[:3])})

    assert "1 test stimuli were shown to nobody: 's003'" in message


def test_shown_ids_outside_the_split_are_named(make_split_by_hand, make_trials):
    message = refusal(make_split_by_hand("ttTT"), {"01": make_trials([*FOUR, "new"])})

    assert "1 shown stimuli are not in the split: 'new'" in message


def test_all_problems_come_in_one_message(make_split_by_hand, make_trials):
    split = make_split_by_hand("ttTT")
    seen = {"01": make_trials(FOUR, run="1"), "02": make_trials(FOUR, run="2")}
    stimuli = Stimuli(np.array(FOUR), group=np.array(["g", "h", "g", "h"]))

    message = refusal(split, seen, stimuli)

    assert message.startswith("split 'by-hand' is refused:")
    assert len(message.splitlines()) == 4  # groups, run of subject 01, of subject 02


def volumes(make_trials, n, tr_s=2.0):
    """Ids and trial table of a run of n volumes."""
    ids = [f"v{k:03d}" for k in range(n)]
    return ids, {"01": make_trials(ids, onset_s=tr_s * np.arange(n))}


def test_continuous_parts_of_a_run_need_the_whole_gap(make_split_by_hand, make_trials):
    ids, seen = volumes(make_trials, 40)
    stimuli = Stimuli(np.array(ids))
    # 13 unused volumes of 2 s lie between: 26 s from end to onset.
    split = make_split_by_hand("t" * 15 + "-" * 13 + "T" * 12, ids=ids)

    check_split(split, seen, stimuli, share_runs=True, gap_s=26.0)
    message = refusal(split, seen, stimuli, share_runs=True, gap_s=26.5)

    assert "in 1 runs less than 26.5 s" in message
    assert "'ses-1_run-01'" in message


def test_the_gap_counts_on_both_sides_of_the_test_part(make_split_by_hand, make_trials):
    ids, seen = volumes(make_trials, 40)
    split = make_split_by_hand("t" * 10 + "-" * 10 + "T" * 10 + "t" * 10, ids=ids)

    message = refusal(split, seen, Stimuli(np.array(ids)), share_runs=True, gap_s=10)

    assert "less than 10 s" in message


def test_whole_runs_need_no_gap(make_split_by_hand, make_trials):
    seen = {"01": make_trials(FOUR, run=["1", "1", "2", "2"])}
    split = make_split_by_hand("ttTT")

    check_split(split, seen, Stimuli(np.array(FOUR)), share_runs=True, gap_s=100.0)


def test_the_gap_is_the_longest_delay_plus_the_response():
    assert needed_gap_s("timeseries", longest_delay=4, tr_s=2.0) == 8.0 + HRF_S
    assert needed_gap_s("block_mean") == HRF_S
    assert needed_gap_s("least_squares_all", longest_delay=4, tr_s=2.0) is None


@pytest.mark.parametrize("name", ["glover_hrf", "spm_hrf"])
def test_the_response_has_died_away_after_the_gap(name):
    from nilearn.glm import first_level

    response = getattr(first_level, name)(1.0, oversampling=10, time_length=40)

    later = np.abs(response[int(HRF_S * 10) :]).max()
    assert later <= 0.0101 * response.max()


def test_the_audit_counts_parts_and_shared_runs(make_split_by_hand, make_trials):
    split = make_split_by_hand("ttTT", "tTtT")
    seen = {
        "01": make_trials(FOUR, run=["1", "1", "2", "2"]),
        "02": make_trials(FOUR[:3], run="1"),
    }

    audit = audit_split(split, seen)

    assert audit["n_train"] == [2, 2]
    assert audit["n_test"] == [2, 2]
    assert audit["subjects"]["01"]["n_shared_runs"] == [0, 2]
    assert audit["subjects"]["02"] == {
        "n_train": [2, 2],
        "n_test": [1, 1],
        "n_shared_runs": [1, 1],
    }


def test_neighbour_correlation_finds_the_smear_of_a_fast_design(make_trials):
    rng = np.random.default_rng(0)
    trials = make_trials(
        [f"t{k}" for k in range(400)], run=np.repeat(list("1234"), 100).tolist()
    )
    noise = rng.normal(size=(401, 200))
    smeared = noise[1:] + 0.5 * noise[:-1]  # a moving average: r = 0.5 / 1.25

    found = neighbour_correlation(smeared, trials)

    assert abs(np.median(found) - 0.4) < 0.03


def test_neighbour_correlation_follows_time_and_stays_within_runs(make_trials):
    # Run 2 lies 100 higher; its mean is removed, and no pair spans the runs.
    values = np.array([1.0, -1.0, 1.0, -1.0, 101.0, 99.0, 101.0, 99.0])
    trials = make_trials([f"t{k}" for k in range(8)], run=list("11112222"))
    shuffle = np.random.default_rng(1).permutation(8)

    found = neighbour_correlation(values[shuffle, None], trials.take(shuffle))

    np.testing.assert_allclose(found, -1.0)


def test_neighbour_correlation_is_undefined_without_variation_or_onsets(make_trials):
    response = np.random.default_rng(0).normal(size=(4, 1))
    unknown = make_trials(FOUR, onset_s=[np.nan] * 4)

    assert np.isnan(neighbour_correlation(np.ones((4, 1)), make_trials(FOUR))).all()
    assert np.isnan(neighbour_correlation(response, unknown)).all()

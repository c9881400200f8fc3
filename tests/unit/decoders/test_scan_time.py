"""Minutes of scanning: runs follow one another, trials end where the next begins."""

import numpy as np

from boldwise.decoders.scan_time import seconds_of_scanning
from boldwise.responses.records import Trials


def trials(run, onset, session=None):
    run = np.asarray(run)
    session = np.full(len(run), "1") if session is None else np.asarray(session)
    none = np.zeros(len(run), int)
    return Trials(none.astype(str), session, run, np.asarray(onset, float), none)


def test_a_trial_is_over_when_the_next_one_begins():
    found = seconds_of_scanning(trials(["1"] * 4, [0, 3, 7, 12]))

    np.testing.assert_allclose(found, [3, 7, 12, 16])  # the last: 4 s, the median


def test_runs_are_added_in_their_order_even_with_equal_names():
    found = seconds_of_scanning(
        trials(["1", "1", "1", "1"], [0, 2, 0, 2], ["a", "a", "b", "b"])
    )

    np.testing.assert_allclose(found, [2, 4, 6, 8])


def test_trials_that_are_not_in_order_within_a_run_keep_their_rows():
    found = seconds_of_scanning(trials(["1", "1", "1"], [4, 0, 2]))

    np.testing.assert_allclose(found, [6, 2, 4])


def test_a_run_of_one_trial_lasts_until_its_onset():
    found = seconds_of_scanning(trials(["1", "2", "2"], [5, 0, 2]))

    np.testing.assert_allclose(found, [5, 7, 9])


def test_time_never_runs_back_over_many_runs():
    rng = np.random.default_rng(0)
    run = np.repeat([f"{i}" for i in range(6)], 20)
    onset = np.sort(rng.uniform(0, 300, (6, 20)), axis=1).ravel()

    found = seconds_of_scanning(trials(run, onset))

    assert (np.diff(found) >= 0).all()
    assert found[-1] >= onset.reshape(6, 20)[:, -1].sum()

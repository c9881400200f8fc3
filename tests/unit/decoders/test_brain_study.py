"""Mirrors src/boldwise/decoders/brain_study.py."""

from dataclasses import replace

import numpy as np
import pytest
from planted_brains import plant

from boldwise.decoders.brain_study import Brain, BrainStudy
from boldwise.errors import DataError, ShapeMismatchError
from boldwise.training.split import validation_rows


@pytest.fixture
def study():
    return plant(2, n_train=30, n_test=6)


def test_budgets_in_trials_are_the_first_ones_in_time(study):
    brain = study.brains["s0"]
    backwards = replace(brain, time_s=1000 - brain.time_s)

    assert brain.within(trials=4).train.tolist() == [0, 1, 2, 3]
    assert backwards.within(trials=3).train.tolist() == [29, 28, 27]
    assert replace(brain, time_s=None).within(trials=2).train.tolist() == [0, 1]


def test_budgets_in_minutes_hold_what_was_over_by_then(study):
    """A trial ends every 4 s; of the test trials, shown first here, none is trained."""
    brain = study.brains["s0"]
    late = replace(brain, time_s=brain.time_s + 24)

    assert len(brain.within(minutes=1).train) == 15
    assert len(late.within(minutes=1).train) == 9
    assert len(brain.within(minutes=1, trials=5).train) == 5


def test_a_budget_beyond_the_data_is_refused(study):
    with pytest.raises(DataError, match="budget of 31 trials was asked for, but 30"):
        study.brains["s0"].within(trials=31)
    told = "no training trial is over after 0.01 minutes of scanning"
    with pytest.raises(DataError, match=told):
        study.brains["s0"].within(minutes=0.01)


def test_minutes_need_times(study):
    brain = replace(study.brains["s0"], time_s=None)

    with pytest.raises(DataError, match="budget of 2 minutes needs the time of each"):
        brain.within(minutes=2)


def test_validation_holds_out_a_stimulus_for_all_subjects(study):
    one = study.brains["s0"]
    row = np.concatenate([np.arange(30) // 2, one.stimulus_row[30:]])
    both = {name: replace(one, stimulus_row=row) for name in "ab"}
    both["b"] = replace(both["b"], stimulus_row=np.roll(row, 6), train=np.arange(6, 30))
    both["b"] = replace(both["b"], test=np.arange(6))
    found = replace(study, brains=both).split(0.2, seed=0)

    judged = {k: set(both[k].stimulus_row[rows[1]]) for k, rows in found.items()}
    trained = {k: set(both[k].stimulus_row[rows[0]]) for k, rows in found.items()}
    assert judged["a"]
    assert not (judged["a"] | judged["b"]) & (trained["a"] | trained["b"])
    for name, (train, held) in found.items():
        assert np.array_equal(np.sort([*train, *held]), both[name].train)


def test_groups_of_stimuli_stay_together(study):
    groups = np.arange(len(study.targets["image"])) // 3
    found = replace(study, groups=groups).split(0.3, seed=1)

    for name, (train, held) in found.items():
        row = study.brains[name].stimulus_row
        assert not set(groups[row[train]]) & set(groups[row[held]])


def test_a_subject_with_nothing_left_to_train_on_is_refused(study):
    few = study.brains["s1"].within(trials=1)
    small = replace(study, brains={**study.brains, "s1": few})

    own = few.stimulus_row[0]
    seed = next(s for s in range(50) if own in _drawn(study, few, s))

    with pytest.raises(DataError, match="1 training trials of subject 's1' are for"):
        small.split(0.5, seed)


def _drawn(study, few, seed):
    """Stimuli that are held out for validation with a seed."""
    shown = np.union1d(np.arange(30), few.stimulus_row[few.train])
    return shown[validation_rows(shown, 0.5, seed)]


def test_what_one_trains_on_is_no_test_of_another(study):
    leaky = replace(study.brains["s0"], train=np.arange(31))

    with pytest.raises(DataError, match="1 stimuli are trained on by one subject"):
        replace(study, brains={**study.brains, "s0": leaky})


def test_rows_that_do_not_match_are_refused(study):
    with pytest.raises(ShapeMismatchError, match="5 responses, but the stimuli of 4"):
        Brain(np.zeros((5, 2)), np.arange(4), np.arange(2), np.arange(2, 4))
    with pytest.raises(ShapeMismatchError, match="targets tell of different numbers"):
        BrainStudy(study.brains, {**study.targets, "text": np.zeros((3, 2))})

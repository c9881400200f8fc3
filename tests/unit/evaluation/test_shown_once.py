"""Stimuli without a viewer can be split like any others."""

import numpy as np

from boldwise.evaluation.leakage import check_split
from boldwise.evaluation.make_splits import make_split
from boldwise.evaluation.shown_once import shown_once
from boldwise.features.records import Stimuli


def test_every_stimulus_stands_for_itself():
    stimuli = Stimuli(np.array(["b", "a", "c"]))

    trials = shown_once(stimuli)

    assert trials.stimulus_id.tolist() == ["b", "a", "c"]
    assert len(set(trials.run)) == 3
    assert trials.repeat.tolist() == [0, 0, 0]


def test_folds_share_nothing_and_pass_the_check():
    stimuli = Stimuli(np.array([f"s{i:02d}" for i in range(20)]))
    seen = {"nobody": shown_once(stimuli)}
    options = {"kind": "k_fold", "by": "stimulus", "n_folds": 4, "seed": 0}
    options |= {"n_cv_folds": 2, "cv_by": "stimulus"}

    split = make_split(seen, stimuli, name="folds", options=options)

    check_split(split, seen, stimuli)
    assert [len(split.test_ids(fold)) for fold in range(4)] == [5, 5, 5, 5]

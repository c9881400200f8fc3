"""Checks: each one fails on what it is there to find."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.evaluation.splits import TEST, TRAIN, UNUSED, Split
from boldwise.reporting.checks import count_overlap, run_checks
from boldwise.reporting.scores_table import Estimate
from boldwise.reporting.study import SplitResults


def found(study, words):
    """Give the one check about something."""
    (check,) = [check for check in run_checks(study) if words in check.what]
    return check


def changed(study, **results):
    main = replace(study.splits["main"], **results)
    return replace(study, splits={"main": main})


def test_a_sound_study_passes(study):
    assert found(study, "no stimulus is in training and test").holds == "yes"
    assert found(study, "shuffled responses").holds == "yes"
    assert found(study, "shuffled stimuli").holds == "yes"


def test_overlap_is_counted_from_the_ids_themselves(study):
    """The parts of the two folds overlap in no, and in two stimuli."""
    ids = np.array(["a", "a", "b", "b"])
    part = np.array([[TRAIN, TRAIN, TEST, UNUSED], [TRAIN, TEST, TRAIN, TEST]], np.int8)
    names = np.array(["x", "y"])
    split = Split("main", ids, part, np.zeros_like(part), names, "")
    results = SplitResults(split, audit={}, ceilings={})

    check = found(replace(study, splits={"main": results}), "training and test")

    assert count_overlap(results) == [0, 2]
    assert check.holds == "no"
    assert check.found == "2 shared, over all 2 folds"


def test_shared_runs_are_told_with_the_correlation_of_neighbours(study):
    audit = study.splits["main"].audit
    apart = {k: {**v, "n_shared_runs": [0]} for k, v in audit["subjects"].items()}
    shared = {k: {**v, "n_shared_runs": [3]} for k, v in audit["subjects"].items()}

    good = found(changed(study, audit={**audit, "subjects": apart}), "share no run")
    bad = found(changed(study, audit={**audit, "subjects": shared}), "share no run")

    assert good.holds == "yes"
    assert bad.holds == "no"
    assert bad.found.startswith("6 runs")
    assert "one trial later by" in bad.found


@pytest.mark.parametrize(("least_s", "holds"), [(34.0, "yes"), (32.0, "no")])
def test_time_series_may_share_runs_if_they_lie_far_apart(study, least_s, holds):
    audit = study.splits["main"].audit
    shared = {k: {**v, "n_shared_runs": [3]} for k, v in audit["subjects"].items()}
    gaps = {"gap_s": 33.0, "least_gap_s": least_s}

    check = found(
        changed(study, audit={**audit, **gaps, "subjects": shared}), "far apart"
    )

    assert check.holds == holds
    assert check.found.startswith(f"at least {least_s:g} s, where 33 s are needed")


def test_shared_runs_without_a_known_correlation_claim_none(study):
    audit = study.splits["main"].audit
    shared = {k: {**v, "n_shared_runs": [3]} for k, v in audit["subjects"].items()}

    check = found(
        changed(study, audit={**audit, "subjects": shared}, ceilings={}), "share no run"
    )

    assert "one trial later" not in check.found


def test_shuffles_that_predict_something_are_named(study):
    ranges = {("gabor", "all"): (0.0, -0.02, 0.02), ("words", "all"): (0.1, 0.05, 0.2)}

    check = found(changed(study, shuffled=ranges), "shuffled responses")

    assert check.holds == "no"
    assert "without 0: words" in check.found
    assert "from −0.020 to 0.200" in check.found


def test_shuffles_of_a_region_alone_alarm_nobody(study):
    ranges = {("gabor", "all"): (0.0, -0.02, 0.02), ("gabor", "V1"): (0.1, 0.05, 0.2)}

    assert found(changed(study, shuffled=ranges), "shuffled responses").holds == "yes"


@pytest.mark.parametrize(("chance", "holds"), [("0.5", "yes"), ("0.7", "no")])
def test_shuffled_decoders_must_hold_chance(study, chance, holds):
    row = {"subject": "all", "decoder": "reader", "metric": "two_way_shuffled"}
    row |= {"low": "0.4", "high": "0.6", "chance": chance}

    check = found(changed(study, identification=[row]), "shuffled stimuli")

    assert check.holds == holds
    assert ("reader two_way" in check.found) is (holds == "no")


def test_controls_that_were_not_run_are_not_checked(study):
    bare = changed(study, shuffled={}, identification=(), audit={})

    checks = run_checks(replace(bare, recovery=()))

    assert [check.what for check in checks] == ["no stimulus is in training and test"]


def test_a_truth_that_is_missed_is_counted(study):
    check = found(study, "simulated truth")

    assert check.holds == "no"
    assert check.found == "2 of 3 findings within their bounds"


def test_several_splits_are_told_apart(study):
    two = replace(study, splits={**study.splits, "other": study.splits["main"]})

    said = [check.what for check in run_checks(two)]

    assert "no stimulus is in training and test (split main)" in said
    assert "no stimulus is in training and test (split other)" in said


@pytest.mark.parametrize(("own", "holds"), [(0.2, "yes"), (0.04, "no")])
def test_a_trained_encoder_must_beat_its_few_draws(study, own, holds):
    ranges = {("net", "all"): (0.05, 0.05, 0.05), ("gabor", "all"): (0.0, -0.1, 0.1)}
    scores = {("all", "all", "net", "r"): Estimate(own, 0.0, 0.3)}
    row = {"encoder": "net", "ridge": "n/a"}

    trained = changed(study, shuffled=ranges, scores=scores, training=[row])

    assert found(trained, "than after shuffling").holds == holds
    assert found(trained, "shuffled responses").holds == "yes"  # one draw is no range

"""A left-out subject teaches nobody, and is scored in every mode and budget."""

from dataclasses import replace

import numpy as np
import pytest
from shared_world import N_TEST, NEW, TINY, shared_data, ungrouped

from boldwise.decoders.left_out import leave_out
from boldwise.errors import DataError

OPTIONS = {**TINY, "new_subjects": NEW}


@pytest.fixture(scope="module")
def data():
    return ungrouped(shared_data())


@pytest.fixture(scope="module")
def found(data):
    return leave_out(data, "b", OPTIONS)


def test_scores_have_a_place_for_each_mode_and_budget(found):
    assert found.known == ["a", "c"]
    assert found.modes == ["scratch", "linear"]
    assert found.n_trials.tolist() == [[20, 40]]
    assert found.n_pool.tolist() == [N_TEST]
    for name in ("top1", "two_way"):
        assert found.scores[name].shape == (1, 2, 2)
        assert found.transfer[name].shape == (1, 2)
        assert ((found.scores[name] >= 0) & (found.scores[name] <= 1)).all()


def test_the_left_out_subject_does_not_teach_the_others(data, found):
    """Other training responses of b: the same history of the others' training."""
    own = data.subjects["b"]
    changed = {**data.subjects, "b": replace(own, response=own.response[::-1].copy())}

    other = leave_out(replace(data, subjects=changed), "b", OPTIONS)

    assert other.histories[0].loss == found.histories[0].loss
    assert not np.array_equal(other.scores["two_way"], found.scores["two_way"])


def test_the_order_of_subjects_changes_nothing(found):
    other = leave_out(ungrouped(shared_data(("c", "b", "a"))), "b", OPTIONS)

    assert np.array_equal(other.scores["two_way"], found.scores["two_way"])
    assert np.array_equal(other.transfer["two_way"], found.transfer["two_way"])


def test_budgets_may_be_minutes_and_known_subjects_may_stand_beside(data):
    minutes = {**NEW, "budgets": [3], "unit": "minutes", "known_beside": True}
    cycle = {**TINY["objective"], "cycle": 0.5}

    found = leave_out(
        data, "a", {**OPTIONS, "objective": cycle, "new_subjects": minutes}
    )

    assert found.unit == "minutes"
    assert 0 < found.n_trials[0, 0] < 45  # a trial every 4 s, some of them tests


def test_transfer_of_brains_that_code_alike_is_far_above_chance(data):
    """The raw map of a twin: the voxels do mean the same place."""
    twin = {**data.subjects, "c": data.subjects["b"]}

    found = leave_out(replace(data, subjects=twin), "b", OPTIONS)

    by_subject = dict(zip(found.known, found.transfer["two_way"][0], strict=True))
    assert by_subject["c"] > 0.8
    assert by_subject["a"] < by_subject["c"]


def test_somebody_else_must_teach(data):
    alone = replace(data, subjects={"a": data.subjects["a"]})

    with pytest.raises(DataError, match="takes that subject and another one who teach"):
        leave_out(alone, "a", OPTIONS)

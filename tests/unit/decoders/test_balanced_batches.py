"""Mirrors src/boldwise/decoders/balanced_batches.py."""

import numpy as np
import pytest

from boldwise.decoders.balanced_batches import BalancedBatches, SubjectRows
from boldwise.errors import DataError

TARGETS = {"image": np.arange(40.0)[:, None]}


def rows_of(stimulus_row, n_validation=0):
    stimulus_row = np.asarray(stimulus_row)
    trials = np.arange(len(stimulus_row))
    responses = np.stack([trials, stimulus_row], 1).astype("f4")
    cut = len(trials) - n_validation
    return SubjectRows(responses, stimulus_row, trials[:cut], trials[cut:])


@pytest.fixture
def subjects():
    """Equal stimuli twice each for a and b, others for c, who has fewer."""
    rng = np.random.default_rng(0)
    twice = np.repeat(np.arange(20), 2)
    return {
        "a": rows_of(rng.permutation(twice), 6),
        "b": rows_of(rng.permutation(twice)),
        "c": rows_of(np.arange(15, 26), 2),
    }


@pytest.fixture
def batches(subjects):
    return BalancedBatches(subjects, TARGETS)


def epoch_of(batches, epoch=0, size=4, seed=0, start=0):
    return list(batches.training(epoch, batch_size=size, seed=seed, start=start))


def test_each_subject_has_as_many_rows_in_each_batch(batches):
    found = epoch_of(batches)

    assert len(found) == batches.n_steps(4) == 10
    for batch in found:
        assert {k: len(one["row"]) for k, one in batch.arrays.items()} == dict.fromkeys(
            "abc", 4
        )
        assert batch.n_rows == 12


@pytest.mark.parametrize("epoch", range(5))
def test_no_stimulus_is_twice_in_a_batch_of_any_subjects(batches, epoch):
    for batch in epoch_of(batches, epoch):
        shown = np.concatenate(
            [one["targets"]["image"][:, 0] for one in batch.arrays.values()]
        )
        assert len(np.unique(shown)) == len(shown) == 12


def test_responses_come_with_the_target_of_their_stimulus(batches):
    for batch in epoch_of(batches):
        for one in batch.arrays.values():
            assert np.array_equal(one["responses"][:, 0], one["row"])
            assert np.array_equal(one["responses"][:, 1], one["targets"]["image"][:, 0])


def test_training_rows_come_evenly_and_validation_rows_never(batches, subjects):
    epochs = [batch for e in range(20) for batch in epoch_of(batches, e)]
    for name, one in subjects.items():
        used = np.concatenate([batch.arrays[name]["row"] for batch in epochs])
        counts = np.bincount(used, minlength=len(one.stimulus_row))
        assert counts[one.validation].sum() == 0
        mean = 800 / len(one.train)
        assert (np.abs(counts[one.train] - mean) < 0.3 * mean).all()


def test_validation_sees_its_rows_once_and_always_alike(batches, subjects):
    found = list(batches.validation(batch_size=4, seed=3))
    again = list(batches.validation(batch_size=4, seed=3))

    for name in "ac":
        used = [b.arrays[name]["row"] for b in found if name in b.arrays]
        assert np.array_equal(
            np.sort(np.concatenate(used)), np.sort(subjects[name].validation)
        )
    assert all("b" not in batch.arrays for batch in found)
    assert [b.n_rows for b in found] == [b.n_rows for b in again]


def test_the_order_of_the_subjects_changes_nothing(batches, subjects):
    turned = BalancedBatches(dict(reversed(subjects.items())), TARGETS)

    assert turned.digest() == batches.digest()
    for one, other in zip(epoch_of(batches), epoch_of(turned), strict=True):
        assert list(one.arrays) == list(other.arrays)
        for name in "abc":
            assert np.array_equal(one.arrays[name]["row"], other.arrays[name]["row"])


def test_a_resumed_epoch_goes_on_where_it_was(batches):
    whole, rest = epoch_of(batches), epoch_of(batches, start=6)

    assert len(rest) == 4
    for one, other in zip(whole[6:], rest, strict=True):
        assert np.array_equal(one.arrays["a"]["row"], other.arrays["a"]["row"])


def test_seeds_and_epochs_deal_anew(batches):
    first = epoch_of(batches)[0].arrays["a"]["row"]

    assert not np.array_equal(first, epoch_of(batches, 1)[0].arrays["a"]["row"])
    assert not np.array_equal(first, epoch_of(batches, seed=1)[0].arrays["a"]["row"])


def test_known_subjects_come_in_turn_beside_a_new_one(subjects):
    batches = BalancedBatches(subjects, TARGETS, alone=["a", "b"])

    steps = [sorted(batch.arrays) for batch in epoch_of(batches, size=3)]

    assert steps == [["a", "c"], ["b", "c"], ["a", "c"]]


def test_other_data_have_another_digest(subjects, batches):
    changed = {**subjects, "c": rows_of(np.arange(14, 25), 2)}

    assert BalancedBatches(changed, TARGETS).digest() != batches.digest()


def test_too_few_stimuli_for_all_are_refused():
    same = {name: rows_of(np.arange(5)) for name in "abc"}
    batches = BalancedBatches(same, TARGETS)

    with pytest.raises(DataError, match="'b' has too few stimuli that nobody else has"):
        epoch_of(batches, size=4)


def test_batches_of_nobody_are_refused():
    with pytest.raises(DataError, match="0 subjects and 1 targets"):
        BalancedBatches({}, TARGETS)

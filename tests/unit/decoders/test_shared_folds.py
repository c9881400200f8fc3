"""One decoder for all subjects, as if it were one of each: rows, controls, no leak."""

from dataclasses import replace

import numpy as np
import pytest
from shared_world import N_OWN, N_TEST, TINY, shared_data, ungrouped

from boldwise.decoders.fit_shared_latent import SharedLatentOptions
from boldwise.decoders.shared_folds import decode_together, with_whole_groups
from boldwise.evaluation.decoding import Decoded, score_decoder
from boldwise.evaluation.held_out import find_held_out


@pytest.fixture(scope="module")
def data():
    return ungrouped(shared_data())


@pytest.fixture(scope="module")
def found(data):
    return decode_together(data, TINY)


def test_each_subject_has_a_row_per_test_stimulus(data, found):
    decoded, models = found

    assert list(decoded) == ["a", "b", "c"]
    for one in decoded.values():
        assert one.stimulus_id.tolist() == sorted(data.split.test_ids(0))
        assert (one.fold == 0).all()
        assert one.arrays["prediction"].shape == one.arrays["target"].shape == (15, 6)
        assert one.arrays["control/noise_input"].shape == (N_TEST, 50)
        assert one.arrays["told/image"].shape == (N_TEST, 6)
    assert len(models) == 1
    assert len(models[0].history) == TINY["training"]["n_epochs"]


def test_the_target_is_standardised_by_training_stimuli_alone(data, found):
    feature = data.targets["image"].fold(0)
    train = feature.rows(data.split.train_ids(0))
    one = found[0]["a"]

    wanted = (feature.rows(one.stimulus_id) - train.mean(0)) / train.std(0)

    np.testing.assert_allclose(one.arrays["target"], wanted, rtol=1e-4, atol=1e-5)


def test_what_was_planted_is_found_and_controls_are_not(data, found):
    for one in found[0].values():
        held_out = find_held_out(data.split, one.stimulus_id)
        controls = {n: one.arrays[f"control/{n}"] for n in ("noise_input",)}
        ready = Decoded(
            "shared_latent",
            held_out,
            one.arrays["prediction"],
            one.arrays["target"],
            controls=controls,
        )
        options = {"n_permutations": 20, "n_bootstraps": 20, "seed": 0}
        scored = score_decoder(ready, pool_sizes=[], options=options)
        assert scored.measures["two_way"].value > 0.8
        assert abs(scored.controls["two_way_noise_input"].mean() - 0.5) < 0.1


def test_the_order_of_subjects_changes_nothing(found):
    other, models = decode_together(ungrouped(shared_data(("c", "a", "b"))), TINY)

    for name, one in found[0].items():
        for key, values in one.arrays.items():
            assert np.array_equal(values, other[name].arrays[key]), key
    for key, values in found[1][0].weights.items():
        assert np.array_equal(values, models[0].weights[key]), key


def test_test_trials_train_nothing(data, found):
    """Other responses to test stimuli, and other targets of them: equal weights."""
    tested = np.isin(data.split.stimulus_id, data.split.test_ids(0))
    feature = data.targets["image"].feature.copy()
    feature[:, tested] += 3.0
    subjects = {}
    for name, one in data.subjects.items():
        response = one.response.copy()
        shown = np.isin(one.trials.stimulus_id, data.split.test_ids(0))
        response[shown] = 7.0
        subjects[name] = replace(one, response=response)
    targets = {"image": replace(data.targets["image"], feature=feature)}

    _, models = decode_together(replace(data, subjects=subjects, targets=targets), TINY)

    for key, values in found[1][0].weights.items():
        assert np.array_equal(values, models[0].weights[key]), key


def test_validation_takes_a_whole_group_at_least():
    study = shared_data().study(0)  # three groups, of 40 stimuli each

    found = with_whole_groups(SharedLatentOptions(validation_share=0.1), study)
    none = with_whole_groups(SharedLatentOptions(validation_share=0.0), study)

    assert found.validation_share == pytest.approx(N_OWN / (3 * N_OWN))
    assert none.validation_share == 0

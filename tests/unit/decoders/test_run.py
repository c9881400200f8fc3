"""Decoders over the folds of a split: nothing of the test part is used."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.decoders.linear import RidgeDecoder
from boldwise.decoders.run import decode_over_folds
from boldwise.errors import DataError
from boldwise.features.records import FittedFeatures, Stimuli, find_rows

RIDGE = {"kind": "ridge", "penalties": {"low": 0.1, "high": 1e5, "n": 7}}
CATEGORY = {"kind": "category", "classifier": "shrinkage_lda"}
ACROSS = {"kind": "across_subjects"}
KINDS = pytest.mark.parametrize("options", [RIDGE, CATEGORY, ACROSS])


def identify(decoded):
    """Share of stimuli whose prediction correlates best with their own target."""
    hits = []
    for fold in np.unique(decoded.fold):
        own = decoded.fold == fold
        pair = [decoded.arrays[name][own] for name in ("prediction", "target")]
        pair = [values - values.mean(axis=0) for values in pair]
        r = np.corrcoef(*pair)[: own.sum(), own.sum() :]
        hits += (r.argmax(axis=1) == np.arange(own.sum())).tolist()
    return np.mean(hits)


@KINDS
def test_every_held_out_stimulus_is_decoded_once_per_fold(data, options):
    decoded = decode_over_folds(data, options)

    for fold in range(3):
        own = decoded.stimulus_id[decoded.fold == fold]
        assert own.tolist() == sorted(data.split.test_ids(fold))
    for name in ("prediction", "target", "label", "predicted_label", "evidence"):
        assert len(decoded.arrays.get(name, decoded.fold)) == 72


def test_features_are_decoded_well_enough_to_identify_stimuli(data):
    decoded = decode_over_folds(data, RIDGE)

    assert identify(decoded) > 0.8
    assert decoded.arrays["alpha"].shape == (3, 5)


def test_ridge_runs_its_controls_in_every_fold(data):
    arrays = decode_over_folds(data, RIDGE).arrays

    n = len(arrays["prediction"])
    for name in ("noise_input", "shuffled_brain"):
        rank = arrays[f"control/{name}"]
        assert rank.shape == (n, 50)
        # Each fold tests 24 stimuli.
        assert rank.mean() == pytest.approx(12.5, abs=0.5)
    for name in ("mean_brain", "nearest_training"):
        assert arrays[f"control/{name}"].shape == (n, 1)
    assert arrays["control/mean_brain"].mean() == 12.5
    assert arrays["control/nearest_training"].mean() < 12.5
    assert arrays["training_distance"].shape == (n,)


def test_ridge_standardises_by_the_training_part_of_the_fold(data):
    decoded = decode_over_folds(data, RIDGE)

    feature = data.target.feature[0]
    train = find_rows(data.target.stimulus_id, data.split.train_ids(1), what="-")
    test = find_rows(data.target.stimulus_id, data.split.test_ids(1), what="-")
    expected = (feature[test] - feature[train].mean(axis=0)) / feature[train].std(
        axis=0
    )
    np.testing.assert_allclose(
        decoded.arrays["target"][decoded.fold == 1], expected, rtol=1e-4, atol=1e-5
    )


def test_ridge_chooses_penalties_in_the_inner_folds_of_the_split(data, monkeypatch):
    seen = []
    fit = RidgeDecoder.fit

    def watch(self, responses, targets):
        seen.append(np.asarray(self.cv))
        return fit(self, responses, targets)

    monkeypatch.setattr(RidgeDecoder, "fit", watch)
    decode_over_folds(data, RIDGE)

    for fold, labels in enumerate(seen):
        np.testing.assert_array_equal(labels, data.split.inner_folds(fold))


def test_ridge_keeps_the_gap_between_inner_folds(data, monkeypatch):
    """One stimulus of training lies right beside those that fold 0 validates."""
    seen = []
    fit = RidgeDecoder.fit

    def watch(self, responses, targets):
        seen.append(self.cv)
        return fit(self, responses, targets)

    monkeypatch.setattr(RidgeDecoder, "fit", watch)
    trials = data.responses.trials
    far_s = 1e4 * np.unique(trials.stimulus_id, return_inverse=True)[1]
    labels, train_id = data.split.inner_folds(0), data.split.train_ids(0)
    near, tested = (train_id[labels == label][0] for label in (1, 0))
    beside = far_s[trials.stimulus_id == tested][0] + 1.0
    far_s = np.where(trials.stimulus_id == near, beside, far_s)
    data = replace(
        data,
        responses=replace(data.responses, trials=replace(trials, onset_s=far_s)),
        split=replace(data.split, inner_gap_s=10.0),
    )

    decode_over_folds(data, RIDGE)

    for label, (rows, validate) in enumerate(seen[0]):
        np.testing.assert_array_equal(validate, np.flatnonzero(labels == label))
        lost = {near: 0, tested: 1}
        gone = [one for one, other in lost.items() if other == label]
        expected = (labels != label) & ~np.isin(train_id, gone)
        np.testing.assert_array_equal(rows, np.flatnonzero(expected))


@pytest.mark.parametrize("options", [RIDGE, CATEGORY])
def test_test_responses_do_not_reach_the_fit(data, options):
    spoilt = data.responses.response.copy()
    one = data.split.test_ids(0)[0]
    spoilt[data.responses.trials.stimulus_id == one] *= 100
    changed = replace(data, responses=replace(data.responses, response=spoilt))

    plain, other = (decode_over_folds(d, options) for d in (data, changed))

    name = "prediction" if options is RIDGE else "evidence"
    same = (plain.fold == 0) & (plain.stimulus_id != one)
    np.testing.assert_allclose(
        other.arrays[name][same], plain.arrays[name][same], atol=1e-4
    )


def test_categories_are_decoded(data):
    decoded = decode_over_folds(data, CATEGORY)

    label, predicted = decoded.arrays["label"], decoded.arrays["predicted_label"]
    assert (label == predicted).mean() > 0.8
    assert decoded.arrays["classes"].tolist() == ["face", "house", "tool"]
    assert decoded.arrays["evidence"].shape == (72, 3)
    truth = dict(zip(data.stimuli.stimulus_id, data.stimuli.category, strict=True))
    assert label.tolist() == [truth[name] for name in decoded.stimulus_id]


def test_a_category_without_training_is_never_predicted_there(data):
    category = data.stimuli.category.copy()
    category[:24] = np.where(np.arange(24) % 3, category[:24], "other")
    stimuli = replace(data.stimuli, category=category)

    decoded = decode_over_folds(replace(data, stimuli=stimuli), CATEGORY)

    column = decoded.arrays["classes"].tolist().index("other")
    evidence = decoded.arrays["evidence"]
    assert np.isneginf(evidence[decoded.fold == 0, column]).all()
    assert np.isfinite(evidence[decoded.fold > 0]).all()


def test_other_subjects_identify_the_stimulus(data):
    decoded = decode_over_folds(data, ACROSS)

    assert identify(decoded) > 0.9


def test_across_subjects_own_and_mean_response_keep_their_unit(data):
    decoded = decode_over_folds(data, ACROSS)

    assert decoded.unit == data.responses.unit == "z"
    for name in ("prediction", "target"):
        np.testing.assert_allclose(decoded.arrays[name].mean(), 40.0, atol=1.0)


def test_repeats_are_averaged_before_decoding(data):
    ids = data.responses.trials.stimulus_id
    averaged = np.array([data.responses.response[ids == n].mean(axis=0) for n in ids])
    same = replace(data, responses=replace(data.responses, response=averaged))

    plain, other = (decode_over_folds(d, RIDGE) for d in (data, same))

    np.testing.assert_allclose(
        other.arrays["prediction"], plain.arrays["prediction"], atol=1e-4
    )


def test_datasets_hold_ids_folds_and_arrays(data):
    decoded = decode_over_folds(data, ACROSS)

    assert sorted(decoded.datasets()) == ["fold", "prediction", "stimulus_id", "target"]


def test_ridge_without_a_target_is_refused(data):
    with pytest.raises(DataError, match="needs a feature space as its target"):
        decode_over_folds(replace(data, target=None), RIDGE)


def test_a_stimulus_without_features_is_named(data):
    short = FittedFeatures(data.target.stimulus_id[1:], data.target.feature[:, 1:])

    with pytest.raises(DataError, match="1 stimulus ids have no features: 's00'"):
        decode_over_folds(replace(data, target=short), RIDGE)


@pytest.mark.parametrize("stimuli", [None, Stimuli(np.array(["s00"]))])
def test_stimuli_without_categories_are_refused(data, stimuli):
    with pytest.raises(DataError, match="the stimuli have no categories to decode"):
        decode_over_folds(replace(data, stimuli=stimuli), CATEGORY)


@pytest.mark.parametrize("label", ["", "face;tool"])
def test_a_stimulus_without_exactly_one_category_is_named(data, label):
    category = data.stimuli.category.astype("U20")
    category[3] = label
    stimuli = replace(data.stimuli, category=category)

    with pytest.raises(DataError, match="1 stimuli have no category or several: 's03'"):
        decode_over_folds(replace(data, stimuli=stimuli), CATEGORY)


@KINDS
def test_a_subject_without_test_stimuli_is_refused(data, options):
    untested = replace(data.split, part=np.ones_like(data.split.part))

    with pytest.raises(DataError, match=r"none of the 72 stimuli .* split 'main'"):
        decode_over_folds(replace(data, split=untested), options)


def test_a_fold_without_training_stimuli_is_refused(data):
    trials = data.responses.trials
    seen = np.flatnonzero(trials.stimulus_id < "s24")
    fewer = replace(
        data.responses,
        response=data.responses.response[seen],
        trials=trials.take(seen),
    )

    with pytest.raises(DataError, match="none of the 48 training stimuli of fold a"):
        decode_over_folds(replace(data, responses=fewer), RIDGE)

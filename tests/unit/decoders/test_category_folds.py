"""Categories from features alone: trained apart from what is tested."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.preprocessing import StandardScaler

from boldwise.decoders.category_folds import category_of_each, decode_from_features
from boldwise.errors import DataError
from boldwise.features.records import FittedFeatures, Stimuli


def decode(data, **changes):
    data = replace(data, **changes)
    return decode_from_features(
        data.target, data.stimuli, data.split, classifier="shrinkage_lda"
    )


def test_every_held_out_stimulus_is_named_as_by_scikit_learn(data):
    decoded = decode(data)

    for fold in range(3):
        train, test = data.split.train_ids(fold), data.split.test_ids(fold)
        features = data.target.fold(fold)
        scaler = StandardScaler().fit(features.rows(train))
        model = LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto")
        model.fit(
            scaler.transform(features.rows(train)),
            category_of_each(data.stimuli, train),
        )
        expected = model.predict(scaler.transform(features.rows(np.sort(test))))
        own = decoded.arrays["predicted_label"][decoded.fold == fold]
        # scikit-learn shrinks each class by a share of its own.
        assert (own == expected).mean() > 0.95
    assert (decoded.arrays["predicted_label"] == decoded.arrays["label"]).mean() > 0.8


def test_rows_are_named_by_id_and_fold(data):
    decoded = decode(data)

    for fold in range(3):
        ids = decoded.stimulus_id[decoded.fold == fold]
        assert ids.tolist() == sorted(data.split.test_ids(fold))
    place = {name: i for i, name in enumerate(data.stimuli.stimulus_id)}
    rows = [place[name] for name in decoded.stimulus_id]
    np.testing.assert_array_equal(decoded.arrays["label"], data.stimuli.category[rows])


def test_test_labels_do_not_train(data):
    """Other labels of the third fold's test stimuli change nothing said of them."""
    category = data.stimuli.category.copy()
    held_out = np.isin(data.stimuli.stimulus_id, data.split.test_ids(2))
    category[held_out] = "face"

    before = decode(data)
    after = decode(data, stimuli=replace(data.stimuli, category=category))

    third = before.fold == 2
    for name in ("predicted_label", "evidence"):
        np.testing.assert_array_equal(
            before.arrays[name][third], after.arrays[name][third]
        )


def test_each_fold_reads_its_own_features(data):
    feature = np.repeat(data.target.feature, 3, axis=0)
    feature[1] = 0

    decoded = decode(data, target=FittedFeatures(data.target.stimulus_id, feature))

    plain = decode(data)
    for fold in (0, 2):
        rows = decoded.fold == fold
        np.testing.assert_array_equal(
            decoded.arrays["evidence"][rows], plain.arrays["evidence"][rows]
        )
    assert len(set(decoded.arrays["predicted_label"][decoded.fold == 1])) == 1


def test_a_category_that_a_fold_did_not_train_is_never_named_in_it(data):
    category = data.stimuli.category.copy()
    category[np.isin(data.stimuli.stimulus_id, data.split.test_ids(0))] = "rare"

    decoded = decode(data, stimuli=replace(data.stimuli, category=category))

    rare = decoded.arrays["classes"].tolist().index("rare")
    assert np.isneginf(decoded.arrays["evidence"][decoded.fold == 0, rare]).all()
    assert np.isfinite(decoded.arrays["evidence"][decoded.fold == 1, rare]).all()


@pytest.mark.parametrize("wrong", ["", "face;house"])
def test_none_or_several_categories_are_refused(wrong):
    stimuli = Stimuli(np.array(["a", "b"]), category=np.array(["face", wrong]))

    with pytest.raises(DataError, match="1 stimuli have no category or several: "):
        category_of_each(stimuli, np.array(["a", "b"]))


def test_stimuli_without_categories_say_so():
    with pytest.raises(DataError, match="no categories to decode"):
        category_of_each(Stimuli(np.array(["a"])), np.array(["a"]))

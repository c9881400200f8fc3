"""What is fitted to features knows training stimuli only."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import TfidfVectorizer

from boldwise.errors import DataError
from boldwise.features import blocks, fitting
from boldwise.features.fitting import fit_on_train
from boldwise.features.projection import ProjectedRows
from boldwise.features.records import FeatureSpace, Stimuli
from boldwise.features.tfidf import count_words
from boldwise.features.tokens import PooledTokens

WORDS = ["dog", "cat", "runs", "sleeps", "red", "blue", "house"]
IDS = np.array([f"s{i:02d}" for i in range(12)])
TRAIN = [IDS[:8], IDS[4:]]


def space_of(feature, notes=None):
    return FeatureSpace(IDS, np.asarray(feature, np.float32), notes or {})


def random_space(seed=0, n_features=6):
    return space_of(np.random.default_rng(seed).standard_normal((12, n_features)))


def captions(seed=0):
    rng = np.random.default_rng(seed)
    return [" ".join(rng.choice(WORDS, 4)) for _ in IDS]


def words_of(texts):
    return count_words(Stimuli(IDS, caption=np.array(texts)))


def test_nothing_to_fit_leaves_the_features_as_they_are():
    space = random_space()

    fitted = fit_on_train(space, TRAIN)

    np.testing.assert_array_equal(fitted.feature, space.feature[None])
    np.testing.assert_array_equal(fitted.fold(1).feature, space.feature)


def test_each_fold_has_the_components_of_its_own_training_stimuli():
    space = random_space()

    fitted = fit_on_train(space, TRAIN, n_components=3)

    assert fitted.feature.shape == (2, 12, 3)
    assert fitted.feature.dtype == np.float32
    for fold, rows in enumerate((slice(0, 8), slice(4, 12))):
        reference = PCA(n_components=3).fit(space.feature[rows].astype(float))
        expected = np.abs(reference.transform(space.feature.astype(float)))
        found = np.abs(fitted.fold(fold).feature)
        np.testing.assert_allclose(found, expected, atol=1e-5)


def test_words_are_weighted_as_scikit_learn_does():
    texts = captions()
    reference = TfidfVectorizer(min_df=2).fit(texts[:8])

    fitted = fit_on_train(words_of(texts), TRAIN[:1], min_stimuli=2)

    expected = reference.transform(texts).toarray()
    np.testing.assert_allclose(fitted.feature[0], expected, atol=1e-6)


@pytest.mark.parametrize("n_components", [None, 2])
@given(seed=st.integers(1, 10**6))
@settings(max_examples=20, deadline=None)
def test_other_test_captions_change_no_training_row(n_components, seed):
    told, retold = captions(), captions()
    retold[8:] = [f"{text} unseen{seed}" for text in captions(seed)[8:]]
    options = {"min_stimuli": 2, "n_components": n_components}

    before, after = (
        fit_on_train(words_of(texts), TRAIN[:1], **options).feature[0, :8]
        for texts in (told, retold)
    )

    np.testing.assert_array_equal(before, after)


@given(scale=st.floats(-1e3, 1e3, width=32))
@settings(max_examples=20, deadline=None)
def test_other_test_features_change_no_training_row(scale):
    space = random_space()
    changed = space.feature.copy()
    changed[8:] = scale

    before, after = (
        fit_on_train(space_of(feature), TRAIN[:1], n_components=4).feature[0, :8]
        for feature in (space.feature, changed)
    )

    np.testing.assert_array_equal(before, after)


def test_folds_of_fewer_columns_are_filled_with_zeros():
    feature = np.random.default_rng(0).standard_normal((12, 6))
    feature[:8, 2:] = 1.0  # the first fold spans two dimensions only

    fitted = fit_on_train(space_of(feature), TRAIN, n_components=5)

    assert fitted.feature.shape == (2, 12, 5)
    assert not fitted.feature[0, :, 2:].any()
    assert fitted.feature[1].any(axis=0).all()
    assert "2 to 5 principal components" in fitted.notes["components"]
    assert fitted.notes["components"].endswith("; 5 were asked for")


def test_notes_tell_what_was_fitted_and_keep_what_was_there():
    space = words_of(captions())

    fitted = fit_on_train(space, TRAIN, min_stimuli=2, n_components=2)

    assert "2 or more training captions" in fitted.notes["weights"]
    assert "2 to 2 principal components" in fitted.notes["components"]
    assert space.notes == {}


def test_folds_may_keep_different_words():
    texts = ["dog cat"] * 4 + ["dog house"] * 8

    fitted = fit_on_train(words_of(texts), [IDS[:4], IDS[4:]], min_stimuli=2)

    used = fitted.feature.any(axis=1)
    np.testing.assert_array_equal(used, [[True, True, False], [False, True, True]])


def test_an_unknown_training_stimulus_is_named():
    with pytest.raises(DataError, match="1 stimulus ids have no features: 's99'"):
        fit_on_train(random_space(), [np.array(["s00", "s99"])], n_components=1)


def test_tokens_on_disk_give_what_tokens_in_memory_give(monkeypatch):
    token = np.random.default_rng(3).standard_normal((12, 5, 4)).astype(np.float16)
    flat = FeatureSpace(IDS, PooledTokens(token, "flatten"))
    whole = fit_on_train(flat, TRAIN, n_components=4)
    monkeypatch.setattr(fitting, "WHOLE", 10)
    monkeypatch.setattr(blocks, "BLOCK", 3 * 20)

    streamed = fit_on_train(flat, TRAIN, n_components=4)

    assert whole.feature.shape == streamed.feature.shape == (2, 12, 4)
    np.testing.assert_allclose(streamed.feature, whole.feature, atol=1e-5)
    share = [fitted.notes["components"] for fitted in (whole, streamed)]
    assert share[0] == share[1]


def wide_space():
    feature = np.random.default_rng(2).standard_normal((12, 2000))
    return space_of(feature)


def test_a_projection_is_drawn_once_for_all_folds():
    space = wide_space()

    fitted = fit_on_train(space, TRAIN, projection={"epsilon": 0.5, "seed": 1})

    rows = ProjectedRows(space.feature, epsilon=0.5, seed=1)
    np.testing.assert_array_equal(fitted.feature, rows[:][None])
    assert fitted.notes["projection"] == rows.about
    np.testing.assert_array_equal(fitted.fold(1).feature, fitted.fold(0).feature)


def test_components_are_those_of_what_was_projected():
    space = wide_space()
    projection = {"epsilon": 0.5, "seed": 0}
    rows = ProjectedRows(space.feature, **projection)[:]

    both = fit_on_train(space, TRAIN, projection=projection, n_components=3)

    two = fit_on_train(space_of(rows), TRAIN, n_components=3)
    np.testing.assert_array_equal(both.feature, two.feature)


def test_projected_test_features_change_no_training_row():
    space = wide_space()
    changed = space.feature.copy()
    changed[8:] = 50

    before, after = (
        fit_on_train(
            space_of(feature), TRAIN[:1], projection={"epsilon": 0.5}, n_components=3
        ).feature[0, :8]
        for feature in (space.feature, changed)
    )

    np.testing.assert_array_equal(before, after)


def test_what_would_be_too_much_for_ridge_is_refused(monkeypatch):
    monkeypatch.setattr(fitting, "RESULT", 70)

    with pytest.raises(DataError, match=r"6 columns for 12 stimuli in 1 folds .*pool"):
        fit_on_train(random_space(), TRAIN)
    with pytest.raises(DataError, match="5 columns for 12 stimuli in 2 folds"):
        fit_on_train(random_space(), TRAIN, n_components=5)

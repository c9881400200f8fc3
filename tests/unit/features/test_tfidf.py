"""Word counts and TF-IDF against scikit-learn."""

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from boldwise.errors import DataError
from boldwise.features.records import Stimuli
from boldwise.features.tfidf import apply_idf, count_words, fit_idf

CAPTIONS = np.array(
    [
        "A dog runs; the DOG barks.",
        "The cat\nthe café cat_2 sleeps at 10",
        "a dog and a cat",
        "",
        "don't run, run!",
    ]
)


def counts_of(captions):
    ids = np.array([f"s{i}" for i in range(len(captions))])
    return count_words(Stimuli(ids, caption=np.array(captions)))


def test_counts_and_columns_are_those_of_scikit_learn():
    reference = CountVectorizer()
    expected = reference.fit_transform(CAPTIONS).toarray()

    space = counts_of(CAPTIONS)

    np.testing.assert_array_equal(space.feature, expected)
    assert space.column.tolist() == reference.get_feature_names_out().tolist()


def test_weights_are_those_of_scikit_learn():
    count = counts_of(CAPTIONS).feature
    reference = TfidfTransformer().fit(count[:3])

    tfidf = apply_idf(count, fit_idf(count[:3]))

    seen = count[:3].any(axis=0)
    np.testing.assert_allclose(fit_idf(count[:3])[seen], reference.idf_[seen])
    expected = reference.transform(count[:3]).toarray()
    np.testing.assert_allclose(tfidf[:3], expected)


def test_rows_have_length_one_and_unknown_captions_length_zero():
    count = counts_of(CAPTIONS).feature

    tfidf = apply_idf(count, fit_idf(count[:3]))

    lengths = np.linalg.norm(tfidf, axis=1)
    np.testing.assert_allclose(lengths, [1, 1, 1, 0, 0], atol=1e-12)


def test_words_of_few_training_captions_weigh_nothing():
    count = np.array([[1, 1, 0], [2, 0, 0], [1, 1, 0]])

    np.testing.assert_array_equal(
        fit_idf(count, min_stimuli=2) > 0, [True, True, False]
    )
    np.testing.assert_array_equal(
        fit_idf(count, min_stimuli=3) > 0, [True, False, False]
    )


def test_a_threshold_above_every_word_says_the_commonest():
    with pytest.raises(DataError, match=r"in 4 or more of the 3 .*commonest is in 2"):
        fit_idf(np.array([[1, 0], [1, 1], [0, 0]]), min_stimuli=4)


def test_captions_without_a_word_are_refused():
    with pytest.raises(DataError, match="captions of all 2 stimuli are empty"):
        counts_of(["", "?"])


def test_stimuli_without_captions_say_so():
    with pytest.raises(DataError, match="have no caption"):
        count_words(Stimuli(np.array(["a"])))

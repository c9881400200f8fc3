"""Category decoding with a classifier fixed beforehand."""

import numpy as np
import pytest
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import SVC

from boldwise.decoders import CategoryDecoder
from boldwise.errors import DataError

CLASSIFIERS = pytest.mark.parametrize("classifier", ["shrinkage_lda", "linear_svm"])
RNG = np.random.default_rng(0)
CENTRES = RNG.standard_normal((4, 200))
NAMES = np.array(["house", "face", "tool", "word"])
TRUE = np.arange(80) % 4
RESPONSES = CENTRES[TRUE] + 2.0 * RNG.standard_normal((80, 200)) + 50.0


@CLASSIFIERS
def test_unseen_trials_are_told_apart(classifier):
    decoder = CategoryDecoder(classifier).fit(RESPONSES[:40], NAMES[TRUE[:40]])

    share = (decoder.predict(RESPONSES[40:]) == NAMES[TRUE[40:]]).mean()

    assert share > 0.9


@CLASSIFIERS
def test_shuffled_labels_are_decoded_at_chance(classifier):
    shares = []
    for seed in range(10):
        label = NAMES[np.random.default_rng(seed).permutation(TRUE)]
        decoder = CategoryDecoder(classifier).fit(RESPONSES[:40], label[:40])
        shares.append((decoder.predict(RESPONSES[40:]) == label[40:]).mean())

    assert abs(np.mean(shares) - 0.25) < 0.08


@CLASSIFIERS
def test_the_unit_of_a_voxel_does_not_matter(classifier):
    scaled = RESPONSES * np.logspace(-3, 3, 200)

    plain = CategoryDecoder(classifier).fit(RESPONSES, NAMES[TRUE])
    other = CategoryDecoder(classifier).fit(scaled, NAMES[TRUE])

    np.testing.assert_allclose(
        other.decide(scaled), plain.decide(RESPONSES), atol=1e-3, rtol=1e-3
    )


@CLASSIFIERS
def test_two_classes_and_constant_voxels_are_no_trouble(classifier):
    two = TRUE < 2
    responses = RESPONSES.copy()
    responses[:, :5] = 0.1

    decoder = CategoryDecoder(classifier).fit(responses[two], NAMES[TRUE[two]])

    assert decoder.classes_.tolist() == ["face", "house"]
    assert (decoder.predict(responses[two]) == NAMES[TRUE[two]]).mean() > 0.95


def test_support_vector_machines_are_those_of_scikit_learn():
    decoder = CategoryDecoder("linear_svm").fit(RESPONSES, NAMES[TRUE])

    z = (RESPONSES - RESPONSES.mean(axis=0)) / RESPONSES.std(axis=0)
    theirs = OneVsRestClassifier(SVC(kernel="linear")).fit(z, NAMES[TRUE])
    np.testing.assert_allclose(
        decoder.decide(RESPONSES), theirs.decision_function(z), atol=1e-8
    )


@CLASSIFIERS
def test_a_copy_from_its_state_decides_the_same(classifier):
    decoder = CategoryDecoder(classifier).fit(RESPONSES, NAMES[TRUE])

    copy = CategoryDecoder.from_state(*decoder.to_state())

    np.testing.assert_array_equal(copy.decide(RESPONSES), decoder.decide(RESPONSES))
    np.testing.assert_array_equal(copy.predict(RESPONSES), decoder.predict(RESPONSES))


def test_an_unknown_classifier_names_the_known_ones():
    with pytest.raises(DataError, match="no classifier 'forest'; known: shrinkage_lda"):
        CategoryDecoder("forest")


def test_a_single_category_is_refused():
    with pytest.raises(DataError, match=r"the 80 training stimuli are all .* 'face'"):
        CategoryDecoder().fit(RESPONSES, np.full(80, "face"))


def test_decision_before_fit_is_refused():
    with pytest.raises(DataError, match="this CategoryDecoder is not fitted yet"):
        CategoryDecoder().predict(RESPONSES)

"""Nearest training stimuli are found from what a decoder left, whatever its unit."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.decoders.nearest_stimuli import (
    find_nearest_stimuli,
    match_scale,
    name_by_text,
)
from boldwise.errors import DataError, ShapeMismatchError
from boldwise.evaluation.decoding import Decoded
from boldwise.evaluation.held_out import find_held_out
from boldwise.features.records import FittedFeatures

RNG = np.random.default_rng(0)


@pytest.fixture
def decoded(data):
    """Make patterns close to the truth, in a unit of nobody's."""
    held_out = find_held_out(data.split, data.split.stimulus_id)
    rows = np.searchsorted(data.split.stimulus_id, held_out.stimulus_id)
    target = data.target.feature[0][rows] * 3 - 7
    noise = 0.01 * RNG.normal(size=target.shape)
    return Decoded("ridge", held_out, target + noise, target)


def nearest(data, decoded, seen=None, n_neighbours=3):
    seen = data.split.stimulus_id if seen is None else seen
    return find_nearest_stimuli(
        decoded, data.target, data.split, seen, n_neighbours=n_neighbours
    )


def test_scale_and_offset_are_found_dimension_by_dimension():
    feature = RNG.normal(size=(9, 4))
    slope, offset = RNG.normal(size=(2, 4))

    scale = match_scale(feature, feature * slope + offset)

    np.testing.assert_allclose(scale.slope, slope)
    np.testing.assert_allclose(scale.apply(feature[:1]), feature[:1] * slope + offset)


def test_a_dimension_without_variance_tells_nothing():
    feature = np.tile([1.0, 2.0], (5, 1))
    feature[:, 0] = np.arange(5)

    scale = match_scale(feature, np.stack([np.arange(5) * 2.0, np.zeros(5)], axis=1))

    assert scale.slope[1] == 0


def test_targets_of_another_space_are_refused():
    feature = RNG.normal(size=(9, 4))

    with pytest.raises(DataError, match=r"targets are no scaled features"):
        match_scale(feature, RNG.normal(size=(9, 4)))
    with pytest.raises(ShapeMismatchError, match=r"must be of one space"):
        match_scale(feature, feature[:, :3])


def test_the_nearest_is_the_best_correlated_training_stimulus_of_the_fold(
    data, decoded
):
    found = nearest(data, decoded)

    ids, raw = data.split.stimulus_id, data.target.feature[0] * 3 - 7
    for k in range(3):
        train = np.isin(ids, data.split.train_ids(k))
        for item in np.flatnonzero(decoded.held_out.fold == k):
            r = [np.corrcoef(decoded.prediction[item], one)[0, 1] for one in raw[train]]
            assert found.first[item] == ids[train][int(np.argmax(r))]
            assert found.r[item, 0] == pytest.approx(max(r))


def test_a_test_stimulus_is_never_its_own_neighbour(data, decoded):
    found = nearest(data, decoded, n_neighbours=48)

    own = decoded.held_out.stimulus_id[:, None]
    assert not (found.neighbour == own).any()


def test_only_what_the_subject_saw_is_pointed_to(data, decoded):
    seen = data.split.stimulus_id[::3]

    found = nearest(data, decoded, seen=seen, n_neighbours=50)

    assert np.isin(found.neighbour, seen).all()
    assert found.neighbour.shape[1] == 16


def test_the_medoid_is_one_of_the_neighbours(data, decoded):
    found = nearest(data, decoded)

    assert (found.neighbour == found.medoid[:, None]).any(axis=1).all()


def test_a_subject_without_training_stimuli_is_refused(data, decoded):
    with pytest.raises(DataError, match=r"saw no training stimulus of fold a, b, c"):
        nearest(data, decoded, seen=np.array(["other"]))


def test_categories_are_named_by_texts_whatever_texts_have_in_common(data, decoded):
    category = np.unique(data.stimuli.category)
    text = {
        name: data.target.feature[0][data.stimuli.category == name].mean(axis=0) + 100
        for name in category
    }

    named = name_by_text(decoded, data.target, text)

    rows = np.searchsorted(data.split.stimulus_id, decoded.held_out.stimulus_id)
    true = data.stimuli.category[rows]
    assert (named == true).mean() > 0.75
    shuffled = replace(decoded, prediction=RNG.permutation(decoded.prediction))
    assert (name_by_text(shuffled, data.target, text) == true).mean() < 0.6


def test_every_fold_has_its_own_features(data, decoded):
    folds = np.stack([data.target.feature[0] * (k + 1) for k in range(3)])

    found = find_nearest_stimuli(
        decoded,
        FittedFeatures(data.split.stimulus_id, folds),
        data.split,
        data.split.stimulus_id,
        n_neighbours=3,
    )

    np.testing.assert_array_equal(found.neighbour, nearest(data, decoded).neighbour)

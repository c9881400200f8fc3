"""Pictures, captions and categories come from the nearest training stimuli."""

import numpy as np
import pytest

from boldwise.decoders.generators import Captioner, ImageGenerator
from boldwise.decoders.nearest import (
    NearestCaptions,
    NearestImages,
    medoids,
    name_categories,
)
from boldwise.errors import DataError, ShapeMismatchError

RNG = np.random.default_rng(0)
TRAIN = RNG.normal(size=(12, 10))
IMAGES = RNG.integers(0, 256, (12, 4, 4, 3), np.uint8)
CAPTIONS = [f"caption {k}" for k in range(12)]
NEAR = TRAIN[[7, 2, 2]] + 0.1 * RNG.normal(size=(3, 10))


def test_the_picture_is_that_of_the_nearest_training_stimulus():
    generator = NearestImages(TRAIN, IMAGES)

    assert isinstance(generator, ImageGenerator)
    np.testing.assert_array_equal(generator.generate(NEAR), IMAGES[[7, 2, 2]])


def test_the_only_neighbour_gives_its_caption():
    captioner = NearestCaptions(TRAIN, CAPTIONS, n_neighbours=1)

    assert isinstance(captioner, Captioner)
    assert captioner.caption(NEAR) == ["caption 7", "caption 2", "caption 2"]


def test_the_medoid_is_most_like_the_other_neighbours():
    neighbour = RNG.permuted(np.tile(np.arange(12), (5, 1)), axis=1)[:, :4]

    found = medoids(neighbour, TRAIN)

    for rows, chosen in zip(neighbour, found, strict=True):
        sums = np.corrcoef(TRAIN[rows]).sum(axis=1)
        assert chosen == rows[np.argmax(sums)]


def test_of_two_neighbours_the_nearer_speaks():
    assert medoids(np.array([[9, 4]]), TRAIN).tolist() == [9]


def test_an_odd_caption_is_outvoted():
    text = np.tile(TRAIN[:1], (12, 1)) + 0.1 * RNG.normal(size=(12, 10))
    text[7] = -TRAIN[0]  # says something else than its neighbours

    said = NearestCaptions(TRAIN, CAPTIONS, text, n_neighbours=3).caption(NEAR[:1])

    assert said != ["caption 7"]


def test_the_category_is_that_of_the_most_similar_text():
    text, classes = TRAIN[:3], np.array(["cat", "dog", "owl"])
    prediction = text[[2, 0, 1, 1]] + 0.3 * RNG.normal(size=(4, 10))

    named, evidence = name_categories(prediction, text, classes)

    assert named.tolist() == ["owl", "cat", "dog", "dog"]
    np.testing.assert_allclose(evidence, np.corrcoef(prediction, text)[:4, 4:])


def test_what_does_not_belong_together_is_refused():
    with pytest.raises(ShapeMismatchError, match="12 training embeddings, but 11 pict"):
        NearestImages(TRAIN, IMAGES[1:])
    with pytest.raises(ShapeMismatchError, match="12 training embeddings, but 11 capt"):
        NearestCaptions(TRAIN, CAPTIONS[1:])
    with pytest.raises(ShapeMismatchError, match="3 texts for 2 classes"):
        name_categories(NEAR, TRAIN[:3], np.array(["a", "b"]))
    with pytest.raises(DataError, match="1 class to choose from"):
        name_categories(NEAR, TRAIN[:1], np.array(["a"]))
    flat = np.vstack([NEAR[:2], np.ones((1, 10))])
    with pytest.raises(DataError, match="1 of 3 predictions cannot be compared"):
        name_categories(flat, TRAIN[:2], np.array(["a", "b"]))

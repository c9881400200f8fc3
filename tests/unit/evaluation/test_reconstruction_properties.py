"""What scores of pictures and captions promise for any pictures and captions."""

from functools import cache

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.evaluation.caption_scores import (
    BETA,
    bleu,
    cider_d,
    rouge_l,
    split_words,
)
from boldwise.evaluation.pixel_metrics import (
    pixel_correlation,
    resize_picture,
    structural_similarity,
)

WORDS = ["a", "dog", "runs", "on", "grass"]


@pytest.fixture
def pictures():
    return np.random.default_rng(0).uniform(size=(2, 3, 24, 24, 3))


def longest_common(a, b):
    """Length of the longest common subsequence, by its recursion."""

    @cache
    def of(i, j):
        if i == len(a) or j == len(b):
            return 0
        if a[i] == b[j]:
            return 1 + of(i + 1, j + 1)
        return max(of(i + 1, j), of(i, j + 1))

    return of(0, 0)


@pytest.mark.parametrize("score", [pixel_correlation, structural_similarity])
def test_neither_picture_is_the_first(pictures, score):
    np.testing.assert_allclose(
        score(*pictures, size=24), score(*pictures[::-1], size=24)
    )


def test_correlations_ignore_brightness_and_contrast_and_similarity_does_not(pictures):
    dim = 0.3 * pictures[0] + 0.1

    np.testing.assert_allclose(pixel_correlation(dim, pictures[0], size=24), 1)
    assert (structural_similarity(dim, pictures[0], size=24) < 0.8).all()
    np.testing.assert_allclose(pixel_correlation(1 - dim, dim, size=24), -1)


def test_similarity_of_two_even_pictures_is_that_of_their_brightness():
    # Without variance the formula leaves (2ab + c) / (a² + b² + c), c = 0.01².
    a, b = np.full((1, 12, 12, 3), 0.2), np.full((1, 12, 12, 3), 0.6)

    found = structural_similarity(a, b, size=12)

    np.testing.assert_allclose(found, (0.24 + 1e-4) / (0.4 + 1e-4), rtol=1e-5)


def test_a_picture_smaller_than_the_window_is_refused(pictures):
    assert structural_similarity(*pictures, size=11).shape == (3,)
    with pytest.raises(DataError, match=r"is 11 pixels wide, the pictures 10\. Raise"):
        structural_similarity(*pictures, size=10)


@pytest.mark.parametrize("size", [5, 24, 31])
def test_resizing_keeps_even_pictures_and_the_range_of_others(pictures, size):
    resized = resize_picture(pictures[0, 0], size)

    assert resized.shape == (size, size, 3)
    assert pictures.min() - 1e-6 <= resized.min() <= resized.max() <= 1 + 1e-6
    even = resize_picture(np.full((7, 9, 3), 51, np.uint8), size)
    np.testing.assert_allclose(even, 0.2, rtol=1e-5)


def test_pictures_of_no_known_range_are_refused(pictures):
    for wrong in (pictures[0, 0] * 255, pictures[0, 0] * np.nan, -pictures[0, 0]):
        with pytest.raises(DataError, match="give uint8, or float from 0 to 1"):
            resize_picture(wrong, 5)


def test_rouge_of_random_captions_is_the_recursion_written_out():
    rng = np.random.default_rng(1)
    for _ in range(40):
        said, *own = (" ".join(rng.choice(WORDS, rng.integers(1, 7))) for _ in range(3))
        common = [longest_common(said.split(), one.split()) for one in own]
        precision = max(common) / len(said.split())
        recall = max(n / len(o.split()) for n, o in zip(common, own, strict=True))
        below = recall + BETA**2 * precision
        expected = (1 + BETA**2) * precision * recall / below if below else 0
        assert rouge_l([said], [own])[0] == pytest.approx(expected)


def test_the_order_of_references_and_of_items_changes_nothing():
    captions = ["a dog runs on grass", "grass on a dog"]
    references = [["a dog runs", "on grass a dog"], ["the grass on a dog", "dog"]]
    turned = [own[::-1] for own in references]

    for score in (rouge_l, cider_d):
        found = score(captions, references)
        np.testing.assert_allclose(score(captions, turned), found)
        np.testing.assert_allclose(score(captions[::-1], references[::-1]), found[::-1])
    np.testing.assert_allclose(bleu(captions, turned), bleu(captions, references))


def test_words_that_all_references_share_tell_nothing():
    captions = ["a dog", "a dog"]

    assert cider_d(captions, [["a dog"], ["a dog"]]).tolist() == [0, 0]


def test_repeating_a_telling_word_earns_nothing_more():
    references = [["a red umbrella"], ["two dogs run"]]
    once, often = (
        cider_d([said, "two dogs run"], references)[0]
        for said in ("red umbrella", "red red red red umbrella umbrella umbrella")
    )

    assert 0 < often < once


def test_words_keep_letters_of_any_language_and_lose_what_is_none():
    assert split_words("  Ein Café – œuvre, rock’n’roll! ") == [
        *("ein", "café", "œuvre", "rock’n’roll"),
    ]
    assert split_words("... !?") == []

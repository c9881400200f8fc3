"""Scores of pictures that stand for others equal those of each pair by itself."""

import numpy as np
import pytest

from boldwise.evaluation.caption_scores import bleu, cider_d, rouge_l
from boldwise.evaluation.feature_metrics import score_features
from boldwise.evaluation.held_out import HeldOut
from boldwise.evaluation.likeness import shuffle_decodings
from boldwise.evaluation.picture_pairs import (
    PicturePairs,
    compare_layers,
    score_captions,
    score_layers,
    score_pixels,
)
from boldwise.evaluation.pixel_metrics import pixel_correlation, structural_similarity

RNG = np.random.default_rng(0)
N = 7
SHOWN = RNG.integers(0, 256, (3, 20, 24, 3), np.uint8)
PAIRS = PicturePairs(
    SHOWN,
    row=RNG.integers(0, 3, N),
    seen=RNG.integers(0, 256, (N, 16, 30, 3), np.uint8),
)
IDS = np.array([f"s{k}" for k in range(N)])
FOLD = np.array([0, 0, 0, 0, 1, 1, 1])
HELD_OUT = HeldOut(IDS, FOLD, (IDS[:4], IDS[4:]))
SHUFFLES = shuffle_decodings(HELD_OUT, n_shuffles=5, seed=0)


def test_pixels_are_compared_pair_by_pair():
    found = score_pixels(PAIRS, SHUFFLES, size=18)

    for draw, order in enumerate(SHUFFLES.order):
        given = SHOWN[PAIRS.row[order]]
        for name, metric in (
            ("pixcorr", pixel_correlation),
            ("ssim", structural_similarity),
        ):
            expected = metric(given, PAIRS.seen, size=18)
            np.testing.assert_allclose(found[name][draw], expected, atol=1e-5)


def test_a_picture_of_one_colour_has_no_correlation():
    flat = PicturePairs(np.zeros_like(SHOWN), PAIRS.row, PAIRS.seen)

    found = score_pixels(flat, SHUFFLES, size=18)

    assert np.isnan(found["pixcorr"]).all()
    assert np.isfinite(found["ssim"]).all()


@pytest.mark.parametrize("rule", ["two_way", "distance"])
def test_layers_are_compared_within_folds(rule):
    shown, seen = RNG.normal(size=(2, N, 12))

    found = compare_layers(shown, seen, SHUFFLES, FOLD, rule=rule)

    for draw, order in enumerate(SHUFFLES.order):
        for k in (0, 1):
            own = np.flatnonzero(k == FOLD)
            expected = score_features(shown[order[own]], seen[own], rule=rule)
            np.testing.assert_allclose(found[draw, own], expected)


def test_the_shipped_network_knows_a_picture_again():
    same = PicturePairs(PAIRS.seen, np.arange(N), PAIRS.seen)

    found, left_out = score_layers(
        same, SHUFFLES, FOLD, names=["tiny_clip"], weights={}
    )

    assert found["tiny_clip"][0].tolist() == [1] * N
    assert found["tiny_clip"][1:].mean() < 0.8
    assert left_out == {}


def test_a_network_that_cannot_be_had_is_left_out_in_a_sentence():
    found, left_out = score_layers(PAIRS, SHUFFLES, FOLD, names=["swav"], weights={})

    assert found == {}
    assert "Give the path" in left_out["swav"]


def test_captions_are_compared_order_by_order():
    said = [f"a {word} dog on the grass" for word in ("big", "red", "old") * 2] + ["no"]
    references = [[f"the {word} dog", "a dog"] for word in ("big", "red", "old") * 2]
    references.append(["a cat"])

    per_item, whole = score_captions(said, references, SHUFFLES)

    order = SHUFFLES.order[3]
    moved = [said[row] for row in order]
    np.testing.assert_allclose(per_item["rouge_l"][3], rouge_l(moved, references))
    np.testing.assert_allclose(per_item["cider_d"][3], cider_d(moved, references))
    assert whole["bleu_1"][3] == pytest.approx(bleu(moved, references)[0])
    assert per_item["rouge_l"].shape == SHUFFLES.order.shape

"""A gallery shows, captions and scores; what it cannot score it tells."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.decoders.gallery import GalleryInputs, make_gallery, take_pictures
from boldwise.errors import DataError
from boldwise.evaluation.decoding import Decoded
from boldwise.evaluation.held_out import find_held_out
from boldwise.features.records import Stimuli

RNG = np.random.default_rng(0)
OPTIONS = {
    **{"n_neighbours": 3, "picture_px": 16, "feature_metrics": [], "weights": {}},
    **{"n_shuffles": 19, "n_bootstraps": 50, "seed": 0},
}
TEXT = {name: 5 * RNG.normal(size=5) for name in ("face", "house", "tool")}


@pytest.fixture
def given(data):
    """Pictures whose brightness, and captions whose words, tell the category."""
    ids, category = data.split.stimulus_id, data.stimuli.category
    light = {"face": 40, "house": 120, "tool": 220}
    image = RNG.integers(-30, 30, (len(ids), 16, 16, 3))
    image[:, :8] += np.array([light[one] for one in category])[:, None, None, None]
    caption = np.array([f"a {one} on the table\na {one}" for one in category])
    held_out = find_held_out(data.split, ids)
    rows = np.searchsorted(ids, held_out.stimulus_id)
    target = data.target.feature[0][rows]
    decoded = Decoded("ridge", held_out, target + 0.1, target)
    stimuli = Stimuli(ids, image.clip(0, 255).astype("u1"), caption, category)
    return GalleryInputs(decoded, data.target, data.split, ids, stimuli)


def test_what_is_like_is_told_from_what_is_not(given):
    gallery = make_gallery(given, OPTIONS)

    assert {"pixcorr", "ssim", "bleu_1", "rouge_l", "cider_d"} <= set(gallery.measures)
    for name in ("pixcorr", "rouge_l", "bleu_1"):
        one = gallery.measures[name]
        assert one.p == 1 / 20
        assert one.value > one.null.max()
    assert gallery.left_out == {}


def test_a_brain_that_tells_nothing_is_at_its_baseline(given):
    noise = replace(given.decoded, prediction=RNG.normal(size=(72, 5)))

    gallery = make_gallery(replace(given, decoded=noise), OPTIONS)

    for name in ("pixcorr", "rouge_l"):
        one = gallery.measures[name]
        assert one.value == pytest.approx(one.chance, abs=0.15)


def test_items_and_means_agree(given):
    gallery = make_gallery(given, OPTIONS)

    for name, items in gallery.items.items():
        assert gallery.measures[name].value == pytest.approx(np.nanmean(items))


def test_the_caption_is_the_first_of_the_medoid(given):
    gallery = make_gallery(given, OPTIONS)

    assert set(gallery.caption) <= {f"a {one} on the table" for one in TEXT}


def test_stimuli_without_pictures_have_captions_and_the_reverse(given):
    words = replace(given, stimuli=replace(given.stimuli, image=None))
    pictures = replace(given, stimuli=replace(given.stimuli, caption=None))

    assert "ssim" not in make_gallery(words, OPTIONS).measures
    found = make_gallery(pictures, OPTIONS)
    assert found.caption is None
    assert set(found.measures) == {"pixcorr", "ssim"}


def test_stimuli_with_neither_are_refused(given):
    bare = Stimuli(given.stimuli.stimulus_id)

    with pytest.raises(DataError, match=r"neither pictures nor captions to show"):
        make_gallery(replace(given, stimuli=bare), OPTIONS)


def test_a_test_stimulus_without_caption_is_told(given):
    caption = given.stimuli.caption.copy()
    caption[5] = ""

    found = make_gallery(
        replace(given, stimuli=replace(given.stimuli, caption=caption)), OPTIONS
    )

    assert "rouge_l" not in found.measures
    assert found.left_out["captions"].startswith("1 of 72 test stimuli have no caption")


def test_chance_of_a_name_counts_the_labels_of_a_stimulus(given):
    category = given.stimuli.category.astype("U20")
    category[:36] = np.char.add(category[:36], "; tool")
    stimuli = replace(given.stimuli, category=category)

    found = make_gallery(replace(given, stimuli=stimuli, text=TEXT), OPTIONS)

    labels = [len({x.strip() for x in one.split(";")}) for one in category]
    assert found.measures["zero_shot"].chance == pytest.approx(np.mean(labels) / 3)
    assert set(found.named) <= set(TEXT)


def test_pictures_are_read_in_any_order():
    image = np.arange(5)[:, None] * np.ones(2)

    assert take_pictures(image, np.array([3, 0, 3]))[:, 0].tolist() == [3, 0, 3]

"""What populations follow in a scene: properties of objects, meaning, position."""

import numpy as np

from boldwise.simulate.captions import (
    CATEGORIES,
    COLOURS,
    CONTENT_WORDS,
    GRAINS,
    SIZES,
    TEXTURES,
)
from boldwise.simulate.scenes import Scenes
from boldwise.simulate.seeds import named_rng

PROPERTIES = ("present", "size", "hue_cos", "hue_sin", "tilt")
PROPERTY_NAMES = tuple(f"{c}_{p}" for c in CATEGORIES for p in PROPERTIES)
CONFOUND_NAMES = ("object_x", "object_y", "luminance")
SIZE_MEAN, SIZE_SPREAD = 0.35, 0.08  # of scenes.SIZES
TILT_SPREAD = 0.35  # radians, of a uniform spread of ±0.6

MEANING_DIMENSIONS = 12
KINDS = (("face", "body", "animal"), ("house", "chair", "car"), ("food", "plant"))
WORD_WEIGHT = {
    **dict.fromkeys(CATEGORIES, 1.0),
    **dict.fromkeys(COLOURS, 0.6),
    **dict.fromkeys(TEXTURES, 0.6),
    **dict.fromkeys((*SIZES, *GRAINS), 0.4),
}


def object_properties(scenes: Scenes) -> np.ndarray:
    """Properties of each category's object, about of unit size; 0 without it.

    Parameters
    ----------
    scenes : Scenes

    Returns
    -------
    properties : array of shape (n_scenes, n_categories * 5)
        Columns are named by ``PROPERTY_NAMES``. Where the object stands is none
        of them: these voxels follow it wherever it appears.
    """
    turn = 2 * np.pi * scenes.hue
    columns = [
        np.ones_like(scenes.size),
        (scenes.size - SIZE_MEAN) / SIZE_SPREAD,
        np.sqrt(2) * np.cos(turn),
        np.sqrt(2) * np.sin(turn),
        scenes.tilt / TILT_SPREAD,
    ]
    there = np.stack(columns, axis=2) * scenes.present[:, :, None]
    return np.asarray(there.reshape(len(scenes), -1))


def word_meanings(*, seed: int) -> np.ndarray:
    """Meaning of each content word, alike within a kind of thing.

    Parameters
    ----------
    seed : int
        Seed of the world; all subjects share the meanings.

    Returns
    -------
    meaning : array of shape (n_content_words, 12)
        Rows follow ``captions.CONTENT_WORDS``; words of place mean nothing here.
    """
    rng = named_rng(seed, "meanings")
    meaning = rng.standard_normal((len(CONTENT_WORDS), MEANING_DIMENSIONS))
    for kind in KINDS:
        shared = rng.standard_normal(MEANING_DIMENSIONS)
        for word in kind:
            meaning[CONTENT_WORDS.index(word)] += shared
    weight = [WORD_WEIGHT.get(word, 0.0) for word in CONTENT_WORDS]
    return np.asarray(meaning * np.array(weight)[:, None])


def caption_meanings(captions: np.ndarray, meaning: np.ndarray) -> np.ndarray:
    """Meaning of captions: the sum over their words, by the root of their number.

    Parameters
    ----------
    captions : array of str, shape (n_scenes,)
    meaning : array of shape (n_content_words, n_dimensions)

    Returns
    -------
    summed : array of shape (n_scenes, n_dimensions)
    """
    place = {word: i for i, word in enumerate(CONTENT_WORDS)}
    summed = np.empty((len(captions), meaning.shape[1]))
    for row, caption in enumerate(captions):
        words = [place[word] for word in caption.split() if word in place]
        summed[row] = meaning[words].sum(0) / np.sqrt(len(words))
    return summed


def position_and_luminance(scenes: Scenes) -> np.ndarray:
    """Mean place of the objects and mean luminance, z-scored over the scenes.

    Parameters
    ----------
    scenes : Scenes

    Returns
    -------
    confound : array of shape (n_scenes, 3)
        Columns are named by ``CONFOUND_NAMES``.
    """
    n_objects = scenes.present.sum(1)
    columns = [scenes.x.sum(1) / n_objects, scenes.y.sum(1) / n_objects]
    raw = np.stack([*columns, scenes.luminance], axis=1)
    return np.asarray((raw - raw.mean(0)) / raw.std(0))

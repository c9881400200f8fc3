"""Brains with a known truth: what each voxel follows, and how strongly."""

from dataclasses import dataclass

import numpy as np

from boldwise.simulate.anatomy import Anatomy, place_populations
from boldwise.simulate.captions import CATEGORIES
from boldwise.simulate.layout import POPULATIONS, RESPONSIVE
from boldwise.simulate.properties import (
    CONFOUND_NAMES,
    MEANING_DIMENSIONS,
    PROPERTIES,
    PROPERTY_NAMES,
    caption_meanings,
    object_properties,
    position_and_luminance,
    word_meanings,
)
from boldwise.simulate.receptive_fields import (
    ReceptiveFields,
    draw_fields,
    gabor_energy,
)
from boldwise.simulate.scenes import Scenes
from boldwise.simulate.seeds import named_rng

SHARES = (0.34, 0.40, 0.26)  # of the responsive voxels, in the order of RESPONSIVE
CONFOUND_SHARE = 0.12  # beside them
SPREAD = 0.08  # subjects differ by so much in their number of voxels
GAIN_PERCENT = {"early_visual": 1.2, "category": 1.0, "semantic": 1.0, "confound": 1.0}
GAIN_SPREAD = 0.2  # of its logarithm, over voxels
PROPERTY_SPREAD = 0.5  # of weights on size, colour and pose; that on presence is 1


@dataclass(frozen=True)
class Brain:
    """One subject's brain.

    Attributes
    ----------
    anatomy : Anatomy
        ``n_voxels`` voxels, each in one population.
    gain : array of shape (n_voxels,)
        Spread of the response over scenes, in percent signal change; 0 for noise.
    fields : ReceptiveFields
        One for each early visual voxel, in the order of the voxels.
    mixing : dict of array
        For the other responsive populations and ``confound``: weights of shape
        (n_latents, n_population_voxels). Latents are object properties, dimensions
        of meaning, or position and luminance; they are common to all subjects, so
        that two subjects' mixing aligns them exactly.
    meaning : array of shape (n_content_words, n_dimensions)
        Of the words, common to all subjects.
    """

    anatomy: Anatomy
    gain: np.ndarray
    fields: ReceptiveFields
    mixing: dict[str, np.ndarray]
    meaning: np.ndarray


def draw_brain(subject: str, *, n_responsive: int, n_noise: int, seed: int) -> Brain:
    """Draw one subject's brain.

    Parameters
    ----------
    subject : str
        Label; the brain depends on it and on the seed, not on the other subjects.
    n_responsive : int
        Responsive voxels, about: subjects differ by up to 8 %.
    n_noise : int
        Voxels of pure noise, at least.
    seed : int
        Seed of the world.

    Returns
    -------
    brain : Brain
    """
    rng = named_rng(seed, "brain", subject)
    counts = _count_voxels(n_responsive, n_noise, rng)
    anatomy = place_populations(counts, rng=rng)
    gain = np.array([GAIN_PERCENT.get(name, 0.0) for name in anatomy.population])
    gain *= np.exp(rng.normal(0, GAIN_SPREAD, len(gain)))
    gain *= np.exp(rng.normal(0, GAIN_SPREAD / 4))
    return Brain(
        anatomy=anatomy,
        gain=gain,
        fields=draw_fields(counts["early_visual"], rng=rng),
        mixing={
            "category": _mix_properties(anatomy, rng),
            "semantic": rng.standard_normal((MEANING_DIMENSIONS, counts["semantic"])),
            "confound": _pick_confounds(counts["confound"], rng),
        },
        meaning=word_meanings(seed=seed),
    )


def respond(brain: Brain, scenes: Scenes) -> np.ndarray:
    """Amplitude of each voxel's response to each scene.

    Parameters
    ----------
    brain : Brain
    scenes : Scenes

    Returns
    -------
    amplitude : array of float32, shape (n_scenes, n_voxels)
        Peak of the response to one trial, in percent signal change. Category
        voxels stay at exactly 0 without their category; noise voxels always do.
        The others vary by their gain around a mean of that size.
    """
    latents = {
        "category": object_properties(scenes),
        "semantic": caption_meanings(scenes.caption, brain.meaning),
        "confound": position_and_luminance(scenes),
    }
    drive = {name: latents[name] @ brain.mixing[name] for name in latents}
    drive["early_visual"] = gabor_energy(scenes.image, brain.fields)
    amplitude = np.zeros((len(scenes), len(brain.gain)), np.float32)
    for name, values in drive.items():
        voxels = np.flatnonzero(brain.anatomy.population == name)
        spread = values.std(0)
        scale = brain.gain[voxels] / np.where(spread > 0, spread, 1)
        rest = 0 if name == "category" else values.mean(0) - spread
        amplitude[:, voxels] = (values - rest) * scale
    return amplitude


def category_of(brain: Brain) -> np.ndarray:
    """Category that each category voxel follows, shape (n_category_voxels,)."""
    weight = np.abs(brain.mixing["category"]).reshape(len(CATEGORIES), -1)
    followed = weight.reshape(len(CATEGORIES), len(PROPERTIES), -1).sum(1).argmax(0)
    return np.asarray(np.array(CATEGORIES)[followed])


def _count_voxels(
    n_responsive: int, n_noise: int, rng: np.random.Generator
) -> dict[str, int]:
    wanted = n_responsive * (1 + rng.uniform(-SPREAD, SPREAD))
    counts = [round(wanted * share) for share in (*SHARES, CONFOUND_SHARE)]
    noise = n_noise + int(rng.integers(0, n_noise // 20 + 1))
    return dict(zip((*RESPONSIVE, *POPULATIONS[3:]), [*counts, noise], strict=True))


def _mix_properties(anatomy: Anatomy, rng: np.random.Generator) -> np.ndarray:
    """Each voxel follows one category, in bands from back to front on both sides."""
    front = anatomy.ijk[anatomy.population == "category", 1]
    n_voxels = len(front)
    category = np.empty(n_voxels, int)
    category[front.argsort(kind="stable")] = (
        np.arange(n_voxels) * len(CATEGORIES) // n_voxels
    )
    drawn = rng.normal(0, PROPERTY_SPREAD, (n_voxels, len(PROPERTIES)))
    drawn[:, 0] = 1
    weight = np.zeros((n_voxels, len(CATEGORIES), len(PROPERTIES)))
    weight[np.arange(n_voxels), category] = drawn
    return np.ascontiguousarray(weight.reshape(n_voxels, len(PROPERTY_NAMES)).T)


def _pick_confounds(n_voxels: int, rng: np.random.Generator) -> np.ndarray:
    """One position or luminance per voxel, with either sign."""
    weight = np.zeros((len(CONFOUND_NAMES), n_voxels))
    chosen = np.arange(n_voxels) % len(CONFOUND_NAMES)
    weight[chosen, np.arange(n_voxels)] = rng.choice([-1, 1], n_voxels)
    return weight

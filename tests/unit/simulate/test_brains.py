"""Brains: each population follows what it should, and nothing else."""

from dataclasses import replace

import numpy as np
import pytest

from boldwise.simulate.brains import SPREAD, Brain, category_of, draw_brain, respond
from boldwise.simulate.captions import CATEGORIES
from boldwise.simulate.layout import POPULATIONS, RESPONSIVE
from boldwise.simulate.properties import object_properties
from boldwise.simulate.receptive_fields import gabor_energy


@pytest.fixture(scope="module")
def brain() -> Brain:
    return draw_brain("01", n_responsive=120, n_noise=60, seed=1)


@pytest.fixture(scope="module")
def amplitude(brain, scenes) -> np.ndarray:
    return respond(brain, scenes)


def of(brain, amplitude, name):
    return amplitude[:, brain.anatomy.population == name]


def test_voxel_numbers_are_about_what_was_asked_and_differ():
    found = []
    for subject in ("01", "02", "03"):
        population = draw_brain(
            subject, n_responsive=500, n_noise=500, seed=1
        ).anatomy.population
        n_responsive = np.isin(population, RESPONSIVE).sum()
        assert abs(n_responsive - 500) <= 500 * SPREAD + 2
        assert (population == "noise").sum() >= 500
        assert set(population) == set(POPULATIONS)
        found.append(n_responsive)
    assert len(set(found)) == 3


def test_noise_voxels_respond_to_nothing(brain, amplitude):
    assert (of(brain, amplitude, "noise") == 0).all()


def test_responses_spread_by_their_gain(brain, amplitude):
    spread = amplitude.std(0)

    np.testing.assert_allclose(spread, brain.gain, rtol=1e-4)
    assert (brain.gain[brain.anatomy.population != "noise"] > 0.3).all()


def test_category_voxels_rest_without_their_category(brain, amplitude, scenes):
    column = [CATEGORIES.index(name) for name in category_of(brain)]

    silent = of(brain, amplitude, "category") == 0

    np.testing.assert_array_equal(silent, ~scenes.present[:, column])


def test_category_voxels_follow_their_object_wherever_it_stands(brain, scenes):
    moved = replace(scenes, x=1 - scenes.x, y=scenes.y[::-1] * scenes.present)

    one, other = (of(brain, respond(brain, s), "category") for s in (scenes, moved))

    np.testing.assert_array_equal(one, other)


def test_all_categories_are_followed(brain):
    assert set(category_of(brain)) == set(CATEGORIES)


def test_semantic_voxels_read_the_caption_only(brain, amplitude, scenes):
    blind = replace(scenes, image=scenes.image[::-1], present=~scenes.present)

    np.testing.assert_array_equal(
        of(brain, respond(brain, blind), "semantic"), of(brain, amplitude, "semantic")
    )


def test_early_visual_voxels_are_their_gabor_energy(brain, amplitude, scenes):
    energy = gabor_energy(scenes.image, brain.fields)

    found = of(brain, amplitude, "early_visual")

    for voxel in range(0, found.shape[1], 7):
        r = np.corrcoef(found[:, voxel], energy[:, voxel])[0, 1]
        assert r == pytest.approx(1, abs=1e-6)


def test_confound_voxels_are_position_or_luminance(brain, amplitude, scenes):
    n_objects = scenes.present.sum(1)
    sources = np.stack(
        [scenes.x.sum(1) / n_objects, scenes.y.sum(1) / n_objects, scenes.luminance]
    )

    for voxel in of(brain, amplitude, "confound").T:
        r = np.abs(np.corrcoef(voxel, sources)[0, 1:])
        assert r.max() == pytest.approx(1, abs=1e-6)


def test_mixing_aligns_two_subjects_exactly(scenes):
    """What one subject's category voxels say predicts another's without error."""
    one, other = (
        draw_brain(label, n_responsive=400, n_noise=20, seed=1)
        for label in ("01", "02")
    )
    latents = object_properties(scenes)
    seen, wanted = (latents @ brain.mixing["category"] for brain in (one, other))

    found = seen @ np.linalg.pinv(one.mixing["category"]) @ other.mixing["category"]

    np.testing.assert_allclose(found, wanted, atol=1e-8)


def test_a_brain_depends_on_its_label_and_seed_only(brain, scenes, amplitude):
    again = draw_brain("01", n_responsive=120, n_noise=60, seed=1)
    others = [
        draw_brain("02", n_responsive=120, n_noise=60, seed=1),
        draw_brain("01", n_responsive=120, n_noise=60, seed=2),
    ]

    np.testing.assert_array_equal(respond(again, scenes), amplitude)
    for other in others:
        assert not np.array_equal(other.fields.x[:5], brain.fields.x[:5])

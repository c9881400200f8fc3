"""Scenes as stimuli like those of any dataset."""

import numpy as np

from boldwise.simulate.scenes import draw_scenes
from boldwise.simulate.stimuli import as_stimuli, draw_dataset


def test_a_dataset_holds_shared_scenes_and_those_of_each_subject(world):
    stimulus_id, scenes = draw_dataset(world, ["01", "02"], size_px=32)

    assert len(stimulus_id) == len(scenes) == 10 + 2 * 20
    assert len(set(stimulus_id)) == len(stimulus_id)
    assert scenes.image.shape[1:] == (32, 32, 3)


def test_scenes_follow_the_seed_of_the_world(world):
    _, scenes = draw_dataset(world, ["01"], size_px=32)

    expected = draw_scenes(30, seed=world.seed, size_px=32)

    np.testing.assert_array_equal(scenes.image, expected.image)


def test_categories_are_what_the_scene_shows():
    scenes = draw_scenes(20, seed=0, size_px=32)

    stimuli = as_stimuli(np.array([f"s{i}" for i in range(20)]), scenes)

    for category, caption in zip(stimuli.category, stimuli.caption, strict=True):
        named = set(category.split(";"))
        told = {p.split()[3] for p in caption.split(" before ")[0].split(" and ")}
        assert named == told
    assert stimuli.group is None

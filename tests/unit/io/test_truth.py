"""The truth comes back from its stores as it was."""

from dataclasses import fields

import numpy as np
import pytest

from boldwise.errors import StoreError
from boldwise.io.records import read_voxels, write_stimuli
from boldwise.io.stores import open_store
from boldwise.io.truth import read_scenes, write_properties, write_scenes, write_truth
from boldwise.simulate.protocol import Protocol
from boldwise.simulate.scenes import Scenes, draw_scenes
from boldwise.simulate.stimuli import as_stimuli, draw_dataset
from boldwise.simulate.world import World, simulate_subject


@pytest.fixture
def scenes():
    return draw_scenes(6, seed=0, size_px=32)


@pytest.fixture
def stimulus_id():
    return np.array([f"s{i}" for i in range(6)])


@pytest.fixture(scope="module")
def subject():
    protocol = Protocol(6, 2, 10, 10, trial_spacing_s=4.0, tr_s=2.0)
    world = World(protocol, n_responsive=60, n_noise=40, noise=1.0, seed=3)
    ids, drawn = draw_dataset(world, ["01"], size_px=32)
    return simulate_subject("01", world, stimulus_id=ids, scenes=drawn)


def test_scenes_come_back_from_their_two_stores(scenes, stimulus_id, tmp_path):
    stimuli = as_stimuli(stimulus_id, scenes)
    write_stimuli(tmp_path / "stimuli.h5", stimuli, provenance={})
    write_scenes(tmp_path / "scenes.h5", stimulus_id, scenes, provenance={})

    ids, back = read_scenes(tmp_path / "scenes.h5", tmp_path / "stimuli.h5")

    np.testing.assert_array_equal(ids, stimulus_id)
    for field in fields(Scenes):
        np.testing.assert_array_equal(
            getattr(back, field.name), getattr(scenes, field.name)
        )


def test_images_are_not_stored_twice(scenes, stimulus_id, tmp_path):
    write_scenes(tmp_path / "scenes.h5", stimulus_id, scenes, provenance={})

    with open_store(tmp_path / "scenes.h5", schema="scenes") as store:
        assert "image" not in store
        assert "caption" not in store
        assert len(store["category"]) == store["present"].shape[1]


def test_another_kind_of_store_is_refused(scenes, stimulus_id, tmp_path):
    write_stimuli(
        tmp_path / "stimuli.h5", as_stimuli(stimulus_id, scenes), provenance={}
    )

    with pytest.raises(StoreError, match="holds 'stimuli', but 'scenes' is needed"):
        read_scenes(tmp_path / "stimuli.h5", tmp_path / "stimuli.h5")


def test_properties_are_a_table_of_numbers_by_id(scenes, stimulus_id, tmp_path):
    write_properties(tmp_path / "properties.tsv", stimulus_id, scenes)

    lines = (tmp_path / "properties.tsv").read_text().splitlines()
    header, *rows = [line.split("\t") for line in lines]
    assert [row[0] for row in rows] == stimulus_id.tolist()
    column = header.index("house_present")
    assert [row[column] for row in rows] == [
        str(int(there)) for there in scenes.present[:, 2]
    ]


def test_the_truth_holds_what_a_method_should_find(subject, tmp_path):
    motion = {"01": np.zeros((5, 6)), "02": np.ones((5, 6))}

    write_truth(tmp_path / "sub-01.h5", subject, motion, provenance={"seed": 3})

    brain = subject.brain
    with open_store(tmp_path / "sub-01.h5", schema="truth") as store:
        assert store.attributes["seed"] == 3
        np.testing.assert_array_equal(store["amplitude"][()], subject.amplitude)
        np.testing.assert_array_equal(store["stimulus_id"], subject.stimulus_id)
        np.testing.assert_array_equal(store["population"], brain.anatomy.population)
        np.testing.assert_array_equal(store["motion/02"][()], 1)
        np.testing.assert_array_equal(store["field/x"][()], brain.fields.x)
        np.testing.assert_array_equal(
            store["mixing/semantic"][()], brain.mixing["semantic"]
        )
        assert store["latent/category"].shape == store["mixing/category"].shape[:1]
        assert store["hrf/noise"].shape == store["hrf/time_s"].shape
        np.testing.assert_array_equal(read_voxels(store).ijk, brain.anatomy.ijk)


def test_true_categories_are_named_for_their_voxels(subject, tmp_path):
    write_truth(tmp_path / "sub-01.h5", subject, {}, provenance={})

    with open_store(tmp_path / "sub-01.h5", schema="truth") as store:
        names = store["category_of_voxel"]
        latents = store["latent/category"]
        weight = store["mixing/category"][()]
    for voxel, name in enumerate(names):
        used = {latent.split("_")[0] for latent in latents[weight[:, voxel] != 0]}
        assert used == {name}

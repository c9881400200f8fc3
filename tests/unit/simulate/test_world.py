"""A subject is put together from its own part of the world."""

import numpy as np
import pytest

from boldwise.settings.dataset import SimulatedDataset
from boldwise.simulate.brains import respond
from boldwise.simulate.stimuli import draw_dataset
from boldwise.simulate.world import World, simulate_subject


def test_a_world_is_picked_out_of_the_config():
    options = SimulatedDataset(
        kind="simulated", name="tiny", subjects=["01"], n_unique=50, noise=0.5, seed=7
    ).model_dump()

    world = World.of(options)

    assert (world.seed, world.noise, world.n_responsive) == (7, 0.5, 500)
    assert world.protocol.n_unique == 50
    assert world.protocol.tr_s == 2.0


def test_a_subject_sees_the_shared_scenes_first(subject, world):
    n_shared = world.protocol.n_shared

    assert all(name.startswith("shared") for name in subject.stimulus_id[:n_shared])
    assert all(name.startswith("sub02") for name in subject.stimulus_id[n_shared:])
    shown = np.bincount(np.concatenate([plan.scene for plan in subject.plans]))
    assert (shown[:n_shared] == world.protocol.n_repeats).all()


def test_amplitudes_are_those_of_the_scenes_it_sees(subject, world):
    stimulus_id, scenes = draw_dataset(world, ["01", "02"], size_px=32)
    rows = [list(stimulus_id).index(name) for name in subject.stimulus_id]

    expected = respond(subject.brain, scenes.take(np.array(rows)))

    np.testing.assert_array_equal(subject.amplitude, expected)


def test_all_planned_runs_are_scanned_in_order(subject, runs):
    assert [run.plan.run for run in runs] == ["01", "02", "03"]
    assert [run.plan.run for run in runs] == [plan.run for plan in subject.plans]


@pytest.mark.parametrize("label", ["01", "02"])
def test_a_subject_comes_out_the_same_again(world, label):
    stimulus_id, scenes = draw_dataset(world, ["01", "02"], size_px=32)

    one, other = (
        simulate_subject(label, world, stimulus_id=stimulus_id, scenes=scenes)
        for _ in range(2)
    )

    np.testing.assert_array_equal(one.amplitude, other.amplitude)
    for a, b in zip(one.plans, other.plans, strict=True):
        np.testing.assert_array_equal(a.scene, b.scene)
        np.testing.assert_array_equal(a.onset_s, b.onset_s)

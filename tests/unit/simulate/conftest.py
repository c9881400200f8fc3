"""A small world, made once."""

import pytest

from boldwise.simulate.protocol import Protocol
from boldwise.simulate.scanner import BoldRun
from boldwise.simulate.scenes import Scenes, draw_scenes
from boldwise.simulate.stimuli import draw_dataset
from boldwise.simulate.world import Subject, World, simulate_subject


@pytest.fixture(scope="session")
def scenes() -> Scenes:
    return draw_scenes(200, seed=5)


@pytest.fixture(scope="session")
def world() -> World:
    protocol = Protocol(
        n_shared=10,
        n_repeats=2,
        n_unique=20,
        trials_per_run=20,
        trial_spacing_s=4.0,
        tr_s=2.0,
    )
    return World(protocol, n_responsive=60, n_noise=40, noise=1.0, seed=3)


@pytest.fixture(scope="session")
def subject(world: World) -> Subject:
    stimulus_id, scenes = draw_dataset(world, ["01", "02"], size_px=32)
    return simulate_subject("02", world, stimulus_id=stimulus_id, scenes=scenes)


@pytest.fixture(scope="session")
def runs(subject: Subject) -> list[BoldRun]:
    return list(subject.scan())

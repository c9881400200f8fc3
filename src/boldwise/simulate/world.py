"""One simulated subject, from the scenes it sees to the runs of its scanner."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from boldwise.simulate.brains import Brain, draw_brain, respond
from boldwise.simulate.haemodynamics import ResponseFunction, draw_response_functions
from boldwise.simulate.protocol import Protocol, RunPlan, plan_runs, seen_by
from boldwise.simulate.scanner import BoldRun, Scanner
from boldwise.simulate.scenes import Scenes
from boldwise.simulate.seeds import named_rng


@dataclass(frozen=True)
class World:
    """Sizes of a simulated dataset.

    Attributes
    ----------
    protocol : Protocol
        What is shown, and how fast.
    n_responsive, n_noise : int
        Voxels of each subject, about.
    noise : float
        Of the scanner; 1 gives the noise ceilings of the default.
    seed : int
        Everything follows from it.
    """

    protocol: Protocol
    n_responsive: int
    n_noise: int
    noise: float
    seed: int

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "World":
        """Pick the sizes out of a dataset's options; others are ignored."""
        shown = {field.name: options[field.name] for field in fields(Protocol)}
        own = {f.name: options[f.name] for f in fields(cls) if f.name != "protocol"}
        return cls(protocol=Protocol(**shown), **own)


@dataclass(frozen=True)
class Subject:
    """One subject: what is known about it, and the scanner it lies in.

    Attributes
    ----------
    label : str
    world : World
    stimulus_id : array of str, shape (n_seen,)
        The scenes that it sees.
    brain : Brain
    amplitude : array of float32, shape (n_seen, n_voxels)
        True response to each scene, in percent signal change.
    functions : dict of ResponseFunction
        By population.
    plans : list of RunPlan
        Scenes are rows of ``amplitude``.
    """

    label: str
    world: World
    stimulus_id: np.ndarray
    brain: Brain
    amplitude: np.ndarray
    functions: dict[str, ResponseFunction]
    plans: list[RunPlan]

    def scan(self) -> Iterator[BoldRun]:
        """Scan the runs one by one: BOLD of shape (nx, ny, nz, n_volumes) each."""
        scanner = Scanner(
            anatomy=self.brain.anatomy,
            amplitude=self.amplitude,
            functions=self.functions,
            protocol=self.world.protocol,
            noise=self.world.noise,
        )
        return scanner.scan(
            self.plans, rng=named_rng(self.world.seed, "scanner", self.label)
        )


def simulate_subject(
    label: str, world: World, *, stimulus_id: np.ndarray, scenes: Scenes
) -> Subject:
    """Simulate one subject.

    Parameters
    ----------
    label : str
        BIDS label of the subject.
    world : World
    stimulus_id : array of str, shape (n_scenes,)
        As ``protocol.name_stimuli`` gives them.
    scenes : Scenes
        All scenes of the dataset, in that order.

    Returns
    -------
    subject : Subject
        It sees the shared scenes and its own.
    """
    seen = seen_by(label, stimulus_id)
    brain = draw_brain(
        label, n_responsive=world.n_responsive, n_noise=world.n_noise, seed=world.seed
    )
    return Subject(
        label=label,
        world=world,
        stimulus_id=stimulus_id[seen],
        brain=brain,
        amplitude=respond(brain, scenes.take(seen)),
        functions=draw_response_functions(label, seed=world.seed),
        plans=plan_runs(world.protocol, rng=named_rng(world.seed, "plan", label)),
    )

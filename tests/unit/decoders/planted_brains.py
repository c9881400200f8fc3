"""Brains that code a part of what targets hold, each in voxels of its own."""

from dataclasses import dataclass

import numpy as np

from boldwise.decoders.brain_study import Brain, BrainStudy


@dataclass(frozen=True)
class World:
    """Stimuli of each subject's own to train on, the same ones to test on.

    A stimulus is ``n_coded + n_uncoded`` normal numbers; the target mixes all of them,
    voxels mix the coded ones.
    """

    n_train: int = 60
    n_test: int = 20
    n_voxels: int = 30
    n_coded: int = 6
    n_uncoded: int = 6
    width: int = 16
    noise: float = 1.0
    repeats: int = 1

    def latent(self, n_stimuli, seed):
        """Draw the numbers of each stimulus, the coded ones first."""
        rng = np.random.default_rng(seed)
        return rng.standard_normal((n_stimuli, self.n_coded + self.n_uncoded)), rng


def plant(n_subjects=3, *, seed=0, **sizes):
    """Draw stimuli, their target ``image``, and the brains of some subjects."""
    world = World(**sizes)
    n_stimuli = n_subjects * world.n_train + world.n_test
    latent, rng = world.latent(n_stimuli, seed)
    mixing = rng.standard_normal((latent.shape[1], world.width))
    target = 2.0 + latent @ mixing / np.sqrt(len(mixing))
    brains = {}
    for subject in range(n_subjects):
        own = subject * world.n_train + np.arange(world.n_train)
        last = n_stimuli - 1 - np.arange(world.n_test)[::-1]
        row = np.concatenate([own, np.repeat(last, world.repeats)])
        response = _respond(world, latent[row], rng)
        brains[f"s{subject}"] = Brain(
            response,
            row,
            np.arange(world.n_train),
            np.arange(world.n_train, len(row)),
            time_s=4.0 * (1 + np.arange(len(row))),
        )
    return BrainStudy(brains, {"image": target.astype("f4")})


def latent_of(study, n_coded, n_uncoded, *, seed=0):
    """Look up what ``plant`` drew for the stimuli of a study."""
    world = World(n_coded=n_coded, n_uncoded=n_uncoded)
    return world.latent(len(study.targets["image"]), seed)[0]


def _respond(world, latent, rng):
    weight = rng.standard_normal((world.n_coded, world.n_voxels))
    signal = latent[:, : world.n_coded] @ weight / np.sqrt(world.n_coded)
    measured = signal + world.noise * rng.standard_normal(signal.shape)
    return (100 + 5 * measured).astype("f4")

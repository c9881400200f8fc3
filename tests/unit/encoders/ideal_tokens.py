"""Simulated scenes as a perfect network would describe them: one token per cell."""

from dataclasses import dataclass

import numpy as np

from boldwise.simulate.brains import category_of, draw_brain, respond
from boldwise.simulate.captions import CATEGORIES
from boldwise.simulate.scenes import draw_scenes

SIDE, WIDTH = 8, 64


@dataclass(frozen=True)
class Ideal:
    """Scenes, their tokens, and where each category's object lies."""

    scenes: object
    tokens: np.ndarray  # (n, SIDE * SIDE, WIDTH)
    inside: np.ndarray  # (n, n_categories, SIDE * SIDE)


@dataclass(frozen=True)
class Voxels:
    """Category voxels of one brain, then voxels of noise."""

    truth: np.ndarray  # (n, V), 0 for noise
    measured: np.ndarray  # (n, V)
    category: np.ndarray  # (V,), "" for noise


def describe_ideally(n_scenes, *, seed, noise=0.3):
    """Tell in every cell what object lies there, its size, colour and pose."""
    rng = np.random.default_rng(seed)
    scenes = draw_scenes(n_scenes, seed=seed, size_px=8)
    centre = (np.arange(SIDE) + 0.5) / SIDE
    x, y = (axis.ravel() for axis in np.meshgrid(centre, centre))
    away = np.maximum(abs(scenes.x[..., None] - x), abs(scenes.y[..., None] - y))
    inside = (away <= scenes.size[..., None] / 2) & scenes.present[..., None]
    front = np.where(inside, scenes.size[..., None], -1).argmax(1)  # (n, T)
    there = inside.any(1)[..., None]
    raw = np.concatenate([2 * np.eye(len(CATEGORIES))[front], _looks(scenes, front)], 2)
    raw = np.concatenate([raw * there, _background(scenes) * ~there], 2)
    mix = np.random.default_rng(0).standard_normal((raw.shape[2], WIDTH))
    tokens = raw @ mix / raw.shape[2] ** 0.5
    tokens += noise * rng.standard_normal(tokens.shape)
    return Ideal(scenes, tokens.astype(np.float32), inside)


def _looks(scenes, front):
    turn = 2 * np.pi * scenes.hue
    size = (scenes.size - 0.35) / 0.08
    looks = [size, *(2**0.5 * f(turn) for f in (np.cos, np.sin)), scenes.tilt / 0.35]
    return np.take_along_axis(np.stack(looks, 2), front[..., None], 1)


def _background(scenes):
    turn, bars = 2 * np.pi * scenes.background_hue, 2 * scenes.orientation
    columns = [f(angle) for angle in (turn, bars) for f in (np.cos, np.sin)]
    columns += [np.log(scenes.frequency) - 1.8, np.ones(len(scenes))]
    return np.stack(columns, 1)[:, None]


def draw_voxels(ideal, subject, *, n_responsive, n_noise=0, share=0.5):
    """Draw category voxels whose measurements hold so much signal, and noise."""
    brain = draw_brain(subject, n_responsive=n_responsive, n_noise=20, seed=3)
    follows = brain.anatomy.population == "category"
    truth = respond(brain, ideal.scenes)[:, follows]
    truth = np.concatenate([truth, np.zeros((len(truth), n_noise))], 1)
    spread = np.where(truth.std(0) > 0, truth.std(0), 1)
    noise = np.random.default_rng([len(truth), int(subject)]).standard_normal(
        truth.shape
    )
    measured = truth / spread + noise * (1 / share - 1) ** 0.5
    category = np.concatenate([category_of(brain), np.full(n_noise, "")])
    return Voxels(truth, measured.astype(np.float32), category)

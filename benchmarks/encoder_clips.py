"""Betas of 8 people who watched 120 clips of 60 actions (Tarhan & Konkle 2020)."""

import csv
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.features.backends.backbone import load_backbone
from boldwise.features.backends.readout import Readout
from boldwise.features.extraction import extract_features
from boldwise.features.fitting import fit_on_train
from boldwise.features.records import Stimuli
from boldwise.features.registry import extractor_of

ROOT = Path("../shared/data/tarhan_actions")
N_FOLDS, N_INNER = 5, 3
STEP, WIDTH = 32, 40  # every 32nd voxel; dimensions of each space
SPACES = {  # as config/examples/tarhan.yaml
    "words": ("tfidf", {}, {"min_stimuli": 1, "n_components": WIDTH}),
    "gabor": (
        "gabor_pyramid",
        {"cycles_per_image": [4, 8, 16, 32], "grid": [2, 4, 4, 8],
         "n_orientations": 6, "compression": "log"},
        {"n_components": WIDTH},
    ),
    "colour": ("colour_statistics", {}, {"n_components": 20}),
    "clip": (
        "open_clip", {"model": "tiny-clip", "tower": "image"}, {"n_components": WIDTH},
    ),
}  # fmt: skip


def name_clip(text: str) -> str:
    """Write names of a clip alike in all files."""
    for trace in ("_usableArea", "_cropped"):
        text = text.replace(trace, "")
    return text.replace("-", "_").lower()


class Clips:
    """Responses, descriptions and folds of whole actions.

    Attributes
    ----------
    responses : array of float32, shape (8, 120, n_voxels)
    fold, action : array of int, shape (120,)
    levels : list of array, shape (120, 4, 40)
        By fold: words, Gabor energy, colour and network embedding of a clip, fitted on
        the training clips, each of variance 40, its columns turned at random.
    maps : array of shape (120, 16, 256)
        Of the shipped network on the key frames.
    pictures : array of uint8, shape (120, 28, 28, 3)
    """

    def __init__(self) -> None:
        if not ROOT.exists():
            sys.exit(f"{ROOT} is not there: nothing to measure.")
        self.ids, self.responses = _read_betas()
        images, captions = read_images(self.ids), read_captions(self.ids)
        names = [re.sub(r"[0-9]+$", "", one) for one in self.ids]
        names = ["sleep_sleep" if n == "sleeping_sleep" else n for n in names]
        self.action = np.unique(names, return_inverse=True)[1]
        order = np.random.default_rng(0).permutation(self.action.max() + 1)
        self.fold = order[self.action] % N_FOLDS
        self.levels = self._levels(Stimuli(self.ids, images, captions))
        network = load_backbone("open_clip", {"model": "tiny-clip", "weights": None})
        batch = np.stack([network.prepare(image) for image in images])
        found = network.describe(batch, [Readout("layer3", "map")])[0]
        self.maps = np.asarray(found, np.float32)
        self.pictures = np.ascontiguousarray(_shrink(images))

    def _levels(self, stimuli: Stimuli) -> list[np.ndarray]:
        train = [self.ids[self.fold != k] for k in range(N_FOLDS)]
        levels = [np.zeros((len(self.ids), len(SPACES), WIDTH), "f4") for _ in train]
        for place, (kind, options, fitting) in enumerate(SPACES.values()):
            space = extract_features(stimuli, extractor_of(kind), options)
            fitted = fit_on_train(space, train, **fitting)
            row = {one: number for number, one in enumerate(fitted.stimulus_id)}
            order = [row[one] for one in self.ids]
            for k, feature in enumerate(fitted.feature):
                seen = turn(feature[order], self.fold != k, seed=place)
                levels[k][:, place, : seen.shape[1]] = seen
        return levels


def turn(components: np.ndarray, train: np.ndarray, *, seed: int) -> np.ndarray:
    """Give principal components a variance of 40, and columns that are all alike.

    Encoders standardise the columns of their features. Components would then weigh
    alike, the last as much as the first; turned at random, their spread stays.

    Parameters
    ----------
    components : array of shape (n_clips, n_columns)
    train : array of bool, shape (n_clips,)
        Clips whose mean and variance count.
    seed : int
        Of the rotation.

    Returns
    -------
    turned : array of float32, shape (n_clips, n_columns)
        Distances between clips are those of the components, times a constant.
    """
    seen = components - components[train].mean(0)
    seen = seen * np.sqrt(WIDTH / seen[train].var(0).sum())
    drawn = np.random.default_rng(seed).standard_normal((seen.shape[1],) * 2)
    return np.asarray(seen @ np.linalg.qr(drawn)[0], np.float32)


@dataclass(frozen=True)
class Fold:
    """Clips to train on and clips to predict, of different actions.

    Attributes
    ----------
    clips : Clips
    number : int
        Of the outer fold, whose levels are taken.
    train, test : array of int
        Rows of the clips.
    source : array of int, shape (n_train,)
        Rows of the responses to train on: ``train``, or that shuffled.
    """

    clips: Any
    number: int
    train: np.ndarray
    test: np.ndarray
    source: np.ndarray

    @property
    def responses(self) -> np.ndarray:
        """Responses to train on, shape (n_people, n_train, n_voxels)."""
        found: np.ndarray = self.clips.responses[:, self.source]
        return found

    @property
    def truth(self) -> np.ndarray:
        """Responses to predict, shape (n_people, n_test, n_voxels)."""
        found: np.ndarray = self.clips.responses[:, self.test]
        return found

    @property
    def groups(self) -> np.ndarray:
        """Action of each training clip, counted from 0, shape (n_train,)."""
        found: np.ndarray = np.unique(
            self.clips.action[self.train], return_inverse=True
        )[1]
        return found

    @property
    def levels(self) -> np.ndarray:
        """Words, Gabor energy, colour and embedding of all clips, (120, 4, 40)."""
        found: np.ndarray = self.clips.levels[self.number]
        return found

    @property
    def vectors(self) -> np.ndarray:
        """The same, joined, without empty columns: (120, n_columns)."""
        flat = self.levels.reshape(len(self.levels), -1)
        return np.ascontiguousarray(flat[:, flat.any(0)])

    def slots(self) -> np.ndarray:
        """Make tokens of the four that share no direction, shape (120, 4, 160)."""
        n, n_levels, width = self.levels.shape
        found = np.zeros((n, n_levels, n_levels, width), np.float32)
        found[:, np.arange(n_levels), np.arange(n_levels)] = self.levels
        return found.reshape(n, n_levels, -1)

    def inner(self) -> list["Fold"]:
        """Part the training clips into folds of whole actions."""
        held = [self.groups % N_INNER == k for k in range(N_INNER)]
        return [
            replace(
                self, train=self.train[~h], test=self.train[h], source=self.source[~h]
            )
            for h in held
        ]

    def few(self, n_train: int) -> "Fold":
        """Keep so many training clips, drawn alike for all encoders."""
        order = np.random.default_rng(self.number).permutation(len(self.train))
        kept = np.sort(order[:n_train])
        return replace(self, train=self.train[kept], source=self.source[kept])


def outer_fold(clips: Any, number: int, *, shuffle: int | None = None) -> Fold:
    """One fold of whole actions; with a seed, its training responses are shuffled."""
    train = np.flatnonzero(clips.fold != number)
    test = np.flatnonzero(clips.fold == number)
    source = train
    if shuffle is not None:
        source = np.random.default_rng([number, shuffle]).permutation(train)
    return Fold(clips, number, train, test, source)


def _read_betas() -> tuple[np.ndarray, np.ndarray]:
    from scipy.io import loadmat

    ids: list[str] = []
    responses = []
    for subject in range(1, 9):
        path = ROOT / f"betas/SSBetas_Sub{subject}.mat"
        sets = [
            loadmat(path, simplify_cells=True)["B"][one] for one in ("set1", "set2")
        ]
        names = [name_clip(str(name)) for one in sets for name in one["condNames"]]
        betas = np.concatenate([one["betas"].T for one in sets])[:, ::STEP]
        ids = ids or names
        responses.append(betas[[names.index(one) for one in ids]])
    return np.array(ids), np.array(responses, np.float32)


def read_images(ids: np.ndarray) -> np.ndarray:
    """Read the key frames of these clips, uint8 of shape (n_clips, 224, 224, 3)."""
    from PIL import Image

    paths = {name_clip(p.stem): p for p in ROOT.glob("VideoImages/StimSet*/*.png")}
    return np.stack(
        [
            np.asarray(Image.open(paths[one]).convert("RGB").resize((224, 224)))
            for one in ids
        ]
    )


def _shrink(images: np.ndarray) -> np.ndarray:
    """Average squares of 8 pixels: (n, 224, 224, 3) to (n, 28, 28, 3)."""
    square = images.reshape(len(images), 28, 8, 28, 8, 3)
    return np.asarray(square.mean((2, 4)).round(), np.uint8)


def read_captions(ids: np.ndarray) -> np.ndarray:
    """Join what 17 or 18 people wrote about each of these clips."""
    found: dict[str, list[str]] = {}
    path = ROOT / "Data/ActionDescriptions.csv"
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in csv.DictReader(lines):
            found.setdefault(name_clip(line["vidName"]), []).append(line["description"])
    return np.array([" ".join(found[one]) for one in ids])

"""Betas of 8 people who watched 120 clips of 60 actions (Tarhan & Konkle 2020)."""

import csv
import re
import sys
from pathlib import Path

import numpy as np

from boldwise.encoders.map_study import MapStudy
from boldwise.features.backends.backbone import load_backbone
from boldwise.features.backends.readout import Readout
from boldwise.features.extraction import extract_features
from boldwise.features.fitting import fit_on_train
from boldwise.features.records import Stimuli
from boldwise.features.registry import extractor_of

ROOT = Path("../shared/data/tarhan_actions")
N_FOLDS, STEP, WIDTH = 5, 32, 40  # every 32nd voxel; dimensions of each space
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
        the training clips, each of variance 40.
    tokens : array of shape (120, 16, 256)
        Map of the shipped network on the key frames.
    pictures : array of uint8, shape (120, 56, 56, 3)
    """

    def __init__(self) -> None:
        if not ROOT.exists():
            sys.exit(f"{ROOT} is not there: nothing to measure.")
        self.ids, self.responses = _read_betas()
        images, captions = _read_images(self.ids), _read_captions(self.ids)
        names = [re.sub(r"[0-9]+$", "", one) for one in self.ids]
        names = ["sleep_sleep" if n == "sleeping_sleep" else n for n in names]
        self.action = np.unique(names, return_inverse=True)[1]
        order = np.random.default_rng(0).permutation(self.action.max() + 1)
        self.fold = order[self.action] % N_FOLDS
        self.levels = self._levels(Stimuli(self.ids, images, captions))
        network = load_backbone("open_clip", {"model": "tiny-clip", "weights": None})
        batch = np.stack([network.prepare(image) for image in images])
        found = network.describe(batch, [Readout("layer3", "map")])[0]
        self.tokens = np.asarray(found, np.float32)
        self.pictures = np.ascontiguousarray(images[:, 2::4, 2::4])

    def _levels(self, stimuli: Stimuli) -> list[np.ndarray]:
        train = [self.ids[self.fold != k] for k in range(N_FOLDS)]
        levels = [np.zeros((len(self.ids), len(SPACES), WIDTH), "f4") for _ in train]
        for place, (kind, options, fitting) in enumerate(SPACES.values()):
            space = extract_features(stimuli, extractor_of(kind), options)
            fitted = fit_on_train(space, train, **fitting)
            row = {one: number for number, one in enumerate(fitted.stimulus_id)}
            order = [row[one] for one in self.ids]
            for k, feature in enumerate(fitted.feature):
                seen = feature[order] - feature[order][self.fold != k].mean(0)
                seen *= np.sqrt(WIDTH / seen[self.fold != k].var(0).sum())
                levels[k][:, place, : seen.shape[1]] = seen
        return levels


class Fold:
    """One outer fold: rows, and the responses (8, n_train, V) to train on."""

    def __init__(self, clips: Clips, number: int, n_train: int, seed: int | None):
        self.clips, self.number = clips, number
        train = np.flatnonzero(clips.fold != number)
        order = np.random.default_rng([number, 0]).permutation(len(train))[:n_train]
        self.train, self.test = (
            train[np.sort(order)],
            np.flatnonzero(clips.fold == number),
        )
        source = self.train
        if seed is not None:
            source = np.random.default_rng([number, seed]).permutation(source)
        self.responses = clips.responses[:, source]
        self.groups = np.unique(clips.action[self.train], return_inverse=True)[1]

    @property
    def levels(self) -> np.ndarray:
        """Words, Gabor energy, colour and embedding, shape (120, 4, 40)."""
        return self.clips.levels[self.number]

    @property
    def vectors(self) -> np.ndarray:
        """The same, joined: shape (120, 160)."""
        return self.levels.reshape(len(self.levels), -1)

    def slots(self) -> np.ndarray:
        """Make tokens of the four that share no direction, shape (120, 4, 160)."""
        n, n_levels, width = self.levels.shape
        found = np.zeros((n, n_levels, n_levels, width), np.float32)
        found[:, np.arange(n_levels), np.arange(n_levels)] = self.levels
        return found.reshape(n, n_levels, -1)

    def study(self, maps: np.ndarray, grid: tuple[int, int], who: int) -> MapStudy:
        """Join maps and the responses of one subject."""
        return MapStudy(
            maps, grid, self.responses[who], self.train, self.test, self.groups
        )


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


def _read_images(ids: np.ndarray) -> np.ndarray:
    from PIL import Image

    paths = {name_clip(p.stem): p for p in ROOT.glob("VideoImages/StimSet*/*.png")}
    return np.stack(
        [
            np.asarray(Image.open(paths[one]).convert("RGB").resize((224, 224)))
            for one in ids
        ]
    )


def _read_captions(ids: np.ndarray) -> np.ndarray:
    found: dict[str, list[str]] = {}
    path = ROOT / "Data/ActionDescriptions.csv"
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in csv.DictReader(lines):
            found.setdefault(name_clip(line["vidName"]), []).append(line["description"])
    return np.array([" ".join(found[one]) for one in ids])

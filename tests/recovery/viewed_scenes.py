"""Scenes as the shipped network describes them, simulated subjects, ridge, scores."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from boldwise.evaluation.intervals import draw_medians, percentile_interval
from boldwise.features.backends.backbone import load_backbone
from boldwise.features.backends.readout import Readout
from boldwise.linear.ridge import RidgeCV
from boldwise.simulate.measuring import Measured, measure_subject
from boldwise.simulate.scenes import Scenes, draw_scenes

N_TRAIN, N_OWN, N_TEST = 5_400, 1_000, 600
TRAIN, TEST = np.arange(N_TRAIN), np.arange(6_000, 6_000 + N_TEST)
SHARE = 1 / 3
ALPHAS = np.logspace(-3, 4, 22)
LAYERS = {"layer2": (8, 8), "layer3": (4, 4), "layer4": (2, 2)}


@dataclass(frozen=True)
class World:
    """Scenes, and what the shipped network makes of them."""

    scenes: Scenes
    tokens: dict[str, np.ndarray]  # (n, T, D) by layer
    embedding: np.ndarray  # (n, 128)


@cache
def world() -> World:
    scenes = draw_scenes(TEST[-1] + 1, seed=11)
    network = load_backbone("open_clip", {"model": "tiny-clip", "weights": None})
    wanted = [Readout(name, "map") for name in LAYERS] + [Readout("attnpool", "pooled")]
    parts = [[] for _ in wanted]
    for start in range(0, len(scenes), 200):
        images = scenes.image[start : start + 200]
        batch = np.stack([network.prepare(image) for image in images])
        for part, found in zip(parts, network.describe(batch, wanted), strict=True):
            part.append(np.asarray(found, np.float32))
    *tokens, embedding = (np.concatenate(part) for part in parts)
    return World(scenes, dict(zip(LAYERS, tokens, strict=True)), embedding)


@cache
def voxels(subject: str, *populations: str) -> Measured:
    options = {"n_responsive": 150, "share": SHARE, "seed": 3}
    return measure_subject(subject, world().scenes, populations=populations, **options)


def ridge(features, responses, rows):
    centred = features - features[rows].mean(0)
    centred /= np.sqrt((centred[rows] ** 2).sum(1).mean())
    model = RidgeCV(alphas=ALPHAS, cv=5).fit(centred[rows], responses)
    return model.predict(centred[TEST])


def standard(features):
    spread = features[TRAIN].std(0)
    return features / np.where(spread > 1e-6, spread, 1)


def medians(prediction, measured, weights):
    """Median normalised accuracy for each draw of the test scenes."""
    return draw_medians(
        prediction,
        measured.response[TEST],
        np.zeros(N_TEST, int),
        weights=weights,
        masks={"all": np.ones(prediction.shape[1], bool)},
        ceiling=(measured.ceiling(TEST), 0.1),
    )[1]["all"]


def median(prediction, measured):
    return float(medians(prediction, measured, np.ones((1, N_TEST)))[0])


def least_ahead(ours, theirs, measured):
    """Lower end of the paired interval of the difference, over scenes."""
    rng = np.random.default_rng(0)
    drawn = rng.multinomial(N_TEST, np.full(N_TEST, 1 / N_TEST), 200).astype(float)
    both = [medians(one, measured, drawn) for one in (ours, theirs)]
    return percentile_interval(both[0] - both[1])[0]


def best_ridge(measured, rows, features):
    """Take the best of these on the test scenes, which favours it."""
    found = [ridge(one, measured.response[rows], rows) for one in features]
    return max(found, key=lambda one: median(one, measured))

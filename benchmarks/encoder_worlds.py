"""Scenes, tokens of the shipped network and simulated subjects, for the benchmark."""

from functools import cache

import numpy as np

from boldwise.features.backends.backbone import load_backbone
from boldwise.features.backends.readout import Readout
from boldwise.simulate.layout import RESPONSIVE
from boldwise.simulate.measuring import Measured, measure_subject
from boldwise.simulate.scenes import draw_scenes

GRIDS = {"layer2": (8, 8), "layer3": (4, 4), "layer4": (2, 2)}
SOURCES, N_OWN = ("01", "02", "03", "04", "05"), 1000
TEST = np.arange(6000, 6600)
SHARE, N_RESPONSIVE, N_PRINCIPAL = 1 / 3, 150, 300


class World:
    """What is shown, and what the network makes of it.

    Parameters
    ----------
    new : str
        The subject who comes after the others; any label, each has a brain of its own.
    seed : int
        Of all brains and their noise.
    """

    def __init__(self, new: str, seed: int) -> None:
        self.new, self.seed = new, seed
        self.scenes = draw_scenes(TEST[-1] + 1, seed=11)
        network = load_backbone("open_clip", {"model": "tiny-clip", "weights": None})
        wanted = [Readout(name, "map") for name in GRIDS]
        wanted.append(Readout("attnpool", "pooled"))
        parts: list[list[np.ndarray]] = [[] for _ in wanted]
        for start in range(0, len(self.scenes), 200):
            images = self.scenes.image[start : start + 200]
            batch = np.stack([network.prepare(image) for image in images])
            for part, found in zip(parts, network.describe(batch, wanted), strict=True):
                part.append(np.asarray(found, np.float32))
        *tokens, self.embedding = (np.concatenate(part) for part in parts)
        self.tokens = dict(zip(GRIDS, tokens, strict=True))
        self.measure = cache(self._measure)

    def _measure(self, subject: str, *populations: str) -> Measured:
        return measure_subject(
            subject, self.scenes, populations=populations,
            n_responsive=N_RESPONSIVE, share=SHARE, seed=self.seed,
        )  # fmt: skip

    def responsive(self, subject: str) -> Measured:
        """All responsive voxels of a subject."""
        return self.measure(subject, *RESPONSIVE)

    def rows(self, subject: str, n: int) -> np.ndarray:
        """First ``n`` of the subject's own scenes."""
        return (*SOURCES, self.new).index(subject) * N_OWN + np.arange(n)

    def vectors(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        """Vectors that ridge can have: embedding, pooled and flattened tokens."""
        found = {"embedding": self.embedding}
        for name, tokens in self.tokens.items():
            found[f"{name} mean"] = tokens.mean(1)
            found[f"{name} max"] = tokens.max(1)
            found[f"{name} flat"] = principal(tokens.reshape(len(tokens), -1), rows)
        return found

    def standard(self, features: np.ndarray) -> np.ndarray:
        """Scale columns by their spread over all but the test scenes."""
        spread = features[: TEST[0]].std(0)
        return features / np.where(spread > 1e-6, spread, 1)


def principal(flat: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Project on the principal directions of the training rows."""
    from sklearn.utils.extmath import randomized_svd

    centred = flat - flat[rows].mean(0)
    n = min(N_PRINCIPAL, len(rows) // 2)
    turned = randomized_svd(centred[rows[::2]], n, n_iter=1, random_state=0)[2]
    return centred @ turned.T

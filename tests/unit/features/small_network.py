"""A network of two products, for tests of what surrounds networks."""

import hashlib
import threading
from dataclasses import dataclass, field

import numpy as np

from boldwise.errors import DataError
from boldwise.features.backends.cards import Card
from boldwise.features.backends.readout import Readout

POOLED = Readout()
TOKENS = Readout("1", "tokens")


def halve(image):
    """Prepare an image: every second pixel, from 0 to 1."""
    return image[::2, ::2].transpose(2, 0, 1).astype(np.float32) / 255


@dataclass
class SmallNetwork:
    """Describes images of 8 x 8 pixels; counts its passes and their threads."""

    seed: int = 0
    scale: float = 1.0
    device: str = "cpu"
    precision: str = "float32"
    prepare: object = halve
    batches: list = field(default_factory=list)
    threads: set = field(default_factory=set)

    def __post_init__(self):
        rng = np.random.default_rng(self.seed)
        self._weights = rng.standard_normal((48, 5)).astype(np.float32) * self.scale
        told = ("small", "small", f"seed {self.seed}", "none", "every second pixel")
        self.card = Card(*told, (4, 4), "MIT", 5, ())

    def expect(self, readout):
        """Tell shape and grid."""
        return ((16, 3), (4, 4)) if readout.spatial else ((5,), None)

    def describe(self, batch, readouts):
        """Multiply, or take pixels as tokens."""
        self.batches.append(len(batch))
        self.threads.add(threading.get_ident())
        flat = batch.reshape(len(batch), -1)
        tokens = batch.reshape(len(batch), 3, 16).transpose(0, 2, 1) * self.scale
        return [tokens if one.spatial else flat @ self._weights for one in readouts]


class ImagesInMemory:
    """Images of an array, read by ranges; counts what was read."""

    decoder = "none"

    def __init__(self, image):
        self.image = image
        self.stimulus_id = np.array([f"s{row:03d}" for row in range(len(image))])

    def __len__(self):
        return len(self.image)

    def read(self, start, stop):
        """Slice."""
        return self.image[start:stop]

    def digest(self):
        """Hash the pixels."""
        return hashlib.sha256(self.image.tobytes()).hexdigest()


class BrokenImages(ImagesInMemory):
    """Images of which only the first few can be read."""

    def read(self, start, stop):
        """Fail beyond the first few."""
        if start >= 8:
            raise DataError(f"picture {start} does not decode")
        return super().read(start, stop)


def draw_images(n=50):
    """Draw images of noise, uint8, shape (n, 8, 8, 3)."""
    return np.random.default_rng(1).integers(0, 256, (n, 8, 8, 3)).astype(np.uint8)

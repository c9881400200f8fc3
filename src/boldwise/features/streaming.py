"""Images through a network, batch by batch, at the speed of the network.

On a CPU, every thread takes whole batches from the disk to the features, with one
thread of PyTorch inside: sums of one batch are then the same however many threads
there are, while PyTorch's own threads would split them differently (measured: the last
bit of half of the features differs between one and two). On a GPU, processes read and
prepare, and one thread feeds the GPU.

Letters for shapes: B images of a batch, C x h x w pixels as the network wants them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import numpy as np

from boldwise.errors import DataError, name_some
from boldwise.features.lanes import in_lanes
from boldwise.features.preparing import Block, prepare_elsewhere

AHEAD = 4
"""Batches that a lane may finish while the writer waits for the disk."""
STORED: dict[int, np.dtype[Any]] = {2: np.dtype("f4"), 3: np.dtype("f2")}
"""Vectors are kept in single precision, tokens in half."""


class Images(Protocol):
    """Images somewhere, read by ranges; picklable, and safe to share by threads."""

    stimulus_id: np.ndarray

    def __len__(self) -> int:
        """Count the images."""
        ...

    def read(self, start: int, stop: int) -> Sequence[np.ndarray]:
        """Images of uint8, each of shape (height, width, 3)."""
        ...


class Network(Protocol):
    """What ``features.backends`` loads."""

    @property
    def prepare(self) -> Callable[[np.ndarray], np.ndarray]:
        """One image of uint8, shape (height, width, 3), to float32, (C, h, w)."""
        ...

    def describe(self, batch: np.ndarray, readouts: Any) -> list[np.ndarray]:
        """Take an array of shape (B, ...) per readout from a pass of (B, C, h, w)."""
        ...


@dataclass(frozen=True)
class Pace:
    """How the work is shared out: changes the speed, never a bit of the features.

    Attributes
    ----------
    n_lanes : int
        Threads that run the network.
    n_workers : int
        Processes that prepare images; 0: the lanes do.
    """

    n_lanes: int = 1
    n_workers: int = 0


def choose_pace(device: str, n_cores: int) -> Pace:
    """Share cores out between the network and the preparation of images.

    Parameters
    ----------
    device : str
        ``"cpu"``, ``"cuda"`` …
    n_cores : int
        That the job may use.

    Returns
    -------
    pace : Pace
    """
    if device.startswith("cpu"):
        return Pace(n_lanes=n_cores)
    return Pace(n_lanes=1, n_workers=max(1, n_cores - 1))


def stream_features(
    images: Images,
    network: Network,
    readouts: Sequence[Any],
    *,
    batch: int,
    first: int = 0,
    pace: Pace = Pace(),
) -> Iterator[list[np.ndarray]]:
    """Describe images batch by batch.

    Parameters
    ----------
    images : Images
    network : Network
    readouts : sequence of Readout
        All come from one pass.
    batch : int
        Images of a pass: the last bits of features depend on it.
    first : int
        Image to begin with; a whole number of batches.
    pace : Pace

    Yields
    ------
    described : list of array, shape (B, n_features) or (B, n_tokens, width)
        For each readout, in the type in which it is stored: float32 vectors, float16
        tokens. The batches come in order.

    Raises
    ------
    DataError
        If a feature is not finite, naming the stimuli.
    """
    stops = [min(at + batch, len(images)) for at in range(first, len(images), batch)]
    ranges = list(zip(range(first, len(images), batch), stops, strict=True))
    work = _Work(images, network, readouts)
    lanes = partial(in_lanes, n_lanes=pace.n_lanes, begin=_one_thread)
    if not pace.n_workers:
        yield from lanes(work.from_disk, ranges, ahead=AHEAD)
        return
    blocks = prepare_elsewhere(
        images.read,
        network.prepare,
        ranges,
        n_workers=pace.n_workers,
        n_held=pace.n_lanes + 2,
    )
    yield from lanes(work.from_block, blocks)


@dataclass(frozen=True)
class _Work:
    """What a lane does with a batch."""

    images: Images
    network: Network
    readouts: Sequence[Any]

    def from_disk(self, bounds: tuple[int, int]) -> list[np.ndarray]:
        read = self.images.read(*bounds)
        pixels = np.stack([self.network.prepare(image) for image in read])
        return self._describe(pixels, *bounds)  # (B, C, h, w)

    def from_block(self, block: Block) -> list[np.ndarray]:
        try:
            return self._describe(block.pixels, block.start, block.stop)
        finally:
            block.give_back()

    def _describe(self, pixels: np.ndarray, start: int, stop: int) -> list[np.ndarray]:
        ids = self.images.stimulus_id[start:stop]
        given = self.network.describe(pixels, self.readouts)
        pairs = zip(given, self.readouts, strict=True)
        return [as_stored(values, ids, readout) for values, readout in pairs]


def as_stored(values: np.ndarray, ids: np.ndarray, readout: Any) -> np.ndarray:
    """Bring what a pass gave into the type in which it is stored.

    Parameters
    ----------
    values : array of shape (B, n_features) or (B, n_tokens, width)
    ids : array of str, shape (B,)
    readout : object
        Named in the message.

    Returns
    -------
    stored : array of float32 or float16, same shape

    Raises
    ------
    DataError
        If values are not finite, or too large for half precision.
    """
    with np.errstate(over="ignore"):
        stored: np.ndarray = values.astype(STORED[values.ndim], copy=False)
    bad = ~np.isfinite(stored).reshape(len(stored), -1).all(axis=1)
    if bad.any():
        finite = bool(np.isfinite(values).all())
        why = (
            "exceed 65,504, the most that tokens may be" if finite else "are not finite"
        )
        raise DataError(
            f"{readout}: features of {int(bad.sum())} stimuli {why}: "
            f"{name_some(ids[bad])}. Read another layer, or `read: mean`; where halves "
            "were computed with, set precision to float32."
        )
    return stored


def _one_thread() -> None:
    import sys

    if "torch" in sys.modules:  # A network without it needs no such care.
        sys.modules["torch"].set_num_threads(1)

"""Contexts to learn from: some voxels of a subject, some images seen, some asked for.

Letters for shapes: n images of the context, m images asked for, D numbers of an
embedding, V voxels.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from boldwise.encoders.voxel_populations import Population
from boldwise.errors import DataError
from boldwise.training.batches import Batch
from boldwise.training.rows import digest_of
from boldwise.training.seeds import JUDGED, ORDER, stream


@dataclass(frozen=True)
class ContextSizes:
    """How many images a batch shows and asks for.

    Attributes
    ----------
    least, most : int
        Images of a context: drawn anew for each step, all sizes alike. Published: 30
        to 500.
    asked : int
        Images to predict. Published: 100.
    validation_share : float
        Of each population's voxels, which are never trained on.
    """

    least: int = 10
    most: int = 500
    asked: int = 100
    validation_share: float = 0.1


@dataclass(frozen=True)
class ContextBatches:
    """Steps of ``training.loop.train``: a row is a voxel.

    Attributes
    ----------
    populations : sequence of Population
        Each voxel is trained on once per epoch, with a context of its batch's own.
    sizes : ContextSizes
    seed : int
        Of the voxels to judge by.
    remembered : sequence of array of int, shape (V,), optional
        By population, where the model remembers each voxel; -1: it does not.

    Raises
    ------
    DataError
        If a population has too few images for a context, or too few voxels.
    """

    populations: Sequence[Population]
    sizes: ContextSizes = ContextSizes()
    seed: int = 0
    remembered: Sequence[np.ndarray] | None = None
    judged: list[np.ndarray] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        sizes = self.sizes
        for index, one in enumerate(self.populations):
            n_images, n_voxels = one.response.shape
            if n_images < sizes.least + sizes.asked or n_voxels < 2:
                raise DataError(
                    f"population {index} has {n_images} images and {n_voxels} voxels; "
                    f"contexts of {sizes.least} images and {sizes.asked} to ask for "
                    "need both, and two voxels. Ask for fewer."
                )
        held = [self._hold_out(i, p) for i, p in enumerate(self.populations)]
        object.__setattr__(self, "judged", held)

    def _hold_out(self, index: int, population: Population) -> np.ndarray:
        n_voxels = population.response.shape[1]
        n_held = round(self.sizes.validation_share * n_voxels)
        order = stream(self.seed, JUDGED, index).permutation(n_voxels)
        return np.sort(order[: min(n_held, n_voxels - 1)])

    def n_steps(self, batch_size: int) -> int:
        """Count the steps of one epoch: no step mixes populations."""
        return sum(-(-len(self._trained(i)) // batch_size) for i in self._all)

    def training(
        self, epoch: int, *, batch_size: int, seed: int, start: int = 0
    ) -> Iterator[Batch]:
        """Batches of one epoch, from step ``start`` on, populations mixed."""
        rng = stream(seed, ORDER, epoch)
        steps = []
        for index in self._all:
            voxels = rng.permutation(self._trained(index))
            n_steps = -(-len(voxels) // batch_size)
            steps += [(index, part) for part in np.array_split(voxels, n_steps)]
        order = rng.permutation(len(steps))
        for step in range(start, len(steps)):
            index, voxels = steps[order[step]]
            yield self._draw(index, voxels, stream(seed, ORDER, epoch, step + 1))

    def validation(self, *, batch_size: int, seed: int) -> Iterator[Batch]:
        """Voxels never trained on, in the same contexts every time."""
        for index in self._all:
            voxels = self.judged[index]
            for step, start in enumerate(range(0, len(voxels), batch_size)):
                rng = stream(seed, JUDGED, index, step)
                yield self._draw(index, voxels[start : start + batch_size], rng)

    def digest(self) -> str:
        """Tell this source from another by shapes and by many of the values."""
        told = [str(self.sizes), str(self.seed)]
        for one in self.populations:
            rows = np.arange(len(one.embedding))
            told += [digest_of(one.embedding, rows), digest_of(one.response, rows)]
        told += [str(one.tolist()) for one in self.remembered or ()]
        return " ".join(told)

    @property
    def _all(self) -> range:
        return range(len(self.populations))

    def _trained(self, index: int) -> np.ndarray:
        n_voxels = self.populations[index].response.shape[1]
        return np.setdiff1d(np.arange(n_voxels), self.judged[index])

    def _draw(self, index: int, voxels: np.ndarray, rng: np.random.Generator) -> Batch:
        one, sizes = self.populations[index], self.sizes
        n_images = len(one.embedding)
        most = min(sizes.most, n_images - sizes.asked)
        n_shown = int(rng.integers(sizes.least, most + 1))
        image = rng.permutation(n_images)[: n_shown + sizes.asked]
        shown, asked = image[:n_shown], image[n_shown:]
        arrays: dict[str, Any] = {
            "context": one.embedding[shown],  # (n, D)
            "response": one.response[np.ix_(shown, voxels)].T.copy(),  # (V, n)
            "query": one.embedding[asked],  # (m, D)
            "answer": one.response[np.ix_(asked, voxels)].T.copy(),  # (V, m)
        }
        if self.remembered is not None:
            arrays["own"] = self.remembered[index][voxels]  # (V,)
        return Batch(len(voxels), arrays)

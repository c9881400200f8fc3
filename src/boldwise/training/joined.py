"""Batches of several subjects at once, or of one after the other."""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice, zip_longest

import numpy as np

from boldwise.errors import DataError
from boldwise.training.batches import Batch, BatchSource
from boldwise.training.seeds import ORDER, stream


@dataclass(frozen=True)
class JoinedBatches:
    """Sources that share a model: subjects, datasets.

    The order of the names does not matter: sources are gone through by name, and
    the random numbers of each hang on its name.

    Attributes
    ----------
    sources : mapping of str to BatchSource
    together : bool
        True: a batch holds a part for each source, under its name, of ``batch_size``
        rows each; an epoch lasts as long as the largest source, smaller ones come
        round again. False: each step sees one source, in random order, and
        ``"source"`` in the batch tells which; every row comes once per epoch.

    Raises
    ------
    DataError
        If there is no source.
    """

    sources: Mapping[str, BatchSource]
    together: bool = False

    def __post_init__(self) -> None:
        if not self.sources:
            raise DataError("no source of batches is given: join one subject or more.")

    def n_steps(self, batch_size: int) -> int:
        """Count the steps of one epoch."""
        counts = [source.n_steps(batch_size) for source in self.sources.values()]
        return max(counts) if self.together else sum(counts)

    def training(
        self, epoch: int, *, batch_size: int, seed: int, start: int
    ) -> Iterator[Batch]:
        """Batches of one epoch, from step ``start`` on."""
        if not self.together:
            return self._one_by_one(epoch, batch_size, seed, start)
        n_steps = self.n_steps(batch_size)
        parts = {
            name: islice(
                self._round_again(name, epoch, batch_size, seed, start), n_steps - start
            )
            for name in sorted(self.sources)
        }
        return _side_by_side(parts)

    def validation(self, *, batch_size: int, seed: int) -> Iterator[Batch]:
        """Batches to judge by: the same ones every time."""
        found = {
            name: self.sources[name].validation(
                batch_size=batch_size, seed=_seed_of(name, seed)
            )
            for name in sorted(self.sources)
        }
        if self.together:
            return _side_by_side(found)
        return chain.from_iterable(
            (_named(batch, name) for batch in batches)
            for name, batches in found.items()
        )

    def digest(self) -> str:
        """Tell these sources from others."""
        names = sorted(self.sources)
        told = [f"{name}: {self.sources[name].digest()}" for name in names]
        return "; ".join([f"together {self.together}", *told])

    def _round_again(
        self, name: str, epoch: int, batch_size: int, seed: int, start: int
    ) -> Iterator[Batch]:
        source = self.sources[name]
        n_own, n_all = source.n_steps(batch_size), self.n_steps(batch_size)
        rounds = -(-n_all // n_own)  # an epoch of all spans so many of this one
        turn, first = divmod(start, n_own)
        while True:
            yield from source.training(
                epoch * rounds + turn,
                batch_size=batch_size,
                seed=_seed_of(name, seed),
                start=first,
            )
            turn, first = turn + 1, 0

    def _one_by_one(
        self, epoch: int, batch_size: int, seed: int, start: int
    ) -> Iterator[Batch]:
        names = sorted(self.sources)
        counts = [self.sources[name].n_steps(batch_size) for name in names]
        turns = stream(seed, ORDER, epoch).permutation(np.repeat(names, counts))
        found = {
            name: self.sources[name].training(
                epoch,
                batch_size=batch_size,
                seed=_seed_of(name, seed),
                start=int((turns[:start] == name).sum()),
            )
            for name in names
        }
        for name in turns[start:].tolist():
            yield _named(next(found[name]), name)


def _side_by_side(parts: Mapping[str, Iterator[Batch]]) -> Iterator[Batch]:
    """Put batches of all sources into one each; where one has ended it is left out."""
    for batches in zip_longest(*parts.values()):
        there = {
            name: one
            for name, one in zip(parts, batches, strict=True)
            if one is not None
        }
        n_rows = sum(batch.n_rows for batch in there.values())
        yield Batch(n_rows, {name: batch.arrays for name, batch in there.items()})


def _named(batch: Batch, name: str) -> Batch:
    return Batch(batch.n_rows, {**batch.arrays, "source": name})


def _seed_of(name: str, seed: int) -> int:
    return zlib.crc32(f"{seed} {name}".encode())

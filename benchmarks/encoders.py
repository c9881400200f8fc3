"""Attention encoders beside ridge, on simulated brains and on real ones.

Run it: ``python benchmarks/encoders.py [--case region few context tarhan] [--json]
[--seeds 0 1 2] [--new 06] [--brains 3] [--workers 2]``.

- ``region``: category voxels of one subject, tokens of the shipped network, 500 to
  5,400 images; region queries and the best of ridge on the embedding, on pooled and on
  flattened tokens of every block; where the queries look.
- ``few``: a new subject with 50 to 1,000 images after five others; embeddings of the
  universal encoder against ridge on the same tokens.
- ``context``: the same subjects; what prior, remembered voxels and the transformer of
  the in-context encoder each add to ridge.
- ``tarhan``: ``benchmarks/encoder_tarhan.py``.

A third of the variance of a response is signal. Scores are medians over voxels of r in
units of what noise permits; ``ahead`` is the difference from ridge, with its 95 %
interval over test images, drawn for both.
"""

import argparse
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from resource import RUSAGE_CHILDREN, RUSAGE_SELF
from typing import Any

import numpy as np
from encoder_scoring import compare, fit_ridge, median_of, say
from encoder_worlds import GRIDS, SOURCES, TEST, World

from boldwise.encoders.context_batches import ContextSizes
from boldwise.encoders.fit_in_context import (
    InContextOptions,
    fit_in_context,
    pretrain_in_context,
    remember,
)
from boldwise.encoders.fit_region_query import fit_region_query
from boldwise.encoders.fit_voxel_embedding import (
    ADOPTING,
    VoxelEmbeddingOptions,
    adopt_subjects,
    fit_voxel_embedding,
)
from boldwise.encoders.in_context import InContextEncoder, InContextShape, read_context
from boldwise.encoders.level_study import LevelStudy
from boldwise.encoders.map_study import MapStudy
from boldwise.encoders.query_groups import group_queries
from boldwise.encoders.voxel_embedding import VoxelEmbeddingSizes
from boldwise.encoders.voxel_populations import (
    Population,
    prior_of_populations,
    scale_of_populations,
)
from boldwise.simulate.boxes import mass_in_boxes
from boldwise.simulate.captions import CATEGORIES
from boldwise.simulate.measuring import Measured
from boldwise.training.options import TrainingOptions

Row = dict[str, Any]
FEW = (50, 100, 300, 1000)
LARGEST_BOX = 0.08  # of the picture
UNIVERSAL = VoxelEmbeddingOptions(
    sizes=VoxelEmbeddingSizes(embedding=64, narrowed=64, hidden=64),
    training=TrainingOptions(
        n_epochs=12, batch_size=16, learning_rate=5e-3, schedule="one_cycle"
    ),
)


def region(world: World, seeds: list[int]) -> Iterator[Row]:
    """Category voxels by number of training images."""
    one = world.measure("01", "category")
    queries = group_queries(
        {name: one.category == name for name in CATEGORIES},
        np.full(len(one.category), ""),
    )
    for n in (500, 1500, 5400):
        rows = np.arange(n)
        ridges = {
            name: fit_ridge(
                features, one.response[rows], rows, TEST, standardise="flat" not in name
            )
            for name, features in world.vectors(rows).items()
        }
        best = max(ridges, key=lambda name: ridges[name][1])
        yield row("region", f"ridge {best}", n, ridges[best][0], one)
        fits = {
            layer: fit_region_query(
                MapStudy(world.tokens[layer], grid, one.response[rows], rows, TEST),
                queries.member,
            )
            for layer, grid in GRIDS.items()
            if layer != "layer4"
        }
        layer = max(fits, key=lambda name: np.nanmean(fits[name].accuracy))
        found = row(
            "region", f"queries {layer}", n, fits[layer].prediction, one,
            beside=ridges[best][0],
        )  # fmt: skip
        ratio = look(world, layer, fits[layer].attention, queries.name.tolist())
        yield found | {"attention": ratio}


def look(world: World, layer: str, attention: np.ndarray, names: list[str]) -> float:
    """Median over categories of attention inside small boxes, by their area."""
    scenes = world.scenes.take(TEST)
    ratios = []
    for number, name in enumerate(CATEGORIES):
        small = scenes.size[:, number] ** 2 <= LARGEST_BOX
        mass, area = mass_in_boxes(
            attention[small, names.index(name)], scenes.take(small), name, GRIDS[layer]
        )
        ratios.append(mass / area)
    return float(np.median(ratios))


def few(world: World, seeds: list[int]) -> Iterator[Row]:
    """Few images of a new subject, after training on five others."""
    tokens = world.tokens["layer3"][:, None]

    def study(subject: str, n: int) -> LevelStudy:
        rows = world.rows(subject, n)
        return LevelStudy(tokens, world.responsive(subject).response[rows], rows, TEST)

    for seed in seeds:
        options = seeded(UNIVERSAL, seed)
        known = fit_voxel_embedding(
            {s: study(s, 1000) for s in SOURCES}, options=options
        )
        for subject in (*SOURCES, world.new):
            for n in FEW if subject == world.new else FEW[-1:]:
                one, rows = world.responsive(subject), world.rows(subject, n)
                theirs = best_of(world, one, rows)
                if seed == seeds[0]:
                    yield row("few", f"ridge {subject}", n, theirs, one)
                ours = known.prediction.get(subject)
                if ours is None:
                    adopting = seeded(replace(ADOPTING, sizes=UNIVERSAL.sizes), seed)
                    new = {subject: study(subject, n)}
                    adopted = adopt_subjects(known, new, options=adopting)
                    ours = adopted.prediction[subject]
                yield row("few", f"universal {subject}", n, ours, one, beside=theirs)


def seeded(options: VoxelEmbeddingOptions, seed: int) -> VoxelEmbeddingOptions:
    """Give options with another seed."""
    return replace(options, training=replace(options.training, seed=seed))


def best_of(world: World, one: Measured, rows: np.ndarray) -> np.ndarray:
    """Predict by the better ridge, of pooled and of flattened tokens, on the test."""
    tokens = world.tokens["layer3"]
    found = [
        fit_ridge(features, one.response[rows], rows, TEST)[0]
        for features in (tokens.mean(1), tokens.reshape(len(tokens), -1))
    ]
    return max(found, key=lambda each: median_of(each, one, TEST))


def context(world: World, seeds: list[int]) -> Iterator[Row]:
    """Say what each part of the in-context encoder adds to ridge on the same images."""
    pooled = world.standard(world.tokens["layer3"].mean(1))
    sources = []
    for name in SOURCES:
        rows = world.rows(name, 1000)
        sources.append(Population(pooled[rows], world.responsive(name).response[rows]))
    scale = scale_of_populations(sources)
    turned = scale.apply(pooled) @ prior_of_populations(sources, scale)
    new = world.responsive(world.new)
    models = dict(in_context_models(sources, seeds))
    for n in FEW:
        rows = world.rows(world.new, n)
        response = new.response[rows]
        theirs = fit_ridge(pooled, response, rows, TEST)[0]
        yield row("context", "ridge", n, theirs, new)
        prior = fit_ridge(turned, response, rows, TEST, standardise=False)[0]
        yield row("context", "prior, ridge", n, prior, new, beside=theirs)
        for name, model in models.items():
            ours = read_context(model, pooled[rows], response).predict(pooled[TEST])
            yield row("context", name, n, ours, new, beside=theirs)


def in_context_models(
    sources: list[Population], seeds: list[int]
) -> Iterator[tuple[str, InContextEncoder]]:
    """Untrained, without memory, and whole; the first for one seed only."""
    base = InContextOptions(InContextShape(), ContextSizes(20, 300), n_synthetic=0)
    untrained, _ = pretrain_in_context(sources, options=base)
    root = prior_of_populations(sources, scale_of_populations(sources))
    untrained.prior.data.copy_(untrained.prior.data.new_tensor(root))
    remember(untrained, sources, seed=0)
    yield "untrained", untrained
    for seed in seeds:
        training = replace(base.training, seed=seed)
        for name, shape in (
            ("no memory", replace(base.shape, n_remembered=0)),
            ("whole", base.shape),
        ):
            options = replace(base, shape=shape, training=training)
            yield f"{name} {seed}", fit_in_context(sources, options=options).model


def row(
    case: str,
    model: str,
    n: int,
    prediction: np.ndarray,
    one: Measured,
    *,
    beside: np.ndarray | None = None,
) -> Row:
    """One row of the table."""
    found = {"case": case, "model": model, "n": n}
    found["score"] = median_of(prediction, one, TEST)
    if beside is None:
        return found
    ahead = compare(prediction, beside, one, TEST)
    return found | dict(zip(("ahead", "low", "high"), ahead, strict=True))


CASES = {"region": region, "few": few, "context": context}


def main() -> None:
    """Print the rows of each case as they come."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = [*CASES, "tarhan"]
    parser.add_argument("--case", nargs="+", choices=names, default=names)
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--new", default="06", help="label of the new subject")
    parser.add_argument("--brains", type=int, default=3, help="seed of all brains")
    parser.add_argument("--workers", type=int, default=2, help="of tarhan")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    if {*asked.case} - {"tarhan"}:
        world = World(asked.new, asked.brains)
    for case in asked.case:
        began = time.perf_counter()
        if case == "tarhan":
            from encoder_tarhan import tarhan

            rows = tarhan(asked.seeds, asked.workers)
        else:
            rows = CASES[case](world, asked.seeds)
        for found in rows:
            say(found, as_json=asked.json)
        seconds = time.perf_counter() - began
        print(f"{case}: {seconds:.0f} s, processors {busy():.0f} s", file=sys.stderr)


def busy() -> float:
    """Seconds of processors that this process and its workers have used so far."""
    used = [resource.getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    main()

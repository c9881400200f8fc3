"""Scores by number of images: what jobs need, their stores, and one table of all."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.encoders.curve_records import Curve, RidgeBeside
from boldwise.evaluation.scores import normalise_by_ceiling
from boldwise.evaluation.splits import Split
from boldwise.io.records import read_fitted_features, read_voxels, voxel_datasets
from boldwise.io.score_stores import read_ceiling, region_masks, subject_of
from boldwise.io.stores import open_store, write_store
from boldwise.linear.plan import penalty_grid
from boldwise.responses.records import Voxels

COLUMNS = (
    *("curve", "encoder", "model", "subject", "roi", "n_images", "n_voxels"),
    *("r", "normalised_r"),
)
Row = dict[str, str | int | float]


def read_ridges(
    features: Sequence[str | Path], ridges: Mapping[str, Mapping[str, Any]]
) -> dict[str, RidgeBeside]:
    """Read the feature spaces of the ridges beside an encoder.

    Parameters
    ----------
    features : sequence of path
        Fitted features, named ``<space>.h5``.
    ridges : mapping of name to options
        ``features`` and ``penalties``, as in the config.

    Returns
    -------
    ridges : dict of name to RidgeBeside
    """
    known = {Path(path).stem: read_fitted_features(path) for path in features}
    return {
        name: RidgeBeside(
            tuple(known[space] for space in one["features"]),
            penalty_grid(**one["penalties"]),
        )
        for name, one in ridges.items()
    }


def write_curves(
    paths: Sequence[str | Path],
    curves: Mapping[str, tuple[Curve, Voxels]],
    ceilings: Sequence[str | Path],
    *,
    about: Mapping[str, Any],
    split: Split,
    provenance: Mapping[str, Any],
) -> None:
    """Write scores per voxel by number of images, one store for each subject.

    Parameters
    ----------
    paths : sequence of path
        Named ``sub-<subject>.h5``.
    curves : mapping of subject to (Curve, Voxels)
        Scores of shape (n_numbers, n_voxels).
    ceilings : sequence of path
        Noise ceilings of these subjects, named alike.
    about : mapping
        ``min_ceiling`` and ``encoder``.
    split : Split
    provenance : mapping
    """
    of = {subject_of(path): path for path in ceilings}
    for path in paths:
        curve, voxels = curves[subject_of(path)]
        ceiling = read_ceiling(of[subject_of(path)], split)
        floor = {"min_ceiling": about["min_ceiling"]}
        datasets: dict[str, Any] = {"n_images": curve.n_images}
        for name, r in curve.r.items():
            datasets[f"r/{name}"] = r.astype(np.float32)
            normal = normalise_by_ceiling(r, ceiling, **floor)
            datasets[f"normalised_r/{name}"] = normal.astype(np.float32)
        write_store(
            path,
            {**datasets, **voxel_datasets(voxels)},
            schema="learning_curve",
            attributes={**about, "split_hash": split.hash},
            provenance=provenance,
        )


def tabulate_curves(paths: Sequence[str | Path], split: Split) -> Iterator[Row]:
    """List medians over the voxels of each region, by number of images.

    Parameters
    ----------
    paths : sequence of path
        Stores named ``<curve>/<split>/<encoder>/sub-<subject>.h5``.
    split : Split
        All must have been made under it.

    Yields
    ------
    row : dict
        By ``COLUMNS``; ``n_voxels`` counts those with a normalised score, or all
        with a score where no ceiling is known.
    """
    for path in map(Path, paths):
        with open_store(path, schema="learning_curve") as store:
            split.refuse_other(store.attributes["split_hash"], what=str(path))
            masks, numbers = region_masks(read_voxels(store)), store["n_images"][()]
            for model in store.group("r"):
                r, normal = store[f"r/{model}"][()], store[f"normalised_r/{model}"][()]
                told = {
                    "curve": path.parents[2].name,
                    "encoder": path.parent.name,
                    "model": model,
                    "subject": subject_of(path),
                }
                for roi, inside in masks.items():
                    for number, *both in zip(numbers, r, normal, strict=True):
                        scores = _medians(*(one[inside] for one in both))
                        yield {**told, "roi": roi, "n_images": int(number), **scores}


def _medians(r: np.ndarray, normal: np.ndarray) -> Row:
    known = np.isfinite(normal) if np.isfinite(normal).any() else np.isfinite(r)
    return {
        "n_voxels": int(known.sum()),
        "r": _median(r),
        "normalised_r": _median(normal),
    }


def _median(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")

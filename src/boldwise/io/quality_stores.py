"""The quality of one subject's data to and from its store."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.io.records import voxel_datasets
from boldwise.io.stores import Store, open_store, write_store
from boldwise.reporting.quality import (
    QualityFacts,
    RunFacts,
    SeriesQuality,
    SubjectQuality,
)
from boldwise.responses.quality import MOVED_MM

TRACES = ("displacement_mm", "dvars", "mean_signal", "kept")


def write_quality(
    path: str | Path, quality: SubjectQuality, *, provenance: Mapping[str, Any]
) -> None:
    """Write traces of volumes, the signal-to-noise ratio and reliability of voxels.

    Parameters
    ----------
    path : path
    quality : SubjectQuality
    provenance : mapping
    """
    series, known = quality.series, quality.reliability
    voxels = quality.voxels if series is None else series.voxels
    task = series.task if series else None
    datasets = {} if series is None else _series_datasets(series)
    if known is not None:
        order = np.argsort(voxels.place)
        found = np.searchsorted(voxels.place, quality.voxels.place, sorter=order)
        of_voxels = {"noise_ceiling": known.noise_ceiling, "null": known.null}
        for name, own in of_voxels.items():
            datasets[name] = np.full(len(voxels), np.nan, np.float32)
            datasets[name][order[found]] = own
    about = {
        "n_repeated": known.showings.n_items if known else 0,
        "removed": float(np.nanmax(task.removed)) if task else None,
        "expected": task.expected if task else None,
    }
    write_store(
        path,
        {**datasets, **voxel_datasets(voxels)},
        schema="quality",
        attributes=about,
        provenance=provenance,
    )


def _series_datasets(series: SeriesQuality) -> dict[str, np.ndarray]:
    runs = series.runs
    traces = {
        f"volume/{name}": np.concatenate([getattr(one, name) for one in runs])
        for name in TRACES
    }
    return {
        "run/run": np.array([one.run for one in runs]),
        "run/session": np.array([one.session for one in runs]),
        "run/n_volumes": np.array([one.n_volumes for one in runs]),
        "run/tr_s": np.array([one.tr_s for one in runs]),
        "tsnr": np.array([one.tsnr for one in runs], np.float32),
        **traces,
    }


def read_quality_facts(path: str | Path) -> QualityFacts:
    """Read what the report tells of one subject's data.

    Parameters
    ----------
    path : path

    Returns
    -------
    facts : QualityFacts
    """
    with open_store(path, schema="quality") as store:
        about = store.attributes
        return QualityFacts(
            runs=_read_runs(store) if "run/run" in store else (),
            n_repeated=about["n_repeated"],
            ceiling=_median(store, "noise_ceiling"),
            null_ceiling=_median(store, "null"),
            removed=_number(about["removed"]),
            expected=_number(about["expected"]),
        )


def _read_runs(store: Store) -> list[RunFacts]:
    lengths, tsnr = store["run/n_volumes"][()], store["tsnr"][()]
    edges = np.cumsum(lengths)[:-1]
    moved, kept = (
        np.split(store[f"volume/{name}"][()], edges)
        for name in ("displacement_mm", "kept")
    )
    labels = zip(store["run/run"].tolist(), store["run/session"].tolist(), strict=True)
    return [
        RunFacts(
            run=run,
            session=session,
            n_volumes=int(lengths[place]),
            n_left_out=int((~kept[place]).sum()),
            n_moved=int((moved[place] > MOVED_MM).sum()),
            mean_mm=_of_known(moved[place], np.mean),
            max_mm=_of_known(moved[place], np.max),
            tsnr=_of_known(tsnr[place], np.median),
        )
        for place, (run, session) in enumerate(labels)
    ]


def _median(store: Store, name: str) -> float:
    return _of_known(store[name][()], np.median) if name in store else float("nan")


def _of_known(values: np.ndarray, summary: Any) -> float:
    known = values[np.isfinite(values)]
    return float(summary(known)) if len(known) else float("nan")


def _number(value: float | None) -> float:
    return float("nan") if value is None else value

"""Records of the core to and from their stores."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.evaluation.splits import Split
from boldwise.features.records import FeatureSpace, FittedFeatures, Stimuli
from boldwise.io.picture_rows import PictureRows, picture_rows
from boldwise.io.stores import Store, open_store, write_store
from boldwise.io.timelines import timeline_datasets, timeline_of
from boldwise.responses.records import Responses, Trials, Voxels

TRIAL_COLUMNS = ("stimulus_id", "session", "run", "onset_s", "repeat")
STIMULUS_COLUMNS = ("image", "caption", "category", "group", "frame")
PICTURES = ("image", "frame")


def write_responses(
    path: str | Path, responses: Responses, *, provenance: Mapping[str, Any]
) -> None:
    """Write one subject's responses, with their trial and voxel tables."""
    trials = {
        f"trial/{name}": getattr(responses.trials, name) for name in TRIAL_COLUMNS
    }
    voxels = voxel_datasets(responses.voxels)
    fit = {f"fit/{name}": values for name, values in responses.fit.items()}
    attributes = {
        "kind": responses.kind,
        "unit": responses.unit,
        "space": responses.space,
        "tr_s": responses.tr_s,
        "notes": responses.notes,
    }
    write_store(
        path,
        {
            "response": responses.response.astype(np.float32, copy=False),
            **trials,
            **voxels,
            **fit,
        },
        schema="responses",
        attributes=attributes,
        provenance=provenance,
    )


def read_responses(path: str | Path) -> Responses:
    """Read one subject's responses whole."""
    with open_responses(path) as responses:
        return replace(responses, response=np.asarray(responses.response))


@contextmanager
def open_responses(path: str | Path) -> Iterator[Responses]:
    """Open one subject's responses; they stay on disk until voxels are sliced."""
    with open_store(path, schema="responses") as store:
        about = store.attributes
        yield Responses(
            response=store["response"],
            trials=Trials(
                **{name: _all(store, f"trial/{name}") for name in TRIAL_COLUMNS}
            ),
            voxels=read_voxels(store),
            kind=about["kind"],
            unit=about["unit"],
            space=about["space"],
            tr_s=about["tr_s"],
            notes=about["notes"],
            fit={name: values[()] for name, values in store.group("fit").items()},
        )


def voxel_datasets(voxels: Voxels) -> dict[str, Any]:
    """Datasets that describe voxels, for any store with one value per voxel."""
    roi = {f"voxel/roi/{name}": inside for name, inside in voxels.roi.items()}
    meshes = sorted(voxels.n_vertices)
    surface = {
        "voxel/vertex": voxels.vertex,
        "voxel/structure": voxels.structure,
        "voxel/mesh": np.array(meshes, dtype=str),
        "voxel/mesh_size": np.array([voxels.n_vertices[m] for m in meshes], np.int32),
    }
    return {
        "voxel/ijk": voxels.ijk.astype(np.int32),
        "voxel/volume_shape": np.array(voxels.volume_shape, np.int32),
        "voxel/affine": voxels.affine,
        **(surface if voxels.structure is not None else {}),
        **roi,
    }


def read_voxels(store: Store) -> Voxels:
    """Read the voxel table of any store that has one."""
    i, j, k = (int(n) for n in store["voxel/volume_shape"][()])
    surface: dict[str, Any] = {}
    if "voxel/structure" in store:
        sizes = zip(store["voxel/mesh"], store["voxel/mesh_size"][()], strict=True)
        surface = {
            "vertex": store["voxel/vertex"][()],
            "structure": _all(store, "voxel/structure"),
            "n_vertices": {str(name): int(n) for name, n in sizes},
        }
    return Voxels(
        ijk=store["voxel/ijk"][()],
        volume_shape=(i, j, k),
        affine=store["voxel/affine"][()] if "voxel/affine" in store else None,
        roi={name: inside[()] for name, inside in store.group("voxel/roi").items()},
        **surface,
    )


def write_stimuli(
    path: str | Path, stimuli: Stimuli, *, provenance: Mapping[str, Any]
) -> None:
    """Write the stimuli of a dataset: one image per chunk, or paths of images."""
    columns: dict[str, Any] = {n: getattr(stimuli, n) for n in STIMULUS_COLUMNS}
    if isinstance(columns["image"], PictureRows):
        columns |= columns.pop("image").datasets()
    datasets = {
        "stimulus_id": stimuli.stimulus_id,
        **columns,
        **timeline_datasets(stimuli.timeline),
    }
    if stimuli.frame_rate_hz is not None:
        datasets["frame_rate_hz"] = np.array([stimuli.frame_rate_hz])
    write_store(path, datasets, schema="stimuli", provenance=provenance)


def read_stimuli(path: str | Path, *, images: bool = True) -> Stimuli:
    """Read the stimuli of a dataset; leave the images on disk unless asked."""
    with open_store(path, schema="stimuli") as store:
        columns = {
            name: _all(store, name)
            for name in STIMULUS_COLUMNS
            if name in store and (images or name not in PICTURES)
        }
        if images and (files := picture_rows(store)) is not None:
            columns["image"] = files[:]
        return _stimuli_of(store, columns)


@contextmanager
def open_stimuli(path: str | Path) -> Iterator[Stimuli]:
    """Open the stimuli of a dataset; images stay on disk until they are sliced."""
    with open_store(path, schema="stimuli") as store:
        columns = {name: store[name] for name in STIMULUS_COLUMNS if name in store}
        if (files := picture_rows(store)) is not None:
            columns["image"] = files
        yield _stimuli_of(store, columns)


def write_features(
    path: str | Path, features: FeatureSpace, *, provenance: Mapping[str, Any]
) -> None:
    """Write one feature space."""
    write_store(
        path,
        {
            "stimulus_id": features.stimulus_id,
            "feature": features.feature,
            "column": features.column,
        },
        schema="features",
        attributes={"notes": features.notes},
        provenance=provenance,
    )


def read_features(path: str | Path) -> FeatureSpace:
    """Read one feature space whole."""
    with open_store(path, schema="features") as store:
        return FeatureSpace(
            stimulus_id=store["stimulus_id"],
            feature=store["feature"][()],
            notes=store.attributes["notes"],
            column=store["column"][()] if "column" in store else None,
        )


def write_fitted_features(
    path: str | Path, fitted: FittedFeatures, *, provenance: Mapping[str, Any]
) -> None:
    """Write one feature space as fitted in each outer fold of a split."""
    write_store(
        path,
        {"stimulus_id": fitted.stimulus_id, "feature": fitted.feature},
        schema="fitted_features",
        attributes={"notes": fitted.notes},
        provenance=provenance,
    )


def read_fitted_features(path: str | Path) -> FittedFeatures:
    """Read one feature space as fitted in each outer fold of a split."""
    with open_store(path, schema="fitted_features") as store:
        return FittedFeatures(
            stimulus_id=store["stimulus_id"],
            feature=store["feature"][()],
            notes=store.attributes["notes"],
        )


def write_split(
    path: str | Path,
    split: Split,
    *,
    audit: Mapping[str, Any] | None = None,
    provenance: Mapping[str, Any],
) -> None:
    """Write a split with its hash, and the counts of its audit."""
    about: dict[str, Any] = {"name": split.name, "reason": split.reason}
    about |= {"hash": split.hash, "inner_gap_s": split.inner_gap_s}
    write_store(
        path,
        {
            "stimulus_id": split.stimulus_id,
            "part": split.part,
            "cv_fold": split.cv_fold,
            "fold_name": split.fold_name,
        },
        schema="split",
        attributes={**about, "audit": audit or {}},
        provenance=provenance,
    )


def read_split(path: str | Path) -> Split:
    """Read a split."""
    with open_store(path, schema="split") as store:
        return Split(
            name=store.attributes["name"],
            stimulus_id=store["stimulus_id"],
            part=store["part"][()],
            cv_fold=store["cv_fold"][()],
            fold_name=store["fold_name"],
            reason=store.attributes["reason"],
            inner_gap_s=store.attributes["inner_gap_s"],
        )


def _stimuli_of(store: Store, columns: Mapping[str, Any]) -> Stimuli:
    rate = store["frame_rate_hz"][0] if "frame_rate_hz" in store else None
    return Stimuli(
        stimulus_id=store["stimulus_id"],
        **columns,
        timeline=timeline_of(store),
        frame_rate_hz=None if rate is None else float(rate),
    )


def _all(store: Store, name: str) -> np.ndarray:
    values: np.ndarray = store[name][()]
    return values

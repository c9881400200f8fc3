"""Encoders that are fitted block by block, to stores: whole, or in parts of voxels."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.encoders.kept_weights import MODEL
from boldwise.encoders.kept_weights import PER_VOXEL as WEIGHTS
from boldwise.encoders.layer_choice import LayerFit
from boldwise.encoders.voxelwise import VoxelwiseFit
from boldwise.errors import StoreError
from boldwise.io.columns import JoinedColumns
from boldwise.io.records import read_voxels, voxel_datasets
from boldwise.io.stores import PROVENANCE, Store, open_store, write_store
from boldwise.linear.blocks import cut_part
from boldwise.responses.records import Voxels

PER_VOXEL = ("prediction", "alpha", "cv_score")
PER_LAYER = ("layer", "layer_score")
ABOUT = ("split_hash", "features")


def choose_columns(n_voxels: int, part: str | None) -> slice:
    """Voxels of one job of several.

    Parameters
    ----------
    n_voxels : int
    part : str, or None
        As Snakemake numbers them, for example ``"2-of-8"``; None: all voxels.

    Returns
    -------
    columns : slice

    Examples
    --------
    >>> choose_columns(9000, None), choose_columns(9000, "1-of-1")
    (slice(0, 9000, None), slice(0, 9000, None))
    """
    number, n_parts = (part or "1-of-1").split("-of-")
    return cut_part(n_voxels, int(number), int(n_parts))


def write_encoder(
    path: str | Path,
    fit: VoxelwiseFit,
    voxels: Voxels,
    *,
    about: Mapping[str, Any],
    provenance: Mapping[str, Any],
    part: str | None = None,
) -> None:
    """Write a fit that may lie on disk, or one part of it.

    Parameters
    ----------
    path : path
    fit : VoxelwiseFit
    voxels : Voxels
        All of the subject, also for a part.
    about : mapping
        ``split_hash`` and ``features``.
    provenance : mapping
    part : str, or None
        For example ``"2-of-8"``; None: the fit is whole.
    """
    numbered = {"part": part} if part else {}
    write_store(
        path,
        {**fit.datasets(), **voxel_datasets(voxels)},
        schema="encoder_part" if part else "encoder",
        attributes={**fit.attributes(), **about, **numbered},
        provenance=provenance,
    )


def join_encoder(parts: Sequence[str | Path], path: str | Path) -> tuple[int, ...]:
    """Write the file that one job would have written from those of several.

    Parameters
    ----------
    parts : sequence of path
        In order. All must be there, and of the same fit.
    path : path
        Target.

    Returns
    -------
    shape : tuple of int
        Of the predictions, (n_test, n_voxels).

    Raises
    ------
    StoreError
        If parts are missing, or of different fits.
    """
    with ExitStack() as stack:
        stores = [
            stack.enter_context(open_store(part, schema="encoder_part"))
            for part in parts
        ]
        told = _check_parts(stores)
        layered = "layer" in stores[0]
        model = [name for name in stores[0].names if name.startswith(MODEL)]
        kept = [name for name in model if name.endswith(WEIGHTS)]
        columns = {
            name: JoinedColumns([store[name] for store in stores])
            for name in [*PER_VOXEL, *PER_LAYER * layered, *kept]
        }
        designs = {name: stores[0][name][()] for name in model if name not in kept}
        fit = (LayerFit if layered else VoxelwiseFit)(
            stimulus_id=stores[0]["stimulus_id"],
            fold=stores[0]["fold"][()],
            n_train=np.array(told["n_train"]),
            penalties=np.array(told["penalties"]),
            model={**{name: columns.pop(name) for name in kept}, **designs},
            **columns,
        )
        write_encoder(
            path,
            fit,
            read_voxels(stores[0]),
            about={name: told[name] for name in ABOUT},
            provenance={name: told[name] for name in PROVENANCE if name in told},
        )
    return columns["prediction"].shape


def _check_parts(stores: Sequence[Store]) -> dict[str, Any]:
    """Attributes that all parts share; refuse parts that do not make a whole."""
    told = [store.attributes for store in stores]
    found = [one["part"] for one in told]
    expected = [f"{number}-of-{len(stores)}" for number in range(1, len(stores) + 1)]
    if found != expected:
        raise StoreError(
            f"{stores[0].path}: parts {', '.join(found)} do not make a whole, which "
            f"is {', '.join(expected)}. Delete them and run snakemake again."
        )
    for store, one in zip(stores, told, strict=True):
        if any(one[name] != told[0][name] for name in (*ABOUT, "code", "inputs")):
            raise StoreError(
                f"{store.path}: not of the same fit as {stores[0].path}: code or "
                "inputs differ. Delete both and run snakemake again."
            )
    return told[0]

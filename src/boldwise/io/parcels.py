"""Voxels of all subjects, sorted by their embeddings: what is read, and a table."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from boldwise.encoders.cluster_names import Parcel
from boldwise.errors import StoreError
from boldwise.io.records import read_voxels
from boldwise.io.score_stores import subject_of
from boldwise.io.stores import open_store
from boldwise.responses.records import Voxels

COLUMNS = ("parcel", "name", "subject", "n_voxels", "region", "dice")


def read_embeddings(
    model: str | Path, encoders: Sequence[str | Path]
) -> tuple[dict[str, np.ndarray], dict[str, Voxels]]:
    """Read the embeddings of all subjects' voxels in the first outer fold.

    Parameters
    ----------
    model : path
        Training store of a voxel-embedding encoder.
    encoders : sequence of path
        Its encoder stores, named ``sub-<subject>.h5``.

    Returns
    -------
    embedding : dict of subject to array of float32, shape (n_voxels, n_numbers)
    voxels : dict of subject to Voxels

    Raises
    ------
    StoreError
        If the model knows nothing of a subject.
    """
    embedding, voxels = {}, {}
    with open_store(model, schema="training") as store:
        for path in encoders:
            subject = subject_of(path)
            name = f"found/fold-0/{subject}/embedding"
            if name not in store:
                raise StoreError(
                    f"{model}: holds no embeddings of subject {subject}. Delete it and "
                    "run snakemake again."
                )
            embedding[subject] = store[name][()]
            with open_store(path, schema="encoder") as one:
                voxels[subject] = read_voxels(one)
    return embedding, voxels


def tabulate_parcels(parcels: Sequence[Parcel]) -> Iterator[dict[str, str | float]]:
    """List parcels by subject, with the region that each overlaps most.

    Parameters
    ----------
    parcels : sequence of Parcel

    Yields
    ------
    row : dict
        By ``COLUMNS``; ``dice`` is that of all subjects together.
    """
    for one in parcels:
        best = max(one.overlap, key=lambda roi: one.overlap[roi], default="n/a")
        about: dict[str, str | float] = {
            "parcel": one.number,
            "name": one.name,
            "region": best,
        }
        about["dice"] = float(one.overlap.get(best, np.nan))
        for subject, count in one.n_voxels.items():
            yield {**about, "subject": subject, "n_voxels": count}

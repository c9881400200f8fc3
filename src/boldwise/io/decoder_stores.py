"""What was decoded, to its store; with the voxels where the decoder itself is kept."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from boldwise.decoders.data import Decoded
from boldwise.decoders.kept import MODEL
from boldwise.io.records import voxel_datasets
from boldwise.io.stores import write_store
from boldwise.responses.records import Responses


def write_decoder(
    path: str | Path,
    decoded: Decoded,
    responses: Responses,
    *,
    about: Mapping[str, Any],
    provenance: Mapping[str, Any],
) -> None:
    """Write what a decoder said of the held-out stimuli of one subject.

    Parameters
    ----------
    path : path
    decoded : Decoded
    responses : Responses
        Of shape (n_trials, n_voxels): what was decoded.
    about : mapping
        ``split_hash`` and ``kind``.
    provenance : mapping
    """
    datasets = decoded.datasets()
    kept = any(name.startswith(MODEL) for name in datasets)
    write_store(
        path,
        {**datasets, **(voxel_datasets(responses.voxels) if kept else {})},
        schema="decoder",
        attributes={"unit": decoded.unit, "response_unit": responses.unit, **about},
        provenance=provenance,
    )

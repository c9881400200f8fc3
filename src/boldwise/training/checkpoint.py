"""A training run in one file that is whole or absent: tensors, and JSON beside them.

The file is safetensors: it holds numbers and text, nothing that runs when read.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from boldwise.atomic import new_file
from boldwise.errors import StoreError, first_line

VERSION = "1"


def write_checkpoint(
    path: Path, tensors: Mapping[str, torch.Tensor], scalars: Mapping[str, Any]
) -> None:
    """Write tensors and what JSON can hold; the old file stays until it is whole.

    Parameters
    ----------
    path : path
    tensors : mapping of str to tensor
        Of any shape and device; two names may share one tensor.
    scalars : mapping
        Numbers keep every bit.
    """
    from safetensors.torch import save_file

    kept: dict[str, torch.Tensor] = {}
    owned: set[int] = set()
    for name, tensor in tensors.items():
        one = tensor.detach().cpu().contiguous()
        shared = one.untyped_storage().data_ptr() in owned
        kept[name] = one.clone() if shared else one
        owned.add(kept[name].untyped_storage().data_ptr())
    about = {"version": VERSION, "scalars": json.dumps(dict(scalars), allow_nan=False)}
    with new_file(path) as temporary:
        save_file(kept, temporary, metadata=about)


def read_checkpoint(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    """Read what ``write_checkpoint`` wrote.

    Parameters
    ----------
    path : path

    Returns
    -------
    tensors : dict of str to tensor
        On the CPU, in the shapes that they had.
    scalars : dict

    Raises
    ------
    StoreError
        If the file is damaged, or of another version of boldwise.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            about = file.metadata() or {}
            if about.get("version") == VERSION:
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
                return tensors, json.loads(about["scalars"])
    except (SafetensorError, OSError, KeyError, ValueError) as error:
        raise StoreError(
            f"{path}: the checkpoint cannot be read ({first_line(error)}). Delete it: "
            "the training then starts anew."
        ) from error
    raise StoreError(
        f"{path}: a checkpoint of version {about.get('version', 'unknown')}, this "
        f"boldwise reads version {VERSION}. Delete it: the training then starts anew."
    )

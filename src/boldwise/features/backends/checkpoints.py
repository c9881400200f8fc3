"""Checkpoints on this disk: tensors only, never code, and told apart by their hash."""

import hashlib
import logging
import os
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from boldwise.errors import WeightsError, first_line

SUFFIXES = (".safetensors", ".bin", ".pt", ".pth")
NESTED = ("state_dict", "model", "model_state_dict")


def local_checkpoint(model: str, weights: str) -> Path:
    """Find the checkpoint that a config names by its path.

    Parameters
    ----------
    model, weights : str
        As in the config.

    Returns
    -------
    path : Path

    Raises
    ------
    WeightsError
        If there is no such file.
    """
    path = Path(weights).expanduser()
    if not path.is_file():
        raise WeightsError(
            f"{path}: no such checkpoint for model '{model}' (looked in "
            f"{path.absolute().parent}). Put the file there, or correct weights."
        )
    return path


def is_path(weights: str) -> bool:
    """Tell whether weights are named by a path, not by a tag.

    Parameters
    ----------
    weights : str

    Returns
    -------
    is_path : bool
    """
    known = Path(weights).expanduser().is_file()
    return known or os.sep in weights or weights.endswith(SUFFIXES)


def hash_of(paths: Sequence[Path]) -> str:
    """Hash the files of a checkpoint.

    Parameters
    ----------
    paths : sequence of Path
        In an order that does not change.

    Returns
    -------
    sha256 : str
        Hexadecimal, of one file as ``sha256sum`` gives it, of several over their
        hashes; ``"none"`` without files.
    """
    each = []
    for path in paths:
        with path.open("rb") as file:
            each.append(hashlib.file_digest(file, "sha256").hexdigest())
    if len(each) > 1:
        return hashlib.sha256("".join(each).encode()).hexdigest()
    return each[0] if each else "none"


def read_checkpoint(path: Path) -> dict[str, Any]:
    """Read the tensors of a checkpoint.

    Parameters
    ----------
    path : Path
        safetensors, or what ``torch.save`` wrote of tensors.

    Returns
    -------
    state : dict of tensor

    Raises
    ------
    WeightsError
        If the file is anything else.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    unreadable = (OSError, EOFError, RuntimeError, ValueError, KeyError)
    try:
        if path.suffix == ".safetensors":
            return dict(load_file(path))
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (*unreadable, pickle.UnpicklingError, SafetensorError) as error:
        raise WeightsError(cannot_read(path, error)) from error
    for name in NESTED:
        inner = state.get(name) if isinstance(state, Mapping) else None
        state = inner if isinstance(inner, Mapping) else state
    if not isinstance(state, Mapping):
        raise WeightsError(cannot_read(path, TypeError("it holds no named tensors")))
    return {name: one for name, one in state.items() if hasattr(one, "shape")}


def put_weights(put: Callable[[], object], checkpoint: Path, model: str) -> None:
    """Put weights into a network, and say what is wrong if that fails.

    Parameters
    ----------
    put : callable
        Reads the checkpoint and loads it, strictly.
    checkpoint : Path
    model : str
        As in the config.

    Raises
    ------
    WeightsError
        If the file cannot be read, or does not fit the network.
    """
    from safetensors import SafetensorError

    unreadable = (OSError, EOFError, pickle.UnpicklingError, SafetensorError)
    try:
        put()
    except unreadable as error:
        raise WeightsError(cannot_read(checkpoint, error)) from error
    except (RuntimeError, KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, WeightsError):
            raise
        if "PytorchStreamReader" in str(error):
            raise WeightsError(cannot_read(checkpoint, error)) from error
        raise does_not_fit(checkpoint, model, gist(error)) from error


def does_not_fit(checkpoint: Path, model: str, reason: str) -> WeightsError:
    """Say that weights are those of another architecture.

    Parameters
    ----------
    checkpoint : Path
    model, reason : str

    Returns
    -------
    error : WeightsError
        To be raised.
    """
    return WeightsError(
        f"{checkpoint}: these weights do not fit the architecture of '{model}' "
        f"({reason}). Name the model that they were trained as."
    )


def cannot_read(checkpoint: Path, error: Exception) -> str:
    """Say that a file is no checkpoint.

    Parameters
    ----------
    checkpoint : Path
    error : Exception

    Returns
    -------
    text : str
    """
    # torch's own words would advise to run the code that such a file may hold.
    pickled = isinstance(error, pickle.UnpicklingError | KeyError)
    reason = "it holds something else" if pickled else first_line(error)
    return (
        f"{checkpoint}: cannot be read as safetensors or as a PyTorch checkpoint of "
        f"tensors only ({reason}). Fetch the file again, or convert it to safetensors."
    )


def gist(error: Exception) -> str:
    """Give the first complaint that names a tensor, where torch lists them by line.

    Parameters
    ----------
    error : Exception

    Returns
    -------
    text : str
    """
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = lines[1] if len(lines) > 1 else (lines or [type(error).__name__])[0]
    return told if len(told) <= 160 else f"{told[:160]} …"


@contextmanager
def quiet_logging() -> Iterator[None]:
    """Keep libraries from warning of random weights that are replaced next.

    Yields
    ------
    None
    """
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Draw random weights from a seed, and leave the generator as it was.

    Parameters
    ----------
    seed : int

    Yields
    ------
    None
    """
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield

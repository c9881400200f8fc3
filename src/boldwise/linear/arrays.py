"""NumPy or torch, whichever an array is of: the solver's few functions exist in both.

Torch is imported only where a tensor or a device asks for it.
"""

import sys
from typing import Any

import numpy as np

from boldwise.errors import DataError

Array = Any
"""A numpy array or a torch tensor."""


def namespace(array: Array) -> Any:
    """Give the module whose functions work on an array: numpy or torch."""
    return sys.modules["torch"] if is_tensor(array) else np


def is_tensor(array: Any) -> bool:
    """Tell torch tensors from everything else, without importing torch."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(array, torch.Tensor)


def to_numpy(array: Array) -> np.ndarray:
    """Copy to the host if need be, whatever its shape; a numpy array stays itself."""
    return array.detach().cpu().numpy() if is_tensor(array) else np.asarray(array)


def put(array: Array, like: Array) -> Array:
    """Bring values to the library, the device and the precision of another array."""
    if not is_tensor(like):
        return np.asarray(to_numpy(array), like.dtype)
    torch = namespace(like)
    if not is_tensor(array):
        array = np.ascontiguousarray(array)
    return torch.as_tensor(array, dtype=like.dtype, device=like.device)


def to_device(array: Array, device: str | None) -> Array:
    """Move an array to a torch device; None leaves it where it is.

    Parameters
    ----------
    array : array of any shape
    device : str or None
        As torch names them: ``"cuda"``, ``"cuda:1"``, ``"cpu"``.

    Returns
    -------
    moved : array or tensor, of the same shape

    Raises
    ------
    DataError
        If torch has no such device here.
    """
    if device is None:
        return array
    import torch

    try:
        return torch.as_tensor(array, device=device)
    except (RuntimeError, AssertionError) as error:
        raise DataError(
            f"torch cannot use device '{device}' here: {error}. Give device=None to "
            "stay on the CPU, or install a build of torch for this device."
        ) from error


def precision_of(array: Any) -> Any:
    """Give numpy's float32 for float32 arrays and tensors, float64 for all others."""
    return np.float32 if str(array.dtype).endswith("float32") else np.float64


def cast(array: Array, dtype: Any) -> Array:
    """Lay out an array in rows, in numpy's float32 or float64; it may stay itself."""
    if not is_tensor(array):
        return np.ascontiguousarray(array, dtype)
    torch = namespace(array)
    precision = torch.float32 if dtype == np.float32 else torch.float64
    return array.to(precision).contiguous()


def upper_triangle(array: Array) -> Array:
    """Turn rows into as many as there are columns: R of a QR decomposition."""
    if is_tensor(array):
        return namespace(array).linalg.qr(array, mode="r")[1]
    return np.linalg.qr(array, mode="r")

"""Responses averaged over repeats, of the voxels that are asked for."""

from typing import Any

import numpy as np

from boldwise.responses.repeats import average_repeats

STEP = 1024  # Voxels to average at a time: more would only take more memory.


class AveragedRepeats:
    """Mean over the repeats of each stimulus, read when columns are sliced.

    Parameters
    ----------
    response : array or sliceable of shape (n_trials, n_voxels)
        For example a dataset on disk. Any unit.
    stimulus_id : array of str, shape (n_trials,)

    Attributes
    ----------
    ids : array of str, shape (n_ids,)
        Sorted; one per row.
    shape : tuple of int
        (n_ids, n_voxels).
    dtype : dtype
        float32, summed in double precision.

    Raises
    ------
    ShapeMismatchError
        If there is not one id per row.

    Examples
    --------
    >>> response = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    >>> mean = AveragedRepeats(response, np.array(["dog", "cat", "dog"]))
    >>> mean[:, 1:].tolist()
    [[4.0], [4.0]]
    """

    def __init__(self, response: Any, stimulus_id: np.ndarray) -> None:
        self._response, self._stimulus_id = response, stimulus_id
        self.ids, _, _ = average_repeats(response[:, :0], stimulus_id)
        self.shape = (len(self.ids), response.shape[1])
        self.dtype = np.dtype(np.float32)

    def __getitem__(self, key: tuple[Any, slice]) -> np.ndarray:
        rows, columns = key
        start, stop, _ = columns.indices(self.shape[1])
        mean: np.ndarray = np.empty((self.shape[0], max(0, stop - start)), self.dtype)
        for first in range(start, stop, STEP):
            some = slice(first, min(first + STEP, stop))
            part, ids = self._response[:, some], self._stimulus_id
            _, mean[:, first - start : some.stop - start], _ = average_repeats(
                part, ids
            )
        chosen: np.ndarray = mean[rows]
        return chosen

    @property
    def reading_bytes(self) -> int:
        """Memory that reading takes beside its result, whatever is asked for."""
        itemsize = int(self._response.dtype.itemsize)
        per_voxel = len(self._stimulus_id) * itemsize
        per_voxel += self.shape[0] * (2 * 8 + 2 * itemsize + 4)  # Two sums in double.
        return STEP * per_voxel

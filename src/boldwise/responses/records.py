"""What was measured: trials, voxels and their responses, joined by id."""

from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from boldwise.errors import ShapeMismatchError


@dataclass(frozen=True)
class Trials:
    """One row per row of a response matrix.

    For continuous data a row is a volume; its id names run and volume.

    Attributes
    ----------
    stimulus_id : array of str, shape (n_trials,)
    session, run : array of str, shape (n_trials,)
    onset_s : array of shape (n_trials,)
        Seconds from the first volume of the run.
    repeat : array of int, shape (n_trials,)
        0 for the first showing of a stimulus to this subject.
    """

    stimulus_id: np.ndarray
    session: np.ndarray
    run: np.ndarray
    onset_s: np.ndarray
    repeat: np.ndarray

    def __post_init__(self) -> None:
        lengths = {name: len(values) for name, values in vars(self).items()}
        if len(set(lengths.values())) != 1:
            raise ShapeMismatchError(f"trial columns differ in length: {lengths}.")

    def __len__(self) -> int:
        return len(self.stimulus_id)

    def take(self, rows: np.ndarray) -> Self:
        """Keep the given rows (indices or mask of shape (n_trials,)), in that order."""
        return type(self)(**{name: column[rows] for name, column in vars(self).items()})


@dataclass(frozen=True)
class Voxels:
    """Where each column of a response matrix lies.

    Attributes
    ----------
    ijk : array of int, shape (n_voxels, 3)
        Indices into the volume, from 0.
    volume_shape : tuple of int
        Shape of the volume that ``ijk`` indexes.
    affine : array of shape (4, 4) or None
        Maps ``ijk`` to mm; None where the source does not say.
    roi : dict of array of bool, shape (n_voxels,)
        Regions of interest by name; they may overlap.
    """

    ijk: np.ndarray
    volume_shape: tuple[int, int, int]
    affine: np.ndarray | None = None
    roi: dict[str, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ijk)

    def take(self, columns: np.ndarray) -> Self:
        """Keep the given columns (indices or mask of shape (n_voxels,))."""
        roi = {name: inside[columns] for name, inside in self.roi.items()}
        return replace(self, ijk=self.ijk[columns], roi=roi)


@dataclass(frozen=True)
class Responses:
    """Responses of one subject.

    Attributes
    ----------
    response : array of float32, shape (n_trials, n_voxels)
    trials : Trials
    voxels : Voxels
    kind : str
        ``"trials"`` or ``"continuous"``.
    unit : str
        For example ``"percent signal change"`` or ``"z"``.
    space : str
        Name of the space that the volume lies in.
    tr_s : float or None
        Repetition time in seconds, where known.
    notes : dict of str
        How the responses came about: estimator, HRF, source of statistics, …
    """

    response: np.ndarray
    trials: Trials
    voxels: Voxels
    kind: str = "trials"
    unit: str = "arbitrary"
    space: str = "unknown"
    tr_s: float | None = None
    notes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        expected = (len(self.trials), len(self.voxels))
        if self.response.shape != expected:
            raise ShapeMismatchError(
                f"responses have shape {self.response.shape}, but there are "
                f"{expected[0]} trials and {expected[1]} voxels."
            )

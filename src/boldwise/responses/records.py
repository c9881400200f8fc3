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
    """Where each column of a response matrix lies: voxels, vertices, or both.

    Attributes
    ----------
    ijk : array of int, shape (n_voxels, 3)
        Indices into the volume, from 0; -1 where the column is a vertex.
    volume_shape : tuple of int
        Shape of the volume that ``ijk`` indexes; (0, 0, 0) where there is none.
    affine : array of shape (4, 4) or None
        Maps ``ijk`` to mm; None where the source does not say.
    roi : dict of array of bool, shape (n_voxels,)
        Regions of interest by name; they may overlap.
    vertex : array of int, shape (n_voxels,), or None
        Index into the mesh of the structure, from 0; -1 where the column is a voxel.
        None: all are voxels.
    structure : array of str, shape (n_voxels,), or None
        Part of the brain, as CIFTI names it: ``"CORTEX_LEFT"``, ``"THALAMUS_RIGHT"``.
    n_vertices : dict of int
        Vertices of the whole mesh by structure, with those that are no column.
    """

    ijk: np.ndarray
    volume_shape: tuple[int, int, int]
    affine: np.ndarray | None = None
    roi: dict[str, np.ndarray] = field(default_factory=dict)
    vertex: np.ndarray | None = None
    structure: np.ndarray | None = None
    n_vertices: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        columns = {"vertex": self.vertex, "structure": self.structure, **self.roi}
        wrong = {k: len(v) for k, v in columns.items() if v is not None}
        wrong = {name: n for name, n in wrong.items() if n != len(self.ijk)}
        if wrong:
            raise ShapeMismatchError(
                f"there are {len(self.ijk)} voxels, but columns of length {wrong}."
            )

    def __len__(self) -> int:
        return len(self.ijk)

    @property
    def on_surface(self) -> np.ndarray:
        """Whether each column is a vertex; array of bool, shape (n_voxels,)."""
        if self.vertex is None:
            return np.zeros(len(self), bool)
        on_surface: np.ndarray = self.vertex >= 0
        return on_surface

    @property
    def hemisphere(self) -> np.ndarray:
        """``"L"``, ``"R"`` or ``""`` for each column; shape (n_voxels,)."""
        if self.structure is None:
            return np.full(len(self), "")
        left = np.char.endswith(self.structure, "_LEFT")
        right = np.char.endswith(self.structure, "_RIGHT")
        return np.where(left, "L", np.where(right, "R", ""))

    @property
    def place(self) -> np.ndarray:
        """One number per place of the space, to join subjects by.

        Voxels come first, in the order of the volume; then the vertices of each
        structure, by its name. Array of int64, shape (n_voxels,).
        """
        inside, start = ~self.on_surface, int(np.prod(self.volume_shape))
        place = np.empty(len(self), np.int64)
        place[inside] = np.ravel_multi_index(
            tuple(self.ijk[inside].T), self.volume_shape
        )
        for name in sorted(self.n_vertices):
            here = self.on_surface & (self.structure == name)
            if self.vertex is not None:
                place[here] = start + self.vertex[here]
            start += self.n_vertices[name]
        return place

    def take(self, columns: np.ndarray) -> Self:
        """Keep the given columns (indices or mask of shape (n_voxels,))."""
        return replace(
            self,
            ijk=self.ijk[columns],
            roi={name: inside[columns] for name, inside in self.roi.items()},
            vertex=None if self.vertex is None else self.vertex[columns],
            structure=None if self.structure is None else self.structure[columns],
        )


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
    fit : dict of array, shape (n_voxels,)
        Maps of what was chosen for each voxel, by name: curve, ridge fraction, …
    """

    response: np.ndarray
    trials: Trials
    voxels: Voxels
    kind: str = "trials"
    unit: str = "arbitrary"
    space: str = "unknown"
    tr_s: float | None = None
    notes: dict[str, str] = field(default_factory=dict)
    fit: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def warnings(self) -> list[str]:
        """Notes that ask for attention: one sentence each."""
        return [text for name, text in self.notes.items() if name.startswith("warning")]

    def __post_init__(self) -> None:
        expected = (len(self.trials), len(self.voxels))
        if self.response.shape != expected:
            raise ShapeMismatchError(
                f"responses have shape {self.response.shape}, but there are "
                f"{expected[0]} trials and {expected[1]} voxels."
            )

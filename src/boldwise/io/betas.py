"""Betas that exist already: per-subject matrices with a stimulus id per row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.errors import DataError, name_some
from boldwise.io.foreign import read_fields
from boldwise.io.images import holds_plain_integers, read_mask, read_volume
from boldwise.io.paths import expand
from boldwise.io.problems import Problems
from boldwise.io.regions import read_regions
from boldwise.io.stimulus_ids import IdRule
from boldwise.io.tables import numbers, read_table
from boldwise.io.voxel_tables import (
    number_voxels,
    read_voxel_table,
    usable_voxels,
)
from boldwise.responses.records import Responses, Trials, Voxels
from boldwise.responses.repeats import stack_trials

TABLES = (".csv", ".tsv")
NIFTI = (".nii", ".nii.gz")
LARGEST_WHOLE = 150.0  # No response is that many percent.


@dataclass(frozen=True)
class Block:
    """One matrix of betas within a subject's file.

    Attributes
    ----------
    response : str
        Place of the matrix in the file.
    stimulus_id : str
        Place of the ids in the file, or a table below the root.
    voxels_first : bool
        The matrix is (n_voxels, n_trials).
    session, run : str
        Labels of trials that the table does not label.
    """

    response: str
    stimulus_id: str
    voxels_first: bool = False
    session: str = "1"
    run: str = "1"


@dataclass(frozen=True)
class BetaSource:
    """Where the betas of a dataset lie; as ``settings.sources`` hands it out.

    Attributes
    ----------
    root, path : str
        Folder, and file of a subject below it with ``{subject}``.
    blocks : sequence of mapping
        Fields of ``Block``.
    voxels : mapping or None
        ``path``, ``ijk``, ``volume_shape``, ``one_based``: positions of the columns.
    mask : str or None
        Mask of NIfTI betas.
    rois : mapping of str
        NIfTI masks by name.
    atlases : mapping of mapping
        Label images by name: fields of ``Atlas``.
    divide_by : float or None
        What stored numbers are divided by.
    unit, space : str
    id_rule : mapping
        Fields of ``IdRule``.
    """

    root: str
    path: str
    blocks: Sequence[Mapping[str, Any]]
    voxels: Mapping[str, Any] | None = None
    mask: str | None = None
    rois: Mapping[str, str] = field(default_factory=dict)
    atlases: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    divide_by: float | None = None
    unit: str = "arbitrary"
    space: str = "unknown"
    id_rule: Mapping[str, Any] = field(default_factory=dict)

    def file(self, template: str, subject: str) -> Path:
        """Path of a subject's file."""
        return expand(self.root) / template.format(subject=subject)


def read_betas(source: BetaSource, subject: str) -> Responses:
    """Read the betas of one subject.

    Parameters
    ----------
    source : BetaSource
    subject : str

    Returns
    -------
    responses : Responses
        Blocks stacked in their order. Voxels that are constant over all trials, or
        not finite in any, are left out and counted in the notes.

    Raises
    ------
    DataError
        With every problem of the subject's files, one per line.
    """
    path = source.file(source.path, subject)
    blocks = [Block(**one) for one in source.blocks]
    is_nifti = path.name.endswith(NIFTI)
    read = _read_nifti if is_nifti else _read_matrices
    matrices, ids, voxels = read(source, subject, blocks)
    problems = Problems()
    tables = []
    for block, matrix in zip(blocks, matrices, strict=True):
        with problems.collect():
            trials = _read_trials(source, subject, block, ids.get(block.stimulus_id))
            _refuse_mismatch(path, block, matrix, (len(trials), len(voxels)))
            tables.append(trials)
    problems.refuse()
    response = np.concatenate([matrix.astype(np.float32) for matrix in matrices])
    whole = all(one.dtype.kind in "iu" for one in matrices)
    if source.divide_by is not None:
        response /= source.divide_by
    elif whole or (is_nifti and holds_plain_integers(path)):
        _refuse_unscaled(path, float(np.abs(response).max(initial=0)))
    usable = usable_voxels(response, name=f"{path}: subject {subject}")
    return Responses(
        response=response[:, usable],
        trials=stack_trials(tables),
        voxels=voxels.take(usable),
        unit=source.unit,
        space=source.space,
        notes={"estimate": "given", "voxels_dropped": _count(~usable)},
    )


def _read_matrices(
    source: BetaSource, subject: str, blocks: Sequence[Block]
) -> tuple[list[np.ndarray], dict[str, np.ndarray], Voxels]:
    """Matrices (n_trials, n_voxels), ids that lie in the same file, and voxels."""
    path = source.file(source.path, subject)
    inside = [b.stimulus_id for b in blocks if not b.stimulus_id.endswith(TABLES)]
    fields = read_fields(path, [*(b.response for b in blocks), *inside])
    matrices = []
    for block in blocks:
        matrix = fields[block.response]
        if matrix.ndim != 2 or matrix.dtype.kind not in "fiu":
            volumes = (
                " If each trial is a volume (MATLAB's axes come reversed in HDF5), "
                "give the NIfTI files instead."
            )
            raise DataError(
                f"{path}: '{block.response}' has shape {matrix.shape} and type "
                f"{matrix.dtype}; a matrix of numbers, trials by voxels, is needed."
                + volumes
                * (matrix.ndim == 4)
            )
        matrices.append(matrix.T if block.voxels_first else matrix)
    ids = {name: fields[name] for name in inside}
    if source.voxels is None:
        return matrices, ids, number_voxels(matrices[0].shape[1])
    table = source.file(source.voxels["path"], subject)
    voxels = read_voxel_table(table, source.voxels)
    return matrices, ids, _with_regions(source, subject, voxels)


def _read_nifti(
    source: BetaSource, subject: str, blocks: Sequence[Block]
) -> tuple[list[np.ndarray], dict[str, np.ndarray], Voxels]:
    """One volume per trial; ids come from a table."""
    path = source.file(source.path, subject)
    if len(blocks) != 1 or not blocks[0].stimulus_id.endswith(TABLES):
        raise DataError(
            f"{path}: NIfTI betas need one block, with the ids in a CSV or TSV file. "
            "Mend `dataset.blocks`."
        )
    data, grid = read_volume(path)
    mask = np.ones(grid.shape, bool)
    if source.mask:
        mask = read_mask(source.file(source.mask, subject), grid)
    matrix = data.reshape(*grid.shape, -1)[mask].T
    voxels = Voxels(np.argwhere(mask), grid.shape, grid.affine)
    return [matrix], {}, _with_regions(source, subject, voxels)


def _with_regions(source: BetaSource, subject: str, voxels: Voxels) -> Voxels:
    roi = read_regions(
        source.rois,
        source.atlases,
        voxels,
        locate=lambda template: (source.file(template, subject),),
        space=source.space,
    )
    return replace(voxels, roi=roi)


def _refuse_unscaled(path: Path, largest: float) -> None:
    """Refuse integers that only a scale factor makes betas, such as those of NSD."""
    if largest > LARGEST_WHOLE:
        raise DataError(
            f"{path}: whole numbers up to {largest:g} without a scale factor. Integer "
            "betas are stored times a number (300 for percent signal change in the "
            "Natural Scenes Dataset): set `dataset.divide_by` to it, or to 1 if the "
            "numbers are right as they stand."
        )


def _read_trials(
    source: BetaSource, subject: str, block: Block, ids: np.ndarray | None
) -> Trials:
    table: dict[str, np.ndarray] = {}
    path = source.file(source.path, subject)
    if ids is None:
        path = source.file(block.stimulus_id, subject)
        table = read_table(path, needed=("stimulus_id",))
        ids = table["stimulus_id"]
    stimulus_id = IdRule(**source.id_rule).all(ids.ravel())
    unnamed = np.flatnonzero(stimulus_id == "") + 1
    if len(unnamed):
        raise DataError(
            f"{path}: {len(unnamed)} trials have no stimulus id (number "
            f"{name_some(unnamed.tolist())}). Name every trial."
        )
    n_trials = len(stimulus_id)
    onset_s = table.get("onset_s", np.full(n_trials, "n/a"))
    return Trials(
        stimulus_id=stimulus_id,
        session=table.get("session", np.full(n_trials, block.session)),
        run=table.get("run", np.full(n_trials, block.run)),
        onset_s=numbers(onset_s, name="onset_s", path=path),
        repeat=np.zeros(n_trials, np.int64),
    )


def _refuse_mismatch(
    path: Path, block: Block, matrix: np.ndarray, expected: tuple[int, int]
) -> None:
    if matrix.shape == expected:
        return
    cure = "Mend the file, or name the ids and voxels that belong to it."
    if matrix.T.shape == expected:
        cure = f"Set `voxels_first: {str(not block.voxels_first).lower()}`."
    raise DataError(
        f"{path}: '{block.response}' holds {matrix.shape[0]} trials of "
        f"{matrix.shape[1]} voxels, but there are {expected[0]} stimulus ids and "
        f"{expected[1]} voxels. {cure}"
    )


def _count(wrong: np.ndarray) -> str:
    return (
        f"{wrong.sum()} of {len(wrong)}: constant over all trials, or not finite in one"
    )

"""Time courses of regions or voxels, a file for each run, to responses."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.errors import DataError
from boldwise.io.confounds import read_confounds
from boldwise.io.matrices import read_matrix, refuse_other_length
from boldwise.io.paths import expand
from boldwise.io.problems import Problems
from boldwise.io.voxel_tables import number_voxels
from boldwise.responses.records import Responses, Voxels
from boldwise.responses.runs import Recipe, Run, volume_ids
from boldwise.responses.series import clean_series, varies

NOBODY = np.array([], dtype=str)


@dataclass(frozen=True)
class SeriesSource:
    """Where the time courses of a dataset lie; as ``settings.sources`` hands it out.

    Attributes
    ----------
    root : str
        Folder; all files are below it, with ``{subject}`` and ``{run}``. A ``*``
        stands for what differs between subjects; it must match one file.
    runs : sequence of str
        Labels.
    series : str
        File of a run, volumes by columns.
    tr_s : float
        Repetition time, in seconds.
    array : str or None
        Place in a MATLAB or HDF5 file.
    columns : sequence of str
        Names of the columns, each a region of interest; empty: no regions.
    start_time_s : float or None
        Time that volume 0 stands for; None: half a TR.
    confounds : str or None
        File of a run, volumes by confounds.
    confounds_skip_rows : int
        Its rows at the start that belong to discarded volumes.
    unit : str or None
        Of time courses that were scaled before; None: raw.
    space : str
    """

    root: str
    runs: Sequence[str]
    series: str
    tr_s: float
    array: str | None = None
    columns: Sequence[str] = ()
    start_time_s: float | None = None
    confounds: str | None = None
    confounds_skip_rows: int = 0
    unit: str | None = None
    space: str = "unknown"

    @property
    def first_volume_s(self) -> float:
        """Time within the run that volume 0 stands for, in seconds."""
        return self.tr_s / 2 if self.start_time_s is None else self.start_time_s

    def file(self, template: str, subject: str, run: str) -> Path:
        """Find a file of a run."""
        return find_file(self.root, template.format(subject=subject, run=run))


def find_file(root: str, pattern: str) -> Path:
    """Find the one file that a pattern means.

    Parameters
    ----------
    root : str
        Folder; ``~`` and ``$VAR`` are expanded.
    pattern : str
        Below it, with or without ``*``.

    Returns
    -------
    path : Path
        Need not exist where there is no ``*``.

    Raises
    ------
    DataError
        If no file, or more than one, matches.
    """
    if "*" not in pattern:
        return expand(root) / pattern
    anchor = Path(pattern).anchor  # Of an absolute pattern, which has no root.
    folder = Path(anchor) if anchor else expand(root)
    found = sorted(folder.glob(pattern.removeprefix(anchor)))
    if len(found) != 1:
        told = ", ".join(path.name for path in found[:3]) or "none"
        raise DataError(
            f"{expand(root) / pattern}: {len(found)} files match ({told}), one is "
            "needed. Mend the pattern in the config."
        )
    return found[0]


def read_series(
    source: SeriesSource, subject: str, *, recipe: Recipe, confounds: Sequence[str]
) -> Responses:
    """Read and clean the time courses of one subject.

    Parameters
    ----------
    source : SeriesSource
    subject : str
    recipe : Recipe
        Its high-pass and detrending are used.
    confounds : sequence of str
        Columns or groups of the confounds files to regress out.

    Returns
    -------
    responses : Responses
        Every named column is a region of interest of one voxel.

    Raises
    ------
    DataError
        With every problem of the subject's files, one per line; a subject whose
        time courses are flat is refused by name.
    """
    runs = list(load_runs(source, subject, confounds=confounds))
    n_columns = runs[0].bold.shape[1]
    voxels = number_voxels(n_columns)
    roi = {name: np.arange(n_columns) == k for k, name in enumerate(source.columns)}
    voxels = Voxels(voxels.ijk, voxels.volume_shape, roi=roi)
    try:
        responses = clean_series(runs, voxels, recipe, unit=source.unit)
    except DataError as error:
        raise DataError(f"{expand(source.root)}: subject {subject}, {error}") from error
    notes = {
        **responses.notes,
        "confounds": ", ".join(confounds) if source.confounds else "none",
        "start_time_s": f"{source.first_volume_s:g}",
    }
    return replace(responses, space=source.space, notes=notes)


def load_runs(
    source: SeriesSource, subject: str, *, confounds: Sequence[str]
) -> Iterator[Run]:
    """Read the runs of a subject, and tell all that is wrong with them at once.

    Parameters
    ----------
    source : SeriesSource
    subject : str
    confounds : sequence of str

    Yields
    ------
    run : Run
        ``bold`` is of shape (n_volumes, n_columns).

    Raises
    ------
    DataError
        With every problem, one per line.
    """
    problems, runs = Problems(), []
    for run in source.runs:
        with problems.collect():
            runs.append(_load(source, subject, run, confounds=confounds))
    widths = sorted({run.bold.shape[1] for run in runs})
    if len(widths) > 1:
        problems.add(
            [f"subject {subject}: runs have {widths} columns, not one number."]
        )
    problems.refuse()
    yield from runs


def volumes_of(source: SeriesSource, subject: str) -> dict[str, np.ndarray]:
    """List the volumes of a subject's runs.

    Parameters
    ----------
    source : SeriesSource
    subject : str

    Returns
    -------
    ids : dict of array of str, shape (n_volumes,)
        By run.
    """
    problems, ids = Problems(), {}
    for run in source.runs:
        with problems.collect():
            path = source.file(source.series, subject, run)
            matrix, _ = read_matrix(path, array=source.array)
            ids[run] = volume_ids(run, len(matrix))
    problems.refuse()
    return ids


def stimuli_of_series(
    source: Mapping[str, Any], subjects: Sequence[str]
) -> dict[str, str]:
    """List what all subjects heard: volumes, which have no category.

    Parameters
    ----------
    source : mapping
        Fields of ``SeriesSource``.
    subjects : sequence of str

    Returns
    -------
    category : dict of str
        Empty text by id.
    """
    series, problems = series_fields(source), Problems()
    found: dict[str, str] = {}
    for subject in subjects:
        with problems.collect():
            for ids in volumes_of(series, subject).values():
                found |= dict.fromkeys(ids.tolist(), "")
    problems.refuse()
    return found


def _load(
    source: SeriesSource, subject: str, run: str, *, confounds: Sequence[str]
) -> Run:
    path = source.file(source.series, subject, run)
    series, names = read_matrix(path, array=source.array)
    named = (
        list(source.columns) or names or [str(k + 1) for k in range(series.shape[1])]
    )
    if len(named) != series.shape[1]:
        raise DataError(
            f"{path}: {series.shape[1]} columns, but dataset.columns names "
            f"{len(named)} ({', '.join(named)}). Name each column once."
        )
    if not varies(series).any():
        raise DataError(
            f"{path}: subject {subject} is flat: all {len(named)} time courses are "
            f"constant or not finite over the {len(series)} volumes of run {run}, so "
            f"nothing was measured. Leave '{subject}' out of `dataset.subjects`."
        )
    nuisance = None
    if source.confounds and confounds:
        where = source.file(source.confounds, subject, run)
        table = read_confounds(where, confounds)
        skipped = source.confounds_skip_rows
        refuse_other_length(where, len(table), skip_rows=skipped, n_volumes=len(series))
        nuisance = table[skipped:]
    return Run(
        run=run,
        session="1",
        bold=series,
        stimulus_id=NOBODY,
        onset_s=np.empty(0),
        duration_s=np.empty(0),
        tr_s=source.tr_s,
        start_time_s=source.first_volume_s,
        confounds=nuisance,
    )


def series_fields(source: Mapping[str, Any]) -> SeriesSource:
    """Make a source from plain values, passing over what is not its own."""
    known = SeriesSource.__dataclass_fields__
    return SeriesSource(**{k: v for k, v in source.items() if k in known})

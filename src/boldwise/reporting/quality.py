"""All that the quality page of one subject shows, as records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from boldwise.evaluation.reliability import Reliability
from boldwise.responses.design_picture import DesignMatrix
from boldwise.responses.quality import RunQuality
from boldwise.responses.records import Trials, Voxels
from boldwise.responses.task_confounds import TaskConfounds


@dataclass(frozen=True)
class SeriesQuality:
    """What the time series of a subject tell.

    Attributes
    ----------
    voxels : Voxels
        The columns of every run, before any is left out.
    runs : sequence of RunQuality
    groups : sequence of (name, number of rows)
        Regions of the carpet's rows.
    background : array of shape (i, j, k) or None
        Mean volume of the first run, on the grid of the voxels.
    design : DesignMatrix or None
    task : TaskConfounds or None
    """

    voxels: Voxels
    runs: Sequence[RunQuality]
    groups: Sequence[tuple[str, int]]
    background: np.ndarray | None = None
    design: DesignMatrix | None = None
    task: TaskConfounds | None = None

    @property
    def tsnr(self) -> np.ndarray:
        """Mean over runs, shape (n_voxels,); NaN where it is nowhere known."""
        every = np.array([run.tsnr for run in self.runs])
        known = np.isfinite(every)
        total, count = np.where(known, every, 0).sum(axis=0), known.sum(axis=0)
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)


@dataclass(frozen=True)
class SubjectQuality:
    """Everything about one subject.

    Attributes
    ----------
    trials : Trials
    voxels : Voxels
        Those that have responses.
    kind, unit, space : str
        Of the responses.
    carpet : array of shape (n_shown, n_trials)
        Responses of some voxels.
    groups : sequence of (name, number of rows)
        Regions of its rows.
    reliability : Reliability or None
        None where too few stimuli were shown again.
    maps : mapping of name to array of shape (n_voxels,)
        What the estimation chose for each voxel.
    series : SeriesQuality or None
        None where there are no time series.
    """

    trials: Trials
    voxels: Voxels
    kind: str
    unit: str
    space: str
    carpet: np.ndarray
    groups: Sequence[tuple[str, int]]
    reliability: Reliability | None = None
    maps: Mapping[str, np.ndarray] = field(default_factory=dict)
    series: SeriesQuality | None = None

    @property
    def background(self) -> np.ndarray | None:
        """Mean volume of the first run, shape (i, j, k), where there is one."""
        return self.series.background if self.series else None


@dataclass(frozen=True)
class RunFacts:
    """One row of the table of volumes lost.

    Attributes
    ----------
    run, session : str
    n_volumes, n_left_out, n_moved : int
        Of the run; that do not count; displaced by more than ``MOVED_MM``.
    mean_mm, max_mm : float
        Framewise displacement; NaN where unknown.
    tsnr : float
        Median over voxels.
    """

    run: str
    session: str
    n_volumes: int
    n_left_out: int
    n_moved: int
    mean_mm: float
    max_mm: float
    tsnr: float


@dataclass(frozen=True)
class QualityFacts:
    """What the report says in words and tables about one subject's data.

    Attributes
    ----------
    runs : sequence of RunFacts
        None where there are no time series.
    n_repeated : int
        Stimuli that were shown again.
    ceiling, null_ceiling : float
        Median noise ceiling over all repeated stimuli, and of shuffled trials.
    removed, expected : float
        Largest share of a feature's course that the confounds take away, and what
        chance takes; NaN where unknown.
    """

    runs: Sequence[RunFacts] = ()
    n_repeated: int = 0
    ceiling: float = float("nan")
    null_ceiling: float = float("nan")
    removed: float = float("nan")
    expected: float = float("nan")

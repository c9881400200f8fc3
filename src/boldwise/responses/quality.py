"""How good the data of a run are: noise of voxels, jumps of volumes, and a carpet."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from boldwise.responses.cleaning import nuisance_basis, percent_signal_change
from boldwise.responses.runs import Run

BLOCK = 4096  # voxels that are worked on at once
CARPET_ROWS = 160  # voxels that a carpet shows
MOVED_MM = 0.5  # framewise displacement above which fMRIPrep marks a volume
RESTLESS_MM = 0.3  # mean displacement above which a run is doubtful


@dataclass(frozen=True)
class RunQuality:
    """What can be said about one run before any model.

    Attributes
    ----------
    run, session : str
    tr_s : float
    kept : array of bool, shape (n_volumes,)
        False for volumes that do not count.
    displacement_mm : array of shape (n_volumes,)
        Framewise displacement; NaN where unknown, and for the first volume.
    dvars : array of shape (n_volumes,)
        Root mean square over voxels of the change since the volume before, in percent
        of each voxel's mean; NaN for the first volume.
    mean_signal : array of shape (n_volumes,)
        Mean over voxels, in percent of their means.
        Both in the unit of the series where it was scaled before.
    tsnr : array of shape (n_voxels,)
        Mean over standard deviation in time, drifts removed; NaN where constant,
        and where the series was scaled before.
    carpet : array of float32, shape (n_shown, n_volumes)
        Some voxels, drifts removed, in percent of their means.
    """

    run: str
    session: str
    tr_s: float
    kept: np.ndarray
    displacement_mm: np.ndarray
    dvars: np.ndarray
    mean_signal: np.ndarray
    tsnr: np.ndarray
    carpet: np.ndarray

    @property
    def n_volumes(self) -> int:
        """Volumes of the run, those that do not count included."""
        return len(self.kept)

    @property
    def n_moved(self) -> int:
        """Volumes with a displacement above ``MOVED_MM``."""
        return int(np.sum(self.displacement_mm > MOVED_MM))

    @property
    def mean_displacement_mm(self) -> float:
        """Mean framewise displacement; NaN where unknown."""
        known = self.displacement_mm[np.isfinite(self.displacement_mm)]
        return float(known.mean()) if len(known) else float("nan")


def measure_run(
    run: Run,
    shown: np.ndarray,
    *,
    detrend_order: int,
    displacement_mm: np.ndarray | None = None,
) -> RunQuality:
    """Measure the quality of one run, block of voxels by block of voxels.

    Parameters
    ----------
    run : Run
        ``bold`` of shape (n_volumes, n_voxels).
    shown : array of int, shape (n_shown,)
        Voxels of the carpet, from ``choose_rows``.
    detrend_order : int
        Polynomials up to this degree are no noise.
    displacement_mm : array of shape (n_volumes,), optional
        Framewise displacement.

    Returns
    -------
    quality : RunQuality
    """
    n_volumes = len(run.bold)
    scaled = is_scaled(run.bold)
    drift = nuisance_basis(
        n_volumes, run.tr_s, high_pass_hz=0, detrend_order=detrend_order
    )
    tsnr, dvars, mean_signal = _measure_voxels(run.bold, drift, scaled=scaled)
    carpet, _ = _signal(run.bold[:, shown], scaled=scaled)
    carpet -= drift.astype(np.float32) @ (drift.T.astype(np.float32) @ carpet)
    unknown = np.full(n_volumes, np.nan)
    return RunQuality(
        run=run.run,
        session=run.session,
        tr_s=run.tr_s,
        kept=np.ones(n_volumes, bool) if run.kept is None else run.kept,
        displacement_mm=unknown if displacement_mm is None else displacement_mm,
        dvars=dvars,
        mean_signal=mean_signal,
        tsnr=tsnr,
        carpet=np.ascontiguousarray(carpet.T),
    )


def is_scaled(bold: np.ndarray) -> bool:
    """Tell whether a run was scaled before, so that it has no mean to refer to.

    Parameters
    ----------
    bold : array of shape (n_volumes, n_voxels)

    Returns
    -------
    scaled : bool
        Less than half of the voxels have a positive mean larger than their spread.
    """
    mean, spread = bold.mean(axis=0, dtype=np.float64), np.ptp(bold, axis=0)
    return bool(np.mean(mean > spread / 2) < 0.5)


def choose_rows(
    roi: Mapping[str, np.ndarray], n_voxels: int, *, n_rows: int = CARPET_ROWS
) -> tuple[np.ndarray, list[tuple[str, int]]]:
    """Choose the voxels of a carpet: region by region, evenly within each.

    A fixed rule, so that equal data give equal pictures. A voxel of several regions
    counts to the first of them; each region gets rows by its share of the voxels, at
    least two.

    Parameters
    ----------
    roi : mapping of name to array of bool, shape (n_voxels,)
    n_voxels : int
    n_rows : int
        About so many are chosen in all.

    Returns
    -------
    shown : array of int, shape (n_shown,)
        Columns, grouped by region.
    groups : list of (name, number of rows)
        In the order of ``shown``; voxels of no region come last, named ``""``.
    """
    owner, names = np.full(n_voxels, len(roi)), [*roi, ""]
    for place, inside in reversed(list(enumerate(roi.values()))):
        owner[inside] = place
    chosen: list[np.ndarray] = []
    groups: list[tuple[str, int]] = []
    for place, name in enumerate(names):
        own = np.flatnonzero(owner == place)
        if len(own):
            wanted = max(round(n_rows * len(own) / n_voxels), 2)
            steps = np.linspace(0, len(own) - 1, min(wanted, len(own)))
            chosen.append(own[np.unique(steps.round().astype(int))])
            groups.append((name, len(chosen[-1])))
    return np.concatenate(chosen), groups


def order_rows(carpet: np.ndarray, groups: list[tuple[str, int]]) -> np.ndarray:
    """Order the rows of a carpet within each region by how they follow the mean.

    What moves all voxels at once then stands out as a band, and what moves few as a
    block (ordering by the global signal of Aquino et al. [1]_).

    Parameters
    ----------
    carpet : array of shape (n_shown, n_volumes)
    groups : list of (name, number of rows)

    Returns
    -------
    order : array of int, shape (n_shown,)
        Rows, those most like the mean first within their group.

    References
    ----------
    .. [1] Aquino et al. (2020), "Identifying and removing widespread signal deflections
       from fMRI data: Rethinking the global signal regression problem", NeuroImage
       212:116614.
    """
    centred = carpet - carpet.mean(axis=1, keepdims=True)
    mean = centred.mean(axis=0)
    norm = np.sqrt((centred**2).sum(axis=1))
    alike = np.divide(centred @ mean, norm, out=np.zeros(len(carpet)), where=norm > 0)
    stops = np.cumsum([count for _, count in groups])
    parts = np.split(np.arange(len(carpet)), stops[:-1])
    return np.concatenate(
        [part[np.argsort(-alike[part], kind="stable")] for part in parts]
    )


def find_translations(motion: np.ndarray) -> np.ndarray:
    """Put the translations of six motion parameters first.

    Tables without names do not say which three are rotations. In radians these move
    about fifty times less than translations in mm: at 50 mm from the middle of a head
    a radian is 50 mm.

    Parameters
    ----------
    motion : array of shape (n_volumes, 6)
        Three translations in mm and three rotations in radians, in either order.

    Returns
    -------
    ordered : array of shape (n_volumes, 6)
        Translations, then rotations.
    """
    moved = np.abs(np.diff(motion, axis=0)).mean(axis=0)
    if moved[:3].sum() < moved[3:].sum():
        return np.asarray(motion[:, [3, 4, 5, 0, 1, 2]])
    return motion


def _measure_voxels(
    bold: np.ndarray, drift: np.ndarray, *, scaled: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ratio of each voxel, and DVARS and mean of each volume, summed over blocks."""
    n_volumes, n_voxels = bold.shape
    tsnr = np.full(n_voxels, np.nan)
    change, total, n_usable = np.zeros(n_volumes - 1), np.zeros(n_volumes), 0
    for start in range(0, n_voxels, BLOCK):
        signal, usable = _signal(bold[:, start : start + BLOCK], scaled=scaled)
        left = signal.astype(np.float64)[:, usable]
        total += left.sum(axis=1)
        change += (np.diff(left, axis=0) ** 2).sum(axis=1)
        n_usable += int(usable.sum())
        left -= drift @ (drift.T @ left)
        spread = np.sqrt((left**2).sum(axis=0) / (n_volumes - drift.shape[1]))
        varies = spread > 1e-6  # percent; below, a polynomial fits to the last bit
        places = start + np.flatnonzero(usable)[varies]
        tsnr[places] = np.nan if scaled else 100 / spread[varies]
    n_usable = max(n_usable, 1)
    dvars = np.concatenate([[np.nan], np.sqrt(change / n_usable)])
    return tsnr, dvars, total / n_usable


def _signal(bold: np.ndarray, *, scaled: bool) -> tuple[np.ndarray, np.ndarray]:
    """Percent of the mean, or the values themselves where they were scaled before."""
    if not scaled:
        return percent_signal_change(bold)
    usable = np.isfinite(bold).all(axis=0) & (np.ptp(bold, axis=0) > 0)
    centred = np.where(usable, bold - bold.mean(axis=0), 0)
    return centred.astype(np.float32), usable

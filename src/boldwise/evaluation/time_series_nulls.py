"""Nulls for time series: they break the pairing and keep what neighbours share.

Volumes are not exchangeable. Shuffling them makes a null that is far too narrow: with
an autocorrelation of .8 it rejects 21 % of true null hypotheses at .05 (.95: 36 %).
Three nulls keep the autocorrelation, each within the runs and folds:

- circular shift: a run is turned round by a random lag;
- block permutation: a run is cut into long blocks, and these change places;
- phase randomisation: the spectrum of a run is kept, its phases are drawn.
"""

from dataclasses import dataclass

import numpy as np

from boldwise.errors import DataError
from boldwise.evaluation.held_out import HeldOut, permute_in_folds
from boldwise.evaluation.segments import (
    rows_by_segment,
    segments_of,
    shift_segments,
)

BLOCK = 30  # volumes of a block, several times the length of a response
NULLS = ("circular_shift", "block_permutation", "phase_randomisation")
DEFAULT = "phase_randomisation"
SHUFFLE = "shuffle"
AUTO = "auto"


@dataclass(frozen=True)
class Phases:
    """Draws of phases, one set for all voxels of a subject.

    Attributes
    ----------
    segment : array of int, shape (n_items,)
        Stretch of neighbouring volumes that each item belongs to.
    angle : tuple of array, one of shape (n_draws, n_frequencies) per segment
        In radians, added to the phases of the response; 0 for the mean of a segment.
    """

    segment: np.ndarray
    angle: tuple[np.ndarray, ...]

    def __len__(self) -> int:
        return len(self.angle[0])

    def sums(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Sum x times each surrogate of y over items, by Parseval's theorem.

        Parameters
        ----------
        x, y : array of shape (n_items, n_voxels)

        Returns
        -------
        sums : array of shape (n_draws, n_voxels)
            The same as forming every surrogate in time, without doing so.
        """
        total = np.zeros((len(self), x.shape[1]))
        for number, angle in enumerate(self.angle):
            rows = self.segment == number
            n = int(rows.sum())
            weight = np.full(n // 2 + 1, 2.0)
            weight[0] = 1.0
            weight[-1] = 1.0 if n % 2 == 0 else 2.0
            cross = np.fft.rfft(y[rows], axis=0) * np.fft.rfft(x[rows], axis=0).conj()
            cross *= weight[:, None] / n
            total += np.cos(angle) @ cross.real - np.sin(angle) @ cross.imag
        return total

    def surrogate(self, y: np.ndarray, draw: int) -> np.ndarray:
        """Form one surrogate of y in time.

        Parameters
        ----------
        y : array of shape (n_items, n_voxels)
        draw : int

        Returns
        -------
        surrogate : array of shape (n_items, n_voxels)
            With the power spectrum and the mean of each segment of y.
        """
        surrogate = np.empty(y.shape)
        for number, angle in enumerate(self.angle):
            rows = self.segment == number
            turn = np.exp(1j * angle[draw])[:, None]
            spectrum = np.fft.rfft(y[rows], axis=0) * turn
            surrogate[rows] = np.fft.irfft(spectrum, n=int(rows.sum()), axis=0)
        return surrogate


def draw_null(
    held_out: HeldOut, *, null: str, n_permutations: int, seed: int
) -> np.ndarray | Phases:
    """Draw how responses might lie to the predictions if these told nothing.

    Parameters
    ----------
    held_out : HeldOut
    null : str
        ``"shuffle"`` for the stimuli of trials; ``"circular_shift"``,
        ``"block_permutation"`` or ``"phase_randomisation"`` for time series;
        ``"auto"``: the former or the last.
    n_permutations : int
    seed : int
        Equal seeds and folds give equal draws, for all voxels and models.

    Returns
    -------
    draws : array of int, shape (n_permutations, n_items), or Phases
        For ``permute_correlations``; nothing leaves its fold, and no volume its run.

    Raises
    ------
    DataError
        If volumes are to be shuffled, or trials treated as a time series.
    """
    chosen = null_for(null, serial=held_out.serial)
    refuse_unfit_null(chosen, serial=held_out.serial, n_items=len(held_out))
    if chosen == SHUFFLE:
        return permute_in_folds(held_out.fold, n_permutations=n_permutations, seed=seed)
    segment = segments_of(held_out.stimulus_id, held_out.fold)
    if chosen == "circular_shift":
        return shift_segments(segment, n_draws=n_permutations, seed=seed)
    if chosen == "block_permutation":
        return permute_blocks(segment, n_draws=n_permutations, seed=seed)
    return draw_phases(segment, n_draws=n_permutations, seed=seed)


def null_for(null: str, *, serial: bool) -> str:
    """Name the null behind ``"auto"``; others stay.

    Parameters
    ----------
    null : str
    serial : bool
        Items are volumes.

    Returns
    -------
    null : str
    """
    return (DEFAULT if serial else SHUFFLE) if null == AUTO else null


def refuse_unfit_null(null: str, *, serial: bool, n_items: int) -> None:
    """Raise if a null does not hold for the items.

    Parameters
    ----------
    null : str
    serial : bool
        Items are volumes.
    n_items : int
        Named in the message.

    Raises
    ------
    DataError
    """
    if serial and null == SHUFFLE:
        raise DataError(
            f"shuffling {n_items} volumes would break their autocorrelation, and the "
            "test would find what is not there (at an autocorrelation of .8 in 21 % "
            f"of cases at .05). Set evaluation.null_method to {', '.join(NULLS)} or "
            "auto."
        )
    if not serial and null != SHUFFLE:
        raise DataError(
            f"'{null}' is a null for time series, but the {n_items} items are trials, "
            "whose order means nothing. Set evaluation.null_method to shuffle or auto."
        )


def permute_blocks(
    segment: np.ndarray, *, n_draws: int, seed: int, block: int = BLOCK
) -> np.ndarray:
    """Cut each segment into long blocks at a random place, and permute the blocks.

    Parameters
    ----------
    segment : array of int, shape (n_items,)
    n_draws : int
    seed : int
    block : int
        Volumes of a block, but no more than a third of the segment. Where it does
        not divide the segment, one block is shorter. The end of a segment is joined
        to its start before it is cut.

    Returns
    -------
    permutation : array of int, shape (n_draws, n_items)
        Blocks never leave their segment.
    """
    permutation = np.empty((n_draws, len(segment)), np.int64)
    for number, rows in rows_by_segment(segment):
        rng = np.random.default_rng([seed, number, 2])
        length = max(min(block, len(rows) // 3), 1)
        pieces = np.split(np.arange(len(rows)), np.arange(length, len(rows), length))
        for draw in range(n_draws):
            order = rng.permutation(len(pieces))
            moved = np.concatenate([pieces[i] for i in order])
            shift = rng.integers(len(rows))
            permutation[draw, rows] = rows[(moved + shift) % len(rows)]
    return permutation


def draw_phases(segment: np.ndarray, *, n_draws: int, seed: int) -> Phases:
    """Draw phases for the spectrum of each segment, the same for all voxels [1]_.

    Differs from the paper in that one draw serves all voxels, which keeps the
    correlations between them and permits the maximum over voxels.

    Parameters
    ----------
    segment : array of int, shape (n_items,)
    n_draws : int
    seed : int

    Returns
    -------
    phases : Phases
        Of shape (n_draws, n_frequencies) per segment.

    References
    ----------
    .. [1] Theiler et al. (1992), "Testing for nonlinearity in time series: the method
       of surrogate data", Physica D 58:77-94, section 2.4.1.
    """
    angles = []
    for number, rows in rows_by_segment(segment):
        rng = np.random.default_rng([seed, number, 3])
        angle = rng.uniform(0, 2 * np.pi, (n_draws, len(rows) // 2 + 1))
        angle[:, 0] = 0
        if len(rows) % 2 == 0 and len(rows):
            angle[:, -1] = np.pi * rng.integers(0, 2, n_draws)  # stays a real number
        angles.append(angle)
    return Phases(segment, tuple(angles))

"""What one subject is tested on, and how it is drawn again: by id, within folds."""

from dataclasses import dataclass

import numpy as np

from boldwise.errors import DataError, ShapeMismatchError, name_some
from boldwise.evaluation.halves import halves_of
from boldwise.evaluation.segments import segments_of, shift_segments
from boldwise.evaluation.splits import TEST, TRAIN, Split
from boldwise.features.records import find_rows
from boldwise.responses.records import Responses

BLOCK = 30  # volumes that are drawn together, several times the length of a response


@dataclass(frozen=True)
class HeldOut:
    """The test stimuli of one subject, fold by fold.

    Attributes
    ----------
    stimulus_id : array of str, shape (n_items,)
        Sorted within each fold. A stimulus may return in another fold.
    fold : array of int, shape (n_items,)
        Outer fold of each item, ascending.
    pool : tuple of array of str, one per fold
        Test stimuli of all subjects, sorted. Drawing from the pool gives subjects
        and models the same draws of the stimuli that they share.
    serial : bool
        Items are the volumes of a time series, in order: neighbours are alike, so
        they are drawn in blocks and shifted in time, never permuted.
    widening : float
        How much wider scores spread than redrawing test items shows, because folds
        train one another; see ``reuse_of_pairs``. 1 for a single fold.
    """

    stimulus_id: np.ndarray
    fold: np.ndarray
    pool: tuple[np.ndarray, ...]
    serial: bool = False
    widening: float = 1.0

    def __len__(self) -> int:
        return len(self.stimulus_id)

    def rows_in(self, stimulus_id: np.ndarray, fold: np.ndarray) -> np.ndarray:
        """Row of each item among rows that are named by id and fold.

        Parameters
        ----------
        stimulus_id : array of str, shape (n_rows,)
        fold : array of int, shape (n_rows,)

        Returns
        -------
        row : array of int, shape (n_items,)

        Raises
        ------
        DataError
            If an item has no row, or the rows hold more than the items.
        """
        if len(stimulus_id) != len(self):
            raise DataError(
                f"{len(stimulus_id)} rows were predicted, but the split holds out "
                f"{len(self)} stimuli over its folds for this subject."
            )
        keys = [f"{k}\0{name}" for k, name in zip(fold, stimulus_id, strict=True)]
        own = [
            f"{k}\0{name}" for k, name in zip(self.fold, self.stimulus_id, strict=True)
        ]
        return find_rows(np.array(keys), np.array(own), what="prediction")


@dataclass(frozen=True)
class Shown:
    """Trials of held-out stimuli.

    Attributes
    ----------
    response : array of shape (n_rows, n_voxels)
        Any unit.
    item : array of int, shape (n_rows,)
        Which item of ``held_out`` each row shows.
    held_out : HeldOut
    half : array of shape (n_rows,) or None
        Half of the data that each row was estimated from, where halves were apart.
    """

    response: np.ndarray
    item: np.ndarray
    held_out: HeldOut
    half: np.ndarray | None = None

    def __post_init__(self) -> None:
        if len(self.response) != len(self.item):
            raise ShapeMismatchError(
                f"{len(self.response)} responses, but {len(self.item)} items: each "
                "row shows one item."
            )


def find_held_out(
    split: Split, stimulus_id: np.ndarray, *, serial: bool = False
) -> HeldOut:
    """List the test stimuli that a subject saw.

    Parameters
    ----------
    split : Split
    stimulus_id : array of str, shape (n_trials,)
        What the subject saw, in any order, with repeats.
    serial : bool
        The ids name the volumes of time series; their sorted order is that of time.

    Returns
    -------
    held_out : HeldOut
    """
    pool = tuple(np.sort(split.test_ids(fold)) for fold in range(split.n_folds))
    own = [ids[np.isin(ids, stimulus_id)] for ids in pool]
    fold = np.repeat(np.arange(len(own)), [len(ids) for ids in own])
    widening = reuse_of_pairs(split.part[:, np.isin(split.stimulus_id, stimulus_id)])
    return HeldOut(np.concatenate(own), fold, pool, serial, widening)


def reuse_of_pairs(part: np.ndarray) -> float:
    """Tell how much cross-validated scores spread beyond redrawn test items.

    With no signal, a linear model's score is a sum over pairs of a training and a
    test item. Where folds train one another a pair counts twice, once each way, and
    both times alike; redrawing or permuting test items alone treats the two as
    independent. The true variance is then twice as large, and a permutation test at
    .05 rejects 12 %. The same correction of the variance is Nadeau & Bengio's [1]_
    in the limit of many folds.

    Parameters
    ----------
    part : array of int, shape (n_folds, n_stimuli)
        ``TRAIN``, ``TEST`` or unused.

    Returns
    -------
    widening : float
        Root of the ratio of both variances: 1 for one fold, sqrt(2) for k folds.

    References
    ----------
    .. [1] Nadeau & Bengio (2003), "Inference for the generalization error", Machine
       Learning 52:239-281, section 3.
    """
    test, train = (part == TEST).astype(float), (part == TRAIN).astype(float)
    same_way = (test @ test.T) * (train @ train.T)
    both_ways = (test @ train.T) * (train @ test.T)
    independent = np.trace(same_way)
    if not independent:
        return 1.0
    return float(np.sqrt((same_way.sum() + both_ways.sum()) / independent))


def find_shown(responses: Responses, split: Split) -> Shown:
    """Pick the trials of test stimuli.

    Parameters
    ----------
    responses : Responses
        Of one subject, of shape (n_trials, n_voxels).
    split : Split

    Returns
    -------
    shown : Shown
        A trial appears once per fold that tests its stimulus; the repeats of an item
        keep their order.
    """
    ids, serial = responses.trials.stimulus_id, responses.kind == "continuous"
    held_out = find_held_out(split, ids, serial=serial)
    order = np.argsort(ids, kind="stable")
    start = np.searchsorted(ids[order], held_out.stimulus_id, side="left")
    stop = np.searchsorted(ids[order], held_out.stimulus_id, side="right")
    item = np.repeat(np.arange(len(held_out)), stop - start)
    row = order[
        np.arange(len(item)) - np.repeat(np.cumsum(stop - start) - stop, stop - start)
    ]
    half = halves_of(responses)
    kept = None if half is None else half[row]
    return Shown(responses.response[row], item, held_out, kept)


def refuse_small_folds(held_out: HeldOut, *, at_least: int, why: str) -> None:
    """Raise if a fold tests too few stimuli.

    Parameters
    ----------
    held_out : HeldOut
    at_least : int
    why : str
        What needs them; ends the message.

    Raises
    ------
    DataError
        With the folds and the sizes.
    """
    size = np.bincount(held_out.fold, minlength=len(held_out.pool))
    small = np.flatnonzero(size < at_least)
    if len(small):
        raise DataError(
            f"{len(small)} of {len(size)} folds test fewer than {at_least} stimuli "
            f"(folds {name_some(small.tolist())}, smallest {size.min()}): {why}. Use "
            "fewer, larger folds."
        )


def draw_weights(held_out: HeldOut, *, n_draws: int, seed: int) -> np.ndarray:
    """Draw test stimuli with replacement within each fold (bootstrap).

    Volumes of a time series are drawn in blocks of ``BLOCK`` (or a third of the fold,
    if that is less), whose last volume is followed by the first.

    Parameters
    ----------
    held_out : HeldOut
    n_draws : int
    seed : int
        Equal seeds draw the same stimuli for every subject and model.

    Returns
    -------
    weight : array of float64, shape (n_draws, n_items)
        How often each item was drawn.
    """
    columns = []
    for fold, ids in enumerate(held_out.pool):
        n, rng = len(ids), np.random.default_rng([seed, fold, 0])
        block = max(min(BLOCK, n // 3), 1) if held_out.serial else 1
        starts = rng.multinomial(max(n // block, 1), np.full(n, 1 / n), n_draws)
        counts = np.sum([np.roll(starts, k, axis=1) for k in range(block)], axis=0)
        own = held_out.stimulus_id[held_out.fold == fold]
        columns.append(counts[:, find_rows(ids, own, what="draw")])
    return np.concatenate(columns, axis=1).astype(np.float64)


def permute_items(held_out: HeldOut, *, n_permutations: int, seed: int) -> np.ndarray:
    """Reassign items to one another as they might lie if they told nothing.

    Stimuli of trials are permuted within their folds; each run of a time series is
    turned round within its fold by a random lag, which keeps its autocorrelation.

    Parameters
    ----------
    held_out : HeldOut
    n_permutations : int
    seed : int
        Equal seeds and folds give equal permutations.

    Returns
    -------
    permutation : array of int, shape (n_permutations, n_items)
        Each row rearranges ``0 … n_items - 1`` and stays within folds.
    """
    if not held_out.serial:
        return permute_in_folds(held_out.fold, n_permutations=n_permutations, seed=seed)
    segment = segments_of(held_out.stimulus_id, held_out.fold)
    return shift_segments(segment, n_draws=n_permutations, seed=seed)


def permute_in_folds(fold: np.ndarray, *, n_permutations: int, seed: int) -> np.ndarray:
    """Permute items among those of their own fold.

    Parameters
    ----------
    fold : array of int, shape (n_items,)
    n_permutations : int
    seed : int
        Equal seeds and folds give equal permutations.

    Returns
    -------
    permutation : array of int, shape (n_permutations, n_items)
        Row by row a rearrangement of ``0 … n_items - 1`` that stays within folds.
    """
    permutation = np.empty((n_permutations, len(fold)), np.int64)
    for k in np.unique(fold):
        rows = np.flatnonzero(fold == k)
        rng = np.random.default_rng([seed, int(k), 1])
        permutation[:, rows] = rng.permuted(np.tile(rows, (n_permutations, 1)), axis=1)
    return permutation

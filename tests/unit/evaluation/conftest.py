"""Small trial tables, splits and held-out sets for the tests of evaluation."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from boldwise.evaluation.held_out import HeldOut
from boldwise.evaluation.splits import TEST, TRAIN, Split
from boldwise.responses.records import Trials


@pytest.fixture
def make_trials() -> Callable[..., Trials]:
    """Trial table from ids, and one run, session and onset for each or for all."""

    def make(
        ids: Sequence[str],
        *,
        run: str | Sequence[str] = "01",
        session: str | Sequence[str] = "1",
        onset_s: Sequence[float] | None = None,
    ) -> Trials:
        n = len(ids)
        return Trials(
            stimulus_id=np.array(ids, dtype=str),
            session=np.array([session] * n if isinstance(session, str) else session),
            run=np.array([run] * n if isinstance(run, str) else run),
            onset_s=np.array(4.0 * np.arange(n) if onset_s is None else onset_s),
            repeat=np.zeros(n, np.int64),
        )

    return make


@pytest.fixture
def make_split_by_hand() -> Callable[..., Split]:
    """Split from one string per fold: ``"ttTT"`` is two to train, two to test."""

    def make(*folds: str, ids: Sequence[str] | None = None) -> Split:
        letters = np.array([list(fold) for fold in folds])
        part = np.where(letters == "T", TEST, np.where(letters == "t", TRAIN, 0))
        names = [f"s{k:03d}" for k in range(part.shape[1])] if ids is None else ids
        return Split(
            name="by-hand",
            stimulus_id=np.array(names),
            part=part.astype(np.int8),
            cv_fold=np.where(part == TRAIN, 0, -1).astype(np.int16),
            fold_name=np.array([f"fold-{k + 1}" for k in range(len(folds))]),
            reason="Written by hand.",
        )

    return make


@pytest.fixture
def make_held_out() -> Callable[..., HeldOut]:
    """Held-out set with the given number of items in each fold."""

    def make(*sizes: int, serial: bool = False) -> HeldOut:
        pool = tuple(
            np.array([f"f{fold}s{k:04d}" for k in range(size)])
            for fold, size in enumerate(sizes)
        )
        fold = np.repeat(np.arange(len(sizes)), sizes)
        return HeldOut(np.concatenate(pool), fold, pool, serial)

    return make

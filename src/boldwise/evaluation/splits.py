"""Splits: which stimuli train a model, which test it, decided once and by id."""

import hashlib
from dataclasses import dataclass

import numpy as np

from boldwise.errors import LeakageError

UNUSED, TRAIN, TEST = 0, 1, 2


@dataclass(frozen=True)
class Split:
    """One or more folds over the stimuli of a dataset.

    Attributes
    ----------
    name : str
        Name of the config entry.
    stimulus_id : array of str, shape (n_stimuli,)
    part : array of int8, shape (n_folds, n_stimuli)
        ``UNUSED``, ``TRAIN`` or ``TEST``, per outer fold.
    cv_fold : array of int16, shape (n_folds, n_stimuli)
        Inner fold of each training stimulus, for penalties; -1 elsewhere.
    fold_name : array of str, shape (n_folds,)
        What is held out, for example ``run-03``.
    reason : str
        One sentence on how the split was made.
    inner_gap_s : float
        Of the same run, what is less than so many seconds from the rows that an inner
        fold validates is not fitted there.
    """

    name: str
    stimulus_id: np.ndarray
    part: np.ndarray
    cv_fold: np.ndarray
    fold_name: np.ndarray
    reason: str
    inner_gap_s: float = 0.0

    @property
    def hash(self) -> str:
        """12 hexadecimal digits over ids and parts; stored with all that is fitted."""
        digest = hashlib.sha256("\0".join(self.stimulus_id).encode())
        digest.update(np.ascontiguousarray(self.part, np.int8).tobytes())
        digest.update(np.ascontiguousarray(self.cv_fold, np.int16).tobytes())
        return digest.hexdigest()[:12]

    @property
    def n_folds(self) -> int:
        """Number of outer folds."""
        return len(self.part)

    def train_ids(self, fold: int) -> np.ndarray:
        """Training stimuli of an outer fold, shape (n_train,)."""
        ids: np.ndarray = self.stimulus_id[self.part[fold] == TRAIN]
        return ids

    def test_ids(self, fold: int) -> np.ndarray:
        """Test stimuli of an outer fold, shape (n_test,)."""
        ids: np.ndarray = self.stimulus_id[self.part[fold] == TEST]
        return ids

    def inner_folds(self, fold: int) -> np.ndarray:
        """Inner fold of each training stimulus, aligned with ``train_ids``."""
        folds: np.ndarray = self.cv_fold[fold][self.part[fold] == TRAIN]
        return folds

    def refuse_other(self, found: str, *, what: str) -> None:
        """Refuse what was fitted or scored under another split.

        Parameters
        ----------
        found : str
            The hash stored with it.
        what : str
            Its name, for the message.

        Raises
        ------
        LeakageError
            With both hashes: its test stimuli may have trained it.
        """
        if found != self.hash:
            raise LeakageError(
                f"{what} was made under a split with hash {found or 'unknown'}, but "
                f"split '{self.name}' has hash {self.hash}; what is tested now may "
                "have trained it. Delete it and run snakemake again."
            )

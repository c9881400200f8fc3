"""What a decoder is given and what it hands on, fold by fold of a split."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from boldwise.errors import DataError
from boldwise.evaluation.held_out import find_held_out
from boldwise.evaluation.inner_folds import inner_folds
from boldwise.evaluation.splits import Split
from boldwise.features.records import FittedFeatures, Stimuli, find_rows
from boldwise.linear.folds import Folds
from boldwise.responses.records import Responses
from boldwise.responses.repeats import average_repeats


@dataclass(frozen=True)
class DecodingData:
    """What the decoders of one subject are given; each kind uses some of it.

    Attributes
    ----------
    responses : Responses
        Of shape (n_trials, n_voxels).
    split : Split
    target : FittedFeatures or None
        Feature space to predict (``ridge``).
    stimuli : Stimuli or None
        Whose categories to predict (``category``).
    others : sequence of Responses
        The other subjects (``across_subjects``, and ``ridge`` with ``others``).
    """

    responses: Responses
    split: Split
    target: FittedFeatures | None = None
    stimuli: Stimuli | None = None
    others: Sequence[Responses] = ()


@dataclass(frozen=True)
class Decoded:
    """Held-out stimuli as decoded, beside what they were.

    Attributes
    ----------
    stimulus_id : array of str, shape (n_test,)
        Sorted within each fold.
    fold : array of int, shape (n_test,)
        Outer fold that held the stimulus out.
    arrays : dict of array
        ``prediction`` and ``target``, both of shape (n_test, n_dimensions); or
        ``label`` and ``predicted_label`` of shape (n_test,), ``evidence`` of shape
        (n_test, n_classes) and ``classes`` of shape (n_classes,). With ``alpha`` and
        ``cv_score`` of shape (n_folds, n_dimensions) where penalties were chosen, and
        what ``kept`` names where weights are kept.
    unit : str
        Of the prediction and its target, or of the evidence.
    """

    stimulus_id: np.ndarray
    fold: np.ndarray
    arrays: dict[str, np.ndarray]
    unit: str

    def datasets(self) -> dict[str, np.ndarray]:
        """Arrays to store, by name, in the shapes above."""
        return {"stimulus_id": self.stimulus_id, "fold": self.fold, **self.arrays}


@dataclass(frozen=True)
class OuterFold:
    """Responses of one outer fold, averaged over the repeats of a stimulus.

    Attributes
    ----------
    number : int
    train, test : array of float32, shape (n_train, n_voxels) and (n_test, n_voxels)
    train_id, test_id : array of str, shape (n_train,) and (n_test,)
    inner : array of int, shape (n_train,)
        Inner fold of each training stimulus.
    apart : list of (array of int, array of int), or None
        Training rows to fit and to validate, where the split wants a gap between.
    """

    number: int
    train: np.ndarray
    test: np.ndarray
    train_id: np.ndarray
    test_id: np.ndarray
    inner: np.ndarray
    apart: Folds | None = None


def outer_folds(data: DecodingData) -> Iterator[OuterFold]:
    """Average repeats and part the stimuli that the subject saw, fold by fold.

    Parameters
    ----------
    data : DecodingData
        Responses of shape (n_trials, n_voxels).

    Yields
    ------
    fold : OuterFold
        Folds that test nothing this subject saw are left out.

    Raises
    ------
    DataError
        If a fold has stimuli to test but none to train on, or no fold tests any.
    """
    split, trials = data.split, data.responses.trials
    ids, response, _ = average_repeats(data.responses.response, trials.stimulus_id)
    held_out = find_held_out(split, ids)
    if not len(held_out):
        raise DataError(
            f"none of the {len(ids)} stimuli of this subject are held out by split "
            f"'{split.name}'. Are the ids of responses and split the same?"
        )
    for number in np.unique(held_out.fold).tolist():
        wanted = split.train_ids(number)
        seen = np.isin(wanted, ids)
        if not seen.any():
            raise DataError(
                f"this subject saw none of the {len(wanted)} training stimuli of fold "
                f"{split.fold_name[number]} of split '{split.name}'."
            )
        test_id = held_out.stimulus_id[held_out.fold == number]
        labels = split.inner_folds(number)[seen]
        yield OuterFold(
            number,
            train=response[find_rows(ids, wanted[seen], what="responses")],
            test=response[find_rows(ids, test_id, what="responses")],
            train_id=wanted[seen],
            test_id=test_id,
            inner=labels,
            apart=_keep_apart(wanted[seen], labels, data),
        )


def _keep_apart(
    train_id: np.ndarray, labels: np.ndarray, data: DecodingData
) -> Folds | None:
    """Inner folds with the gap of the split; None if it asks for none."""
    if not data.split.inner_gap_s:
        return None
    trials = data.responses.trials
    shown, first = np.unique(trials.stimulus_id, return_index=True)
    rows = first[find_rows(shown, train_id, what="responses")]
    return inner_folds(labels, trials.take(rows), gap_s=data.split.inner_gap_s)

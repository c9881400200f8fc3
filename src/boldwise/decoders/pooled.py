"""Ridge decoders that learn from other subjects, too: pooled, or as an ensemble.

Subjects are brought together by an alignment that is fitted on training stimuli which
both saw. Each then lends all training stimuli that it saw, its own among them: with few
trials of one subject, these are most of what can be learned.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from boldwise.decoders.alignment.linear_map import Alignment
from boldwise.decoders.alignment.methods import pair_method
from boldwise.decoders.data import OuterFold
from boldwise.decoders.kept import to_features
from boldwise.decoders.linear import RidgeDecoder
from boldwise.errors import DataError
from boldwise.evaluation.alignment_ids import alignment_ids, refuse_tested
from boldwise.evaluation.splits import Split
from boldwise.features.records import FeatureSpace, find_rows
from boldwise.linear.folds import Folds
from boldwise.responses.records import Responses
from boldwise.responses.repeats import average_repeats

N_FOLDS = 5  # of an alignment whose stimuli lie in one inner fold of the split


@dataclass(frozen=True)
class Others:
    """What other subjects saw, and how they are brought to the decoded one.

    Attributes
    ----------
    seen : list of (array of str, shape (n_stimuli,), and array (n_stimuli, n_voxels))
        Ids and mean responses of each other subject.
    split : Split
    options : mapping
        ``how``, and ``alignment`` with the options of a pair.
    """

    seen: list[tuple[np.ndarray, np.ndarray]]
    split: Split
    options: Mapping[str, Any]

    def in_order(self, number: int) -> list[tuple[np.ndarray, np.ndarray]]:
        """Sort ``seen`` by what trains in a fold, whatever order it was given in.

        The last bits of sums hang on it, and with them a choice between like penalties.
        """

        def digest(one: tuple[np.ndarray, np.ndarray]) -> bytes:
            rows, _ = _training(one[0], number, self.split)
            return hashlib.sha256(one[1][rows].tobytes()).digest()

        return sorted(self.seen, key=digest)


def look_at_others(
    others: Sequence[Responses], split: Split, options: Mapping[str, Any]
) -> Others:
    """Average the repeats of other subjects.

    Parameters
    ----------
    others : sequence of Responses, each of shape (n_trials, n_voxels)
    split : Split
    options : mapping
        As of ``Others``.

    Returns
    -------
    others : Others

    Raises
    ------
    DataError
        If there are none.
    """
    if not others:
        raise DataError(
            "one subject alone has no others to learn from: list two or more subjects, "
            "or leave `others` out of this decoder."
        )
    seen = [average_repeats(one.response, one.trials.stimulus_id)[:2] for one in others]
    return Others(seen, split, options)


def fit_pooled(
    fold: OuterFold, others: Others, features: FeatureSpace, *, alphas: np.ndarray
) -> RidgeDecoder:
    """Fit one decoder to all subjects' training trials, in the voxels of one.

    Parameters
    ----------
    fold : OuterFold
        Of the decoded subject, responses of shape (n_train, n_voxels).
    others : Others
    features : FeatureSpace
        The target.
    alphas : array of shape (n_alphas,)

    Returns
    -------
    decoder : RidgeDecoder
        Takes responses of the decoded subject.

    Raises
    ------
    LeakageError
        If the fold tests on all stimuli that two subjects share.
    """
    rows, ids = [fold.train], [fold.train_id]
    for known, response in others.in_order(fold.number):
        own, other = _shared(fold, known, others.split)
        to_own = _align(response[other], fold.train[own], fold.inner[own], others)
        kept, _ = _training(known, fold.number, others.split)
        rows.append(np.asarray(to_own.apply(response[kept]), np.float32))
        ids.append(known[kept])
    stimulus_id = np.concatenate(ids)
    refuse_tested(others.split, fold.number, stimulus_id)
    label = _inner(stimulus_id, fold.number, others.split)
    decoder = RidgeDecoder(alphas=alphas, cv=_own_folds(label, len(fold.train)))
    return decoder.fit(np.concatenate(rows), features.rows(stimulus_id))


class Ensemble:
    """Mean of what a subject's decoder and those of others say of its responses.

    Parameters
    ----------
    own : RidgeDecoder
        Of the decoded subject.
    members : sequence of (Alignment, RidgeDecoder)
        The way into another subject's voxels, and that subject's decoder.

    Attributes
    ----------
    responses_, targets_ : Standardiser
    alpha_, cv_score_ : array of shape (n_features,)
        Of the decoder of the subject itself.
    """

    def __init__(
        self, own: RidgeDecoder, members: Sequence[tuple[Alignment, RidgeDecoder]]
    ) -> None:
        self._own, self._members = own, list(members)
        self.responses_, self.targets_ = own.responses_, own.targets_
        self.alpha_, self.cv_score_ = own.alpha_, own.cv_score_

    def predict(self, responses: np.ndarray) -> np.ndarray:
        """Predict z-scored features from responses of the subject itself.

        Parameters
        ----------
        responses : array of shape (n_new, n_voxels)

        Returns
        -------
        prediction : array of float32, shape (n_new, n_features)
            In standard deviations of the subject's own training stimuli.
        """
        said = [self._own.predict(responses)]
        for alignment, decoder in self._members:
            decoded = decoder.predict(alignment.apply(responses))
            said.append(self.targets_.apply(to_features(decoder, decoded)))
        return np.asarray(np.mean(said, axis=0), np.float32)


def fit_ensemble(
    fold: OuterFold, others: Others, features: FeatureSpace, *, alphas: np.ndarray
) -> Ensemble:
    """Fit a decoder of each subject, and ways from one subject to the others.

    Parameters
    ----------
    fold, others, features, alphas
        As of ``fit_pooled``; alphas of shape (n_alphas,).

    Returns
    -------
    ensemble : Ensemble

    Raises
    ------
    LeakageError
        If the fold tests on all stimuli that two subjects share.
    """
    members = []
    for known, response in others.in_order(fold.number):
        own, other = _shared(fold, known, others.split)
        to_other = _align(fold.train[own], response[other], fold.inner[own], others)
        kept, label = _training(known, fold.number, others.split)
        refuse_tested(others.split, fold.number, known[kept])
        decoder = RidgeDecoder(alphas=alphas, cv=label)
        decoder.fit(response[kept], features.rows(known[kept]))
        members.append((to_other, decoder))
    cv = fold.inner if fold.apart is None else fold.apart
    mine = RidgeDecoder(alphas=alphas, cv=cv)
    return Ensemble(mine.fit(fold.train, features.rows(fold.train_id)), members)


def _own_folds(label: np.ndarray, n_own: int) -> Folds:
    """Inner folds that validate on the first rows alone.

    What is brought over from others is less noisy than what will be decoded: a penalty
    that serves it best would be too small.
    """
    rows = np.arange(len(label))
    return [
        (np.flatnonzero(label != k), np.flatnonzero((label == k) & (rows < n_own)))
        for k in np.unique(label[:n_own])
    ]


def _shared(
    fold: OuterFold, known: np.ndarray, split: Split
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the training stimuli that both saw: of the subject, and of the other."""
    mine = np.concatenate([fold.train_id, fold.test_id])
    both = np.intersect1d(mine, known)
    if not len(both):
        raise DataError(
            f"two subjects saw no stimulus in common ({len(mine)} and {len(known)} of "
            "their own), so they cannot be aligned. Leave `others` out of this decoder."
        )
    align = alignment_ids(split, fold.number, both)
    refuse_tested(split, fold.number, align)
    return (
        find_rows(fold.train_id, align, what="responses"),
        find_rows(known, align, what="responses"),
    )


def _align(
    source: np.ndarray, target: np.ndarray, inner: np.ndarray, others: Others
) -> Alignment:
    """Fit a map on stimuli that both saw, in inner folds of these."""
    if len(np.unique(inner)) < 2:
        inner = np.arange(len(inner)) % min(N_FOLDS, len(inner))
    return pair_method(others.options["alignment"], inner)(source, target)


def _training(
    known: np.ndarray, number: int, split: Split
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of a subject that train in a fold, and the inner fold of each."""
    rows = np.flatnonzero(np.isin(known, split.train_ids(number)))
    return rows, _inner(known[rows], number, split)


def _inner(stimulus_id: np.ndarray, number: int, split: Split) -> np.ndarray:
    """Inner fold of training stimuli; one may occur more than once."""
    rows = find_rows(split.train_ids(number), stimulus_id, what="inner fold")
    return np.asarray(split.inner_folds(number)[rows])

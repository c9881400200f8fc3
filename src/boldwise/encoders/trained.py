"""Train an encoder in every outer fold of a split, and on shuffled responses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.encoders.trained_rows import FoldRows, SubjectRows
from boldwise.encoders.trained_task import FoldFit, FoldTask, Sources
from boldwise.errors import DataError
from boldwise.evaluation.scores import correlate_in_folds
from boldwise.training.moment import Progress

KINDS = {
    "region_query": "boldwise.encoders.trained_by_tokens:fit_queries",
    "spatial_readout": "boldwise.encoders.trained_by_tokens:fit_places",
    "voxel_embedding": "boldwise.encoders.trained_together:fit_embeddings",
    "in_context": "boldwise.encoders.trained_together:fit_by_example",
    "response_optimised": "boldwise.encoders.trained_together:fit_core",
}
TOGETHER = ("voxel_embedding", "response_optimised")  # one training of all subjects
Change = Callable[[FoldRows], FoldRows]


@dataclass(frozen=True)
class Bench:
    """Who is fitted, to what, and where unfinished work is kept.

    Attributes
    ----------
    subjects : mapping of subject to SubjectRows
        Those who are predicted, and those who only teach.
    wanted : tuple of str
        Those who are predicted.
    sources : Sources
    options : mapping
        Of the encoder, ``kind`` among them, as in the config.
    folder : path or None
        Of checkpoints.
    progress : callable or None
    """

    subjects: Mapping[str, SubjectRows]
    wanted: tuple[str, ...]
    sources: Sources
    options: Mapping[str, Any]
    folder: Path | None = None
    progress: Progress | None = None

    @property
    def n_folds(self) -> int:
        """Outer folds of the split."""
        return len(next(iter(self.subjects.values())).train)

    def task(self, number: int, change: Change = lambda rows: rows) -> FoldTask:
        """One outer fold, ready to be fitted, after a change of each one's rows."""
        return FoldTask(
            number=number,
            rows={
                name: change(one.fold(number)) for name, one in self.subjects.items()
            },
            wanted=self.wanted,
            sources=self.sources,
            options=self.options,
            folder=self.folder,
            progress=self.progress,
        )


def train_encoder(bench: Bench, *, change: Change = lambda rows: rows) -> list[FoldFit]:
    """Fit every outer fold, one after the other, on its training stimuli alone.

    Parameters
    ----------
    bench : Bench
    change : callable
        What to do to each subject's rows of a fold before, such as to keep fewer.

    Returns
    -------
    fits : list of FoldFit
        One per outer fold; predictions of shape (n_test of the fold, n_voxels).
    """
    return [_fit(bench, number, change) for number in range(bench.n_folds)]


def predictions_of(fits: list[FoldFit], subject: str) -> np.ndarray:
    """Join the predictions of all folds, shape (n_test, n_voxels).

    Parameters
    ----------
    fits : list of FoldFit
    subject : str

    Returns
    -------
    prediction : array of float32, shape (n_test, n_voxels)

    Raises
    ------
    DataError
        If a prediction is not finite.
    """
    joined = np.concatenate([one.prediction[subject] for one in fits])
    wrong = int((~np.isfinite(joined)).sum())
    if wrong:
        raise DataError(
            f"{wrong} of {joined.size} predictions for subject {subject} are not "
            "finite: the training went astray. Lower `training.learning_rate`, or set "
            "`training.clip_norm: 1`."
        )
    return np.asarray(joined, np.float32)


def shuffle_encoder(
    bench: Bench, *, n_shuffles: int, seed: int
) -> dict[str, dict[str, np.ndarray]]:
    """Train on responses that were shuffled over the training stimuli.

    Each subject's responses are shuffled in an order of their own; all voxels of a
    stimulus move together. Those who only teach are shuffled, too.

    Parameters
    ----------
    bench : Bench
    n_shuffles : int
        Draws, each a training of its own.
    seed : int
        A draw depends on the seed and its number only.

    Returns
    -------
    median : dict of subject to dict of array of float64, shape (n_shuffles,)
        By region of interest, and for ``all`` voxels: the median over voxels of the
        correlation with the responses to the test stimuli, averaged over folds.
    """
    draws = [_draw(bench, seed, number) for number in range(n_shuffles)]
    return {
        subject: {
            roi: np.array([one[subject][roi] for one in draws])
            for roi in _regions(bench.subjects[subject])
        }
        for subject in bench.wanted
    }


def _draw(bench: Bench, seed: int, number: int) -> dict[str, dict[str, float]]:
    rng = np.random.default_rng([seed, number])
    fits = [
        _fit(bench, fold, lambda rows: rows.shuffled(rng))
        for fold in range(bench.n_folds)
    ]
    medians = {}
    for subject in bench.wanted:
        rows = bench.subjects[subject]
        prediction = predictions_of(fits, subject)
        r = correlate_in_folds(prediction, rows.tested, rows.held_out.fold)
        medians[subject] = {
            name: _median(r[inside]) for name, inside in _regions(rows).items()
        }
    return medians


def _fit(bench: Bench, number: int, change: Change) -> FoldFit:
    module, _, function = KINDS[bench.options["kind"]].partition(":")
    fit: FoldFit = getattr(import_module(module), function)(bench.task(number, change))
    return fit


def _regions(rows: SubjectRows) -> dict[str, np.ndarray]:
    return {"all": np.ones(len(rows.voxels), bool), **rows.voxels.roi}


def _median(r: np.ndarray) -> float:
    known = r[np.isfinite(r)]
    return float(np.median(known)) if len(known) else float("nan")

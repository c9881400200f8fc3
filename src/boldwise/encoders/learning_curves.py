"""How scores grow with the number of images, beside ridge on the same images.

Letters for shapes: V voxels.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from boldwise.encoders.curve_records import Curve, RidgeBeside
from boldwise.encoders.new_subjects import predict_new_subject
from boldwise.encoders.ridge_on_fewer import fit_ridge_on
from boldwise.encoders.trained import (
    TOGETHER,
    Bench,
    predictions_of,
    train_encoder,
)
from boldwise.encoders.trained_rows import FoldRows, SubjectRows
from boldwise.evaluation.scores import correlate_in_folds


def numbers_of(subjects: Mapping[str, SubjectRows], asked: Sequence[int]) -> list[int]:
    """Numbers of images that every subject has in every fold, ascending.

    Parameters
    ----------
    subjects : mapping of subject to SubjectRows
    asked : sequence of int
        Beyond what there is: all that there is.

    Returns
    -------
    numbers : list of int
    """
    most = min(n for one in subjects.values() for n in one.n_train)
    return sorted({min(n, most) for n in asked})


def curve_of_new_subject(
    bench: Bench, ridges: Mapping[str, RidgeBeside], *, asked: Sequence[int], name: str
) -> Curve:
    """Leave the wanted subject out of training, then take it up from few images.

    Parameters
    ----------
    bench : Bench
        One subject is wanted; the others train the encoder, with all their images.
    ridges : mapping of name to RidgeBeside
        Fitted to the same few images of the subject.
    asked : sequence of int
        Numbers of images.
    name : str
        Of the encoder.

    Returns
    -------
    curve : Curve
    """
    (subject,) = bench.wanted
    rows, seed = bench.subjects[subject], bench.options["training"]["seed"]
    numbers = numbers_of({subject: rows}, asked)
    folds = []
    for number in range(bench.n_folds):
        fold = rows.fold(number)
        few = {n: fold.fewer(n, seed=seed) for n in numbers}
        folds.append(predict_new_subject(bench.task(number), few))
    ours = [np.concatenate([fold[n] for fold in folds]) for n in numbers]
    return _score(rows, numbers, {name: ours, **_ridges(rows, numbers, ridges, seed)})


def curves_of_training(
    bench: Bench, ridges: Mapping[str, RidgeBeside], *, asked: Sequence[int], name: str
) -> dict[str, Curve]:
    """Train again on fewer images of each subject.

    Parameters
    ----------
    bench : Bench
        Its subjects are trained together on so many images each, as its kind asks.
    ridges : mapping of name to RidgeBeside
        Fitted to the same images, subject by subject.
    asked : sequence of int
        Numbers of images.
    name : str
        Of the encoder.

    Returns
    -------
    curves : dict of subject to Curve
    """
    seed = bench.options["training"]["seed"]
    numbers = numbers_of(bench.subjects, asked)
    ours: dict[str, list[np.ndarray]] = {subject: [] for subject in bench.wanted}
    for n in numbers:
        fewer = partial(FoldRows.fewer, n=n, seed=seed)
        for part in _trained_at_once(bench):
            fits = train_encoder(part, change=fewer)
            for subject in part.wanted:
                ours[subject].append(predictions_of(fits, subject))
    curves = {}
    for subject, predicted in ours.items():
        rows = bench.subjects[subject]
        theirs = _ridges(rows, numbers, ridges, seed)
        curves[subject] = _score(rows, numbers, {name: predicted, **theirs})
    return curves


def _trained_at_once(bench: Bench) -> list[Bench]:
    """Benches of one training each: of all subjects together, or of one alone."""
    if bench.options["kind"] in TOGETHER:
        return [bench]
    return [
        replace(bench, subjects={one: bench.subjects[one]}, wanted=(one,))
        for one in bench.wanted
    ]


def _ridges(
    rows: SubjectRows,
    numbers: Sequence[int],
    ridges: Mapping[str, RidgeBeside],
    seed: int,
) -> dict[str, list[np.ndarray]]:
    """Predictions (n_test, V) of each ridge for each number of images."""
    return {
        name: [np.concatenate(list(_fit_folds(rows, ridge, n, seed))) for n in numbers]
        for name, ridge in ridges.items()
    }


def _fit_folds(
    rows: SubjectRows, ridge: RidgeBeside, n: int, seed: int
) -> Iterator[np.ndarray]:
    for number in range(len(rows.train)):
        spaces = [space.fold(number) for space in ridge.spaces]
        few = rows.fold(number).fewer(n, seed=seed)
        yield fit_ridge_on(few, spaces, alphas=ridge.alphas)


def _score(
    rows: SubjectRows, numbers: list[int], predicted: dict[str, list[np.ndarray]]
) -> Curve:
    tested, fold = rows.tested, rows.held_out.fold
    r = {
        name: np.stack([correlate_in_folds(one, tested, fold) for one in each])
        for name, each in predicted.items()
    }
    return Curve(np.array(numbers), r)

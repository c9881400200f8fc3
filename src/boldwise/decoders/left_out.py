"""Leave one subject out, train on the others, and take it up again with few trials.

Letters for shapes: M modes, K budgets, D outer folds, S known subjects.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from boldwise.decoders.adaptation_curve import (
    MEASURES,
    AdaptationCurve,
    TakeUp,
    curve_by,
    rank_tests,
    scores_of,
)
from boldwise.decoders.brain_study import BrainStudy
from boldwise.decoders.raw_transfer import move_responses, nearest_voxels
from boldwise.decoders.scaling import RowScale
from boldwise.decoders.shared_data import SharedData
from boldwise.decoders.shared_folds import with_whole_groups
from boldwise.decoders.shared_options import adaptation_modes, shared_options
from boldwise.errors import DataError, name_some
from boldwise.training.history import History
from boldwise.training.moment import Progress
from boldwise.training.rows import take_rows

if TYPE_CHECKING:
    from boldwise.decoders.adaptation import AdaptationOptions
    from boldwise.decoders.fit_shared_latent import SharedLatentFit


@dataclass(frozen=True)
class LeftOut:
    """How well one left-out subject was taken up.

    Attributes
    ----------
    modes : list of str
        M.
    budgets : array of shape (K,)
    unit : str
    known : list of str
        S: subjects that taught.
    n_trials : array of int, shape (D, K)
        That the subject was taken up with.
    n_pool : array of int, shape (D,)
        Test stimuli, among which each is looked for.
    scores : dict of array of shape (D, M, K)
        ``top1`` and ``two_way``.
    transfer : dict of array of shape (D, S)
        The same, by the map of each known subject as it is.
    histories : list of History
        Of the known subjects' training; D.
    """

    modes: list[str]
    budgets: np.ndarray
    unit: str
    known: list[str]
    n_trials: np.ndarray
    n_pool: np.ndarray
    scores: dict[str, np.ndarray]
    transfer: dict[str, np.ndarray]
    histories: list[History]


def leave_out(
    data: SharedData,
    new: str,
    options: Mapping[str, Any],
    *,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> LeftOut:
    """Train without one subject in every outer fold, and take it up in each mode.

    Parameters
    ----------
    data : SharedData
        Of all subjects, the left-out one among them.
    new : str
        The one to leave out.
    options : mapping
        Of the decoder, as in the config, with ``new_subjects``.
    folder : path, optional
        Of checkpoints.
    progress : callable, optional
        Of the training of the known subjects.

    Returns
    -------
    found : LeftOut

    Raises
    ------
    DataError
        If nobody else is there to teach, or the subject is not.
    """
    known = sorted(set(data.subjects) - {new})
    if not known or new not in data.subjects:
        raise DataError(
            f"subject '{new}' cannot be left out of {name_some(sorted(data.subjects))}:"
            " it takes that subject and another one who teaches."
        )
    found = [
        _leave_out_in_fold(
            data, new, options, (number, known), folder=folder, progress=progress
        )
        for number in range(data.split.n_folds)
    ]
    curves = [one.curve for one in found]
    return LeftOut(
        modes=curves[0].modes,
        budgets=np.asarray(curves[0].budgets, float),
        unit=curves[0].unit,
        known=known,
        n_trials=np.stack([one.n_trials[:, 0] for one in curves]),
        n_pool=np.array([one.n_pool for one in found]),
        scores={m: np.stack([c.scores[m][:, :, 0] for c in curves]) for m in MEASURES},
        transfer={m: np.stack([one.transfer[m] for one in found]) for m in MEASURES},
        histories=[one.history for one in found],
    )


@dataclass(frozen=True)
class _FoldOut:
    """What came out of one outer fold; ``transfer`` as of ``transfer_scores``."""

    curve: AdaptationCurve
    transfer: dict[str, np.ndarray]
    n_pool: int
    history: History


def _leave_out_in_fold(
    data: SharedData,
    new: str,
    options: Mapping[str, Any],
    place: tuple[int, list[str]],
    *,
    folder: Path | None,
    progress: Progress | None,
) -> _FoldOut:
    from boldwise.decoders.fit_shared_latent import fit_shared_latent

    number, known = place
    ask = options["new_subjects"]
    study = data.study(number)  # Refuses what one trains on and another tests.
    others, alone = study.only(known), study.only([new])
    plan = with_whole_groups(shared_options(options), others)
    fit = fit_shared_latent(others, options=plan, folder=folder, progress=progress)
    curve = curve_by(
        _taker(fit, others if ask["known_beside"] else None, folder),
        alone,
        target=data.identifies,
        budgets=ask["budgets"],
        modes=adaptation_modes(ask),
        unit=ask["unit"],
    )
    transfer = transfer_scores(fit, study, data, new)
    return _FoldOut(curve, transfer, len(alone.shown("test")), fit.history)


def _taker(
    fit: "SharedLatentFit", beside: BrainStudy | None, folder: Path | None
) -> TakeUp:
    from boldwise.decoders.adaptation import adapt

    def take_up(part: BrainStudy, options: "AdaptationOptions") -> "SharedLatentFit":
        return adapt(fit, part, options=options, beside=beside, folder=folder)

    return take_up


def transfer_scores(
    fit: "SharedLatentFit", study: BrainStudy, data: SharedData, new: str
) -> dict[str, np.ndarray]:
    """Score a new subject by the map of each known one, as it is.

    Voxels are z-scored by all of the new subject's training trials, and given to the
    nearest voxels of the known one. Where voxels of subjects do not mean the same
    place, that is chance.

    Parameters
    ----------
    fit : SharedLatentFit
        Of the known subjects.
    study : BrainStudy
        With the new one among them; responses of shape (n_trials, n_voxels).
    data : SharedData
        Where voxels lie.
    new : str

    Returns
    -------
    scores : dict of array of shape (S,)
        ``top1`` and ``two_way``, by known subject, sorted.
    """
    from boldwise.decoders.fit_shared_latent import input_of, tell

    brain, target = study.brains[new], data.identifies
    own = input_of(brain)
    scale = RowScale(own.mean, own.width)
    standard = scale.apply(take_rows(brain.responses, brain.test))
    found: dict[str, list[float]] = {measure: [] for measure in MEASURES}
    for name in fit.model.subjects:
        row = nearest_voxels(data.subjects[name].voxels, data.subjects[new].voxels)
        one = fit.model.map_of(name)
        theirs = RowScale(one.mean.numpy(), one.width.numpy())
        moved = theirs.undo(move_responses(standard, row))
        told = tell(fit.model, name, moved)[target][1]
        ranks = rank_tests(told, study, new, target, fit)
        for measure, value in scores_of(ranks).items():
            found[measure].append(value)
    return {measure: np.array(values) for measure, values in found.items()}

"""A decoder that subjects share, over the outer folds of a split.

Letters for shapes: V voxels of one subject, F numbers of the target that identifies.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from boldwise.decoders.brain_study import BrainStudy
from boldwise.decoders.control_ranks import rank_controls
from boldwise.decoders.data import Decoded
from boldwise.decoders.scaling import RowScale
from boldwise.decoders.shared_data import SharedData
from boldwise.decoders.shared_options import shared_options
from boldwise.responses.repeats import average_repeats
from boldwise.training.history import History
from boldwise.training.moment import Progress
from boldwise.training.rows import take_rows
from boldwise.training.weights import weights_of

if TYPE_CHECKING:
    from boldwise.decoders.fit_shared_latent import (
        SharedLatentFit,
        SharedLatentOptions,
    )

UNIT = "retrieval embedding, for standard deviations of the training stimuli"
Columns = dict[str, np.ndarray]


@dataclass(frozen=True)
class FoldModel:
    """What is kept of the training of one outer fold.

    Attributes
    ----------
    weights : dict of array
        Of the model, with the scales of voxels and targets among them.
    history : History
    n_parameters : int
        That were trained.
    """

    weights: dict[str, np.ndarray]
    history: History
    n_parameters: int


def decode_together(
    data: SharedData,
    options: Mapping[str, Any],
    *,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> tuple[dict[str, Decoded], list[FoldModel]]:
    """Train one decoder for all subjects in every outer fold, and decode the others.

    Single trials train; tested are means over the repeats of a stimulus, as by all
    decoders.

    Parameters
    ----------
    data : SharedData
        Responses of shape (n_trials, V).
    options : mapping
        Of the decoder, as in the config.
    folder : path, optional
        Of checkpoints.
    progress : callable, optional

    Returns
    -------
    decoded : dict of subject to Decoded
        ``prediction`` and ``target`` of shape (n_test, F), ``control/*`` and
        ``training_distance`` as of ``control_ranks``, and ``told/*``: each target as
        regression tells it, in its unit.
    models : list of FoldModel
        One per outer fold.
    """
    from boldwise.decoders.fit_shared_latent import fit_shared_latent

    parts: dict[str, list[Columns]] = {name: [] for name in data.subjects}
    models = []
    for number in range(data.split.n_folds):
        study = data.study(number)
        fit = fit_shared_latent(
            study,
            options=with_whole_groups(shared_options(options), study),
            folder=folder,
            progress=progress,
        )
        ids = data.fold_ids(number)
        for name, own in parts.items():
            own.append(_decode(fit, study, name, ids, (number, data.identifies)))
        models.append(FoldModel(weights_of(fit.model), fit.history, fit.n_parameters))
    return {name: _joined(own) for name, own in parts.items()}, models


def with_whole_groups(
    options: "SharedLatentOptions", study: BrainStudy
) -> "SharedLatentOptions":
    """Raise the validation share until one group fits; a share of 0 stays.

    Parameters
    ----------
    options : SharedLatentOptions
    study : BrainStudy

    Returns
    -------
    options : SharedLatentOptions
    """
    if not options.validation_share or study.groups is None:
        return options
    groups = study.groups[study.shown("train")]
    _, size = np.unique(groups, return_counts=True)
    least = float(size.min()) / len(groups)
    return replace(options, validation_share=max(options.validation_share, least))


def _decode(
    fit: "SharedLatentFit",
    study: BrainStudy,
    name: str,
    ids: np.ndarray,
    place: tuple[int, str],
) -> Columns:
    """Decode the test stimuli of one subject: columns, sorted by stimulus id."""
    from boldwise.decoders.fit_shared_latent import tell

    number, target = place
    brain = study.brains[name]
    test_id, responses, _ = average_repeats(
        take_rows(brain.responses, brain.test), ids[brain.stimulus_row[brain.test]]
    )
    known = np.unique(brain.stimulus_row[brain.train])
    known = known[np.argsort(ids[known])]  # of equally near ones the first is taken
    wanted = _truth(fit, study, target, _places(ids, test_id))
    one = fit.model.map_of(name)
    controls = rank_controls(
        _decoder(fit, name, target),
        responses,
        (_truth(fit, study, target, known), wanted),
        scale=RowScale(one.mean.numpy(), one.width.numpy()),
        seed=number,
    )
    told = tell(fit.model, name, responses)
    return controls | {
        "stimulus_id": test_id,
        "fold": np.full(len(test_id), number),
        "prediction": told[target][1].reshape(len(test_id), -1),
        "target": wanted,
        **{f"told/{key}": fit.scale[key].undo(pair[0]) for key, pair in told.items()},
    }


def _truth(
    fit: "SharedLatentFit", study: BrainStudy, target: str, rows: np.ndarray
) -> np.ndarray:
    """Take the standardised targets of some stimuli, (n, F)."""
    values = fit.scale[target].apply(take_rows(study.targets[target], rows))
    return values.reshape(len(rows), -1)


def _decoder(
    fit: "SharedLatentFit", name: str, target: str
) -> Callable[[np.ndarray], np.ndarray]:
    from boldwise.decoders.fit_shared_latent import tell

    def decode(responses: np.ndarray) -> np.ndarray:
        told = tell(fit.model, name, responses)[target][1]
        return told.reshape(len(told), -1)  # (n, F)

    return decode


def _places(ids: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    order = np.argsort(ids)
    return np.asarray(order[np.searchsorted(ids, wanted, sorter=order)])


def _joined(parts: list[Columns]) -> Decoded:
    arrays = {name: np.concatenate([p[name] for p in parts]) for name in parts[0]}
    ids, fold = arrays.pop("stimulus_id"), arrays.pop("fold")
    return Decoded(ids, fold, arrays, UNIT)

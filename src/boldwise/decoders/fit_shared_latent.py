"""Fit a shared-latent decoder to many brains, and tell the test stimuli.

Letters for shapes: V voxels of one subject.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from boldwise.decoders.balanced_batches import BalancedBatches, SubjectRows
from boldwise.decoders.brain_study import Brain, BrainStudy
from boldwise.decoders.control_inputs import CONTROLS, control_responses
from boldwise.decoders.scaling import RowScale, scale_of_rows
from boldwise.decoders.shared_latent import DecoderOptions, SharedLatentDecoder
from boldwise.decoders.subject_maps import SubjectInput
from boldwise.training.history import History
from boldwise.training.loop import Moment, train
from boldwise.training.options import TrainingOptions
from boldwise.training.rows import take_rows
from boldwise.training.seeds import seeded

TRAINING = TrainingOptions(
    n_epochs=30,
    batch_size=9,
    learning_rate=3e-4,
    schedule="one_cycle",
    weight_decay=1e-2,
)
DECODER = DecoderOptions()
BLOCK = 64  # test trials that are told at once
Report = Callable[[Moment], None]
ByTarget = dict[str, np.ndarray]


@dataclass(frozen=True)
class SharedLatentOptions:
    """How a shared-latent decoder is made and trained.

    Attributes
    ----------
    decoder : DecoderOptions
    validation_share : float
        Of the training stimuli, in whole groups, that choose the epoch; 0: none.
    training : TrainingOptions
        Its ``batch_size`` counts trials of each subject.
    """

    decoder: DecoderOptions = DECODER
    validation_share: float = 0.1
    training: TrainingOptions = TRAINING


OPTIONS = SharedLatentOptions()


@dataclass(frozen=True)
class SharedLatentFit:
    """What came out.

    Attributes
    ----------
    prediction : dict of dict of array of float32, shape (n_test, ...)
        By subject and target, one row per test trial: in the unit of the target.
    retrieval : dict of dict of array of float32, shape (n_test, ...)
        Embeddings for identification, to be compared with standardised targets
        (``scale[target].apply``).
    controls : dict of dict of dict of array of float32, shape (n_test, ...)
        As ``retrieval``, by control first: one draw of each.
    scale : dict of RowScale
        By target: mean and width on training stimuli.
    history : History
    n_parameters : int
        That were trained.
    model : SharedLatentDecoder
        Its weights as arrays: ``training.weights.weights_of``.
    """

    prediction: dict[str, ByTarget]
    retrieval: dict[str, ByTarget]
    controls: dict[str, dict[str, ByTarget]]
    scale: dict[str, RowScale]
    history: History
    n_parameters: int
    model: SharedLatentDecoder


def fit_shared_latent(
    study: BrainStudy,
    *,
    options: SharedLatentOptions = OPTIONS,
    scale: Mapping[str, RowScale] | None = None,
    folder: Path | None = None,
    progress: Report | None = None,
) -> SharedLatentFit:
    """Train a decoder from its beginning, and tell the test stimuli.

    Scales, weights and the best epoch come from training trials alone.

    Parameters
    ----------
    study : BrainStudy
        Of responses (n_trials, V) per subject; one or more subjects.
    options : SharedLatentOptions
    scale : mapping of RowScale, optional
        By target; absent: measured on the training stimuli.
    folder : path, optional
        Of checkpoints.
    progress : callable, optional

    Returns
    -------
    fit : SharedLatentFit
    """
    inputs = {name: input_of(one) for name, one in study.brains.items()}
    scale = dict(scale) if scale else scales_of(study)
    with seeded(options.training.seed):
        model = SharedLatentDecoder(inputs, scale, options=options.decoder)
    source = batches_of(study, options)
    history = train(
        model, source, options=options.training, folder=folder, progress=progress
    )
    return tell_tests(model, study, history)


def input_of(brain: Brain) -> SubjectInput:
    """Measure the voxels of a subject by the training trials."""
    found = scale_of_rows(brain.responses, brain.train, what="voxels")
    return SubjectInput(found.mean, found.width, brain.region)


def scales_of(study: BrainStudy) -> dict[str, RowScale]:
    """Measure the targets by the training stimuli; pictures by all of their pixels."""
    rows = study.shown("train")
    return {
        name: scale_of_rows(
            target,
            rows,
            what=f"elements of target '{name}'",
            together=len(target.shape) == 4,
        )
        for name, target in study.targets.items()
    }


def batches_of(
    study: BrainStudy, options: SharedLatentOptions, *, alone: Sequence[str] = ()
) -> BalancedBatches:
    """Batches with equally many trials of each subject.

    Parameters
    ----------
    study : BrainStudy
    options : SharedLatentOptions
    alone : sequence of str
        Subjects of whom each step sees one only.

    Returns
    -------
    batches : BalancedBatches
    """
    parts = study.split(options.validation_share, options.training.seed)
    subjects = {
        name: SubjectRows(one.responses, one.stimulus_row, *parts[name])
        for name, one in study.brains.items()
    }
    return BalancedBatches(subjects, study.targets, alone=alone)


def tell_tests(
    model: SharedLatentDecoder, study: BrainStudy, history: History
) -> SharedLatentFit:
    """Tell the test stimuli of all subjects, and those of the controls.

    Parameters
    ----------
    model : SharedLatentDecoder
        Trained.
    study : BrainStudy
        Responses (n_trials, V) of subjects that the model knows.
    history : History

    Returns
    -------
    fit : SharedLatentFit
    """
    scale = {name: model.scale_of(name).to_rows() for name in model.targets}
    told = {
        name: tell(model, name, take_rows(one.responses, one.test))
        for name, one in study.brains.items()
    }
    return SharedLatentFit(
        prediction={
            name: {k: scale[k].undo(pair[0]) for k, pair in found.items()}
            for name, found in told.items()
        },
        retrieval={
            name: {k: pair[1] for k, pair in found.items()}
            for name, found in told.items()
        },
        controls={
            kind: {
                name: tell_control(model, name, one, kind=kind)
                for name, one in study.brains.items()
            }
            for kind in CONTROLS
        },
        scale=scale,
        history=history,
        n_parameters=sum(p.numel() for p in model.parameters() if p.requires_grad),
        model=model,
    )


def tell(
    model: SharedLatentDecoder, subject: str, responses: Any
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Tell all targets from responses, in blocks.

    Parameters
    ----------
    model : SharedLatentDecoder
    subject : str
    responses : array of shape (n, V)
        In the unit of the training responses.

    Returns
    -------
    told : dict of (array, array) of float32, each of shape (n, ...)
        By target, standardised: embeddings for regression and for retrieval.
    """
    model.eval()
    found = []
    with torch.no_grad():
        for first in range(0, len(responses), BLOCK):
            block = np.asarray(responses[first : first + BLOCK], np.float32)
            found.append(model(torch.from_numpy(block), subject))
    return {
        name: (
            np.concatenate([one[name][0].numpy() for one in found]),
            np.concatenate([one[name][1].numpy() for one in found]),
        )
        for name in model.targets
    }


def tell_control(
    model: SharedLatentDecoder, subject: str, brain: Brain, *, kind: str, seed: int = 0
) -> ByTarget:
    """Tell the test stimuli from responses that know nothing of them.

    Parameters
    ----------
    model : SharedLatentDecoder
    subject : str
    brain : Brain
        Its test responses, (n_test, V).
    kind : str
        From ``control_inputs.CONTROLS``.
    seed : int
        Of the draw.

    Returns
    -------
    retrieval : dict of array of float32, shape (n_test, ...)
        By target.
    """
    one = model.map_of(subject)
    scale = RowScale(one.mean.numpy(), one.width.numpy())
    responses = take_rows(brain.responses, brain.test)
    told = tell(model, subject, control_responses(kind, responses, scale, seed=seed))
    return {name: pair[1] for name, pair in told.items()}

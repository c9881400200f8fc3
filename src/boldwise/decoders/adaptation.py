"""Take up a new subject with few trials: from scratch, or on what others taught.

Letters for shapes: V voxels of one subject.
"""

import copy
from dataclasses import dataclass, replace
from pathlib import Path

from torch import nn

from boldwise.decoders.brain_study import BrainStudy
from boldwise.decoders.fit_shared_latent import (
    TRAINING,
    SharedLatentFit,
    SharedLatentOptions,
    batches_of,
    fit_shared_latent,
    input_of,
    tell_tests,
)
from boldwise.decoders.low_rank import adapt_low_rank
from boldwise.decoders.shared_latent import SharedLatentDecoder
from boldwise.errors import ConfigError, DataError, name_some
from boldwise.training.history import History
from boldwise.training.loop import train
from boldwise.training.options import TrainingOptions
from boldwise.training.seeds import seeded

THEN = replace(TRAINING, learning_rate=1e-4, n_epochs=10)
MODES = ("scratch", "linear", "linear_then_all", "low_rank")


@dataclass(frozen=True)
class AdaptationOptions:
    """How new subjects are taken up.

    Attributes
    ----------
    mode : str
        ``"scratch"``: nothing of the others is used. ``"linear"``: a new map, all
        else frozen (with known subjects beside it and a cycle: reset-tuning).
        ``"linear_then_all"``: then everything is trained. ``"low_rank"``: then a new
        map and adapters in trunk and heads.
    validation_share : float
        As of ``SharedLatentOptions``.
    training : TrainingOptions
        Of the new map, or of all from scratch.
    then : TrainingOptions
        Of what comes after.
    rank : int
        Of the adapters.
    """

    mode: str = "linear"
    validation_share: float = 0.1
    training: TrainingOptions = TRAINING
    then: TrainingOptions = THEN
    rank: int = 4

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise ConfigError(
                f"adaptation mode is '{self.mode}'; known: {', '.join(MODES)}."
            )


OPTIONS = AdaptationOptions()


def adapt(
    known: SharedLatentFit,
    study: BrainStudy,
    *,
    options: AdaptationOptions = OPTIONS,
    beside: BrainStudy | None = None,
    folder: Path | None = None,
) -> SharedLatentFit:
    """Fit new subjects, and tell their test stimuli.

    Targets are scaled as the known subjects' were, in every mode: a scale needs no
    brain, and so is no advantage of one mode over another.

    Parameters
    ----------
    known : SharedLatentFit
        Not changed.
    study : BrainStudy
        Of responses (n_trials, V) of new subjects only.
    options : AdaptationOptions
    beside : BrainStudy, optional
        Of known subjects, one of whom is in each step beside the new ones, in turn:
        what a cycle through other brains needs. Their maps stay as they are.
    folder : path, optional
        Of checkpoints.

    Returns
    -------
    fit : SharedLatentFit
        Of the new subjects only.

    Raises
    ------
    DataError
        If a subject is known already, or one beside them is not.
    """
    _check(known, study, beside)
    plan = SharedLatentOptions(
        known.model.options, options.validation_share, options.training
    )
    if options.mode == "scratch":
        return fit_shared_latent(study, options=plan, scale=known.scale, folder=folder)
    model = _begin(known.model, study, options.training.seed, beside)
    _free_only(model, sorted(study.brains))
    history = _train(model, study, plan, beside, folder)
    if options.mode != "linear":
        plan = replace(plan, training=options.then)
        if options.mode == "low_rank":
            with seeded(options.then.seed):
                adapt_low_rank(model.trunk, options.rank)
                adapt_low_rank(model.heads, options.rank)
        else:
            model.requires_grad_(True)
        history = _train(model, study, plan, beside, folder)
    return tell_tests(model, study, history)


def _check(
    known: SharedLatentFit, study: BrainStudy, beside: BrainStudy | None
) -> None:
    twice = sorted(set(known.model.subjects) & set(study.brains))
    if twice:
        raise DataError(
            f"subjects {name_some(twice)} trained the decoder; give new subjects names "
            "of their own, such as dataset/subject."
        )
    lost = sorted(set(beside.brains if beside else ()) - set(known.model.subjects))
    if lost:
        raise DataError(
            f"subjects {name_some(lost)} are to be beside the new ones, but the "
            f"decoder knows only {name_some(known.model.subjects)}."
        )


def _begin(
    known: SharedLatentDecoder, study: BrainStudy, seed: int, beside: BrainStudy | None
) -> SharedLatentDecoder:
    """Copy the shared parts, and add new maps; of the known ones those beside stay."""
    model = copy.deepcopy(known)
    with seeded(seed):
        for name in sorted(study.brains):
            model.add_subject(name, input_of(study.brains[name]))
    model.keep([*study.brains, *(beside.brains if beside else ())])
    return model


def _free_only(model: SharedLatentDecoder, subjects: list[str]) -> None:
    model.requires_grad_(False)
    for name in subjects:
        if not model.options.subject_map.shared:
            model.map_of(name).requires_grad_(True)
        model.builder_of(name).requires_grad_(True)


def _train(
    model: SharedLatentDecoder,
    study: BrainStudy,
    plan: SharedLatentOptions,
    beside: BrainStudy | None,
    folder: Path | None,
) -> History:
    if not _freed(model):
        return History()  # A map that all subjects share has nothing to learn.
    whole = study if beside is None else _together(study, beside)
    source = batches_of(whole, plan, alone=sorted(beside.brains) if beside else ())
    return train(model, source, options=plan.training, folder=folder)


def _freed(model: nn.Module) -> list[nn.Parameter]:
    """List the parameters that are to be trained."""
    return [one for one in model.parameters() if one.requires_grad]


def _together(study: BrainStudy, beside: BrainStudy) -> BrainStudy:
    return replace(study, brains={**beside.brains, **study.brains})

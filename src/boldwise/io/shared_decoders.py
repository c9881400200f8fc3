"""Decoders that subjects share: what they read, and what is kept of them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from boldwise.decoders.data import Decoded
from boldwise.decoders.shared_data import GivenTarget, SharedData
from boldwise.evaluation.splits import Split
from boldwise.features.records import FittedFeatures, Stimuli
from boldwise.io.records import (
    open_responses,
    open_stimuli,
    read_split,
    read_stimuli,
)
from boldwise.io.score_stores import subject_of
from boldwise.io.stores import write_store
from boldwise.io.trained_encoders import open_sources
from boldwise.io.training_stores import Trained, write_training
from boldwise.responses.records import Responses

if TYPE_CHECKING:
    from boldwise.decoders.shared_folds import FoldModel

IN_MEMORY = 2**31  # bytes of responses that are read once, not batch by batch
KIND = "shared_latent"
LOW_LEVEL = "picture"
Place = tuple[str, str | None]


@contextmanager
def open_shared_data(
    given: Any, options: Mapping[str, Any], places: Mapping[str, Place], *, keep: str
) -> Iterator[SharedData]:
    """Open all subjects and targets of a decoder, for as long as the context lasts.

    Parameters
    ----------
    given : object
        With paths as attributes: ``responses`` (one per subject, named
        ``sub-<subject>.h5``), ``split``, ``stimuli``, and ``features`` (fitted) and
        ``tokens``, one for each target of either sort, in the order of the targets.
    options : mapping
        Of the decoder, as in the config.
    places : mapping of target to (name, layer)
        Those targets of which each place is told; where their tokens lie.
    keep : str
        What the inner folds of the split keep together.

    Yields
    ------
    data : SharedData
        Responses above 2 GiB in all, and tokens, stay on disk.
    """
    with ExitStack() as stack:
        read = open_sources(given, list(places.values()), kind=KIND)
        sources = stack.enter_context(read)
        tokens = {
            name: GivenTarget(one.stimulus_id, one.token)
            for name, one in zip(places, sources.tokens, strict=True)
        }
        spaces = iter(sources.spaces)
        subjects = {
            subject_of(path): stack.enter_context(open_responses(path))
            for path in given.responses
        }
        targets: dict[str, FittedFeatures | GivenTarget] = {
            name: tokens[name] if name in places else next(spaces)
            for name in options["target"]
        }
        if options["low_level_px"]:
            seen = stack.enter_context(open_stimuli(given.stimuli))
            targets[LOW_LEVEL] = small_pictures(seen, options["low_level_px"])
        yield SharedData(
            subjects=_in_memory(subjects),
            split=read_split(given.split),
            targets=targets,
            stimuli=read_stimuli(given.stimuli, images=False),
            keep=keep,
        )


def small_pictures(stimuli: Stimuli, size: int) -> GivenTarget:
    """Blur pictures to a few pixels: what a low-level branch is to predict.

    Parameters
    ----------
    stimuli : Stimuli
        With pictures.
    size : int
        Rows and columns.

    Returns
    -------
    target : GivenTarget
        Of shape (n_stimuli, 3, size, size), as ``features.pixels`` gives colours.
    """
    from boldwise.features.pixels import pixels

    space = pixels(stimuli, size=size)
    value = space.feature.reshape(len(space.feature), 3, size, size)
    return GivenTarget(space.stimulus_id, value)


def write_shared_decoders(
    paths: Sequence[str | Path],
    decoded: Mapping[str, Decoded],
    *,
    about: Mapping[str, Any],
    provenance: Mapping[str, Any],
) -> None:
    """Write what was decoded from each subject, as by a decoder of that subject alone.

    Parameters
    ----------
    paths : sequence of path
        One per subject, named ``sub-<subject>.h5``.
    decoded : mapping of subject to Decoded
        Of shape (n_test, n_features).
    about : mapping
        ``split_hash``.
    provenance : mapping
    """
    for path in paths:
        one = decoded[subject_of(path)]
        write_store(
            path,
            one.datasets(),
            schema="decoder",
            attributes={**about, "unit": one.unit, "kind": KIND},
            provenance=provenance,
        )


def write_shared_models(
    path: str | Path,
    models: Sequence["FoldModel"],
    *,
    options: Mapping[str, Any],
    about: Mapping[str, Any],
    provenance: Mapping[str, Any],
) -> None:
    """Write weights and losses of the models of all outer folds.

    Parameters
    ----------
    path : path
    models : sequence of FoldModel
    options : mapping
        Of the decoder.
    about : mapping
        ``split_hash`` and ``subjects``.
    provenance : mapping
    """
    write_training(
        path,
        {
            f"fold-{number}": Trained(one.weights, one.history)
            for number, one in enumerate(models)
        },
        options=options,
        attributes={**about, "n_parameters": [one.n_parameters for one in models]},
        provenance=provenance,
    )


def about_split(split: Split, options: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes that tell under which split something was trained, and to tell what.

    Parameters
    ----------
    split : Split
    options : mapping
        Of the decoder.

    Returns
    -------
    about : dict
    """
    return {"split_hash": split.hash, "targets": list(options["target"])}


def _in_memory(subjects: dict[str, Responses]) -> dict[str, Responses]:
    size = sum(
        one.response.size * one.response.dtype.itemsize for one in subjects.values()
    )
    if size > IN_MEMORY:
        return subjects
    return {
        name: replace(one, response=one.response[()]) for name, one in subjects.items()
    }

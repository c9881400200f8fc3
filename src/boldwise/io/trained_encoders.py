"""Trained encoders: what they read, where unfinished work lies, what is kept."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.encoders.trained import Bench, predictions_of
from boldwise.encoders.trained_rows import SubjectRows, take_subject
from boldwise.encoders.trained_task import FoldFit, Sources, TokenSpace
from boldwise.errors import StoreError
from boldwise.evaluation.splits import Split
from boldwise.io.records import (
    open_responses,
    open_stimuli,
    read_fitted_features,
    read_stimuli,
    voxel_datasets,
)
from boldwise.io.score_stores import subject_of
from boldwise.io.stores import open_store, write_store
from boldwise.io.training_stores import Trained, write_training

IN_MEMORY = 2**30  # bytes of tokens that are read once, not batch by batch
Place = tuple[str, str | None]


@contextmanager
def open_sources(
    given: Any, places: Sequence[Place], *, kind: str
) -> Iterator[Sources]:
    """Open what describes the stimuli, for as long as the context lasts.

    Parameters
    ----------
    given : object
        With paths as attributes: ``tokens`` (one store for each place), ``features``
        (fitted under the split) and ``stimuli``.
    places : sequence of (str, str or None)
        Name of each token space, and the slug of its layer if its store has several.
    kind : str
        Of the encoder: one kind learns from pictures.

    Yields
    ------
    sources : Sources
        Tokens above 1 GiB in all, and pictures, stay on disk.
    """
    with ExitStack() as stack:
        tokens = [
            _tokens(stack, path, *place)
            for path, place in zip(given.tokens, places, strict=True)
        ]
        if sum(one.token.size * one.token.dtype.itemsize for one in tokens) < IN_MEMORY:
            tokens = [
                TokenSpace(one.name, one.stimulus_id, one.token[()], one.grid)
                for one in tokens
            ]
        seen: dict[str, Any] = {}
        if kind == "response_optimised":
            stimuli = stack.enter_context(open_stimuli(given.stimuli))
            seen = {"stimulus_id": stimuli.stimulus_id, "pictures": stimuli.image}
        spaces = [read_fitted_features(path) for path in given.features]
        yield Sources(tuple(tokens), tuple(spaces), **seen)


def read_subjects(
    paths: Sequence[str | Path], split: Split, stimuli: str | Path, *, keep: str
) -> dict[str, SubjectRows]:
    """Read the responses of some subjects, in the rows of a split.

    Parameters
    ----------
    paths : sequence of path
        Response stores, named ``sub-<subject>.h5``.
    split : Split
    stimuli : path
        Store with the declared groups.
    keep : str
        What the inner folds of the split keep together.

    Returns
    -------
    subjects : dict of subject to SubjectRows
    """
    about = read_stimuli(stimuli, images=False)
    found = {}
    for path in paths:
        with open_responses(path) as responses:
            found[subject_of(path)] = take_subject(responses, split, about, keep=keep)
    return found


@contextmanager
def open_bench(
    given: Any, params: Any, split: Split, *, wanted: str | None = None, **more: Any
) -> Iterator[Bench]:
    """Open all that a training reads, for as long as the context lasts.

    Parameters
    ----------
    given : object
        Inputs of the job: ``responses``, ``stimuli``, ``tokens`` and ``features``.
    params : object
        ``encoder`` (its options), ``spaces`` and ``keep``.
    split : Split
    wanted : str, optional
        Subject to predict, whom the others may teach; absent: all.
    **more
        ``folder`` of checkpoints and ``progress``, as of ``Bench``.

    Yields
    ------
    bench : Bench
    """
    rows = read_subjects(given.responses, split, given.stimuli, keep=params.keep)
    names = tuple(rows) if wanted is None else (wanted,)
    options = params.encoder
    with open_sources(given, params.spaces, kind=options["kind"]) as sources:
        yield Bench(rows, names, sources, options, **more)


@contextmanager
def checkpoints_beside(path: str | Path) -> Iterator[Path]:
    """Keep the checkpoints of a job beside its output until it is done.

    A job that is killed, or fails, leaves them, and the next one goes on from there.

    Parameters
    ----------
    path : path
        Output of the job.

    Yields
    ------
    folder : Path
    """
    folder = Path(f"{path}.checkpoints")
    folder.mkdir(parents=True, exist_ok=True)
    yield folder
    shutil.rmtree(folder)


def write_trained_encoders(
    paths: Sequence[str | Path],
    subjects: Mapping[str, SubjectRows],
    fits: list[FoldFit],
    *,
    about: Mapping[str, Any],
    provenance: Mapping[str, Any],
) -> None:
    """Write the predictions of trained encoders, as those of ridge are written.

    Parameters
    ----------
    paths : sequence of path
        One per predicted subject, named ``sub-<subject>.h5``.
    subjects : mapping of subject to SubjectRows
    fits : list of FoldFit
        One per outer fold.
    about : mapping
        ``split_hash`` and ``features``.
    provenance : mapping
    """
    for path in paths:
        name = subject_of(path)
        rows = subjects[name]
        write_store(
            path,
            {
                "stimulus_id": rows.held_out.stimulus_id,
                "fold": rows.held_out.fold,
                "prediction": predictions_of(fits, name),
                **voxel_datasets(rows.voxels),
            },
            schema="encoder",
            attributes={
                **about,
                "n_train": rows.n_train,
                "n_parameters": [one.n_parameters for one in fits],
            },
            provenance=provenance,
        )


def write_trained_models(
    path: str | Path,
    fits: list[FoldFit],
    *,
    options: Mapping[str, Any],
    about: Mapping[str, Any],
    provenance: Mapping[str, Any],
) -> None:
    """Write weights, losses by epoch, and what else the models of all folds tell.

    Parameters
    ----------
    path : path
    fits : list of FoldFit
    options : mapping
        Of the encoder.
    about : mapping
        ``split_hash`` and ``features``.
    provenance : mapping
    """
    runs: dict[str, Trained] = {}
    found: dict[str, np.ndarray] = {}
    for number, fit in enumerate(fits):
        for label, history in fit.histories.items():
            weights = fit.weights.get(label, {})
            runs[f"fold-{number}-{label}"] = Trained(weights, history)
        found |= {f"fold-{number}/{name}": one for name, one in fit.found.items()}
    write_training(
        path,
        runs,
        options=options,
        found=found,
        attributes={**about, "n_parameters": [one.n_parameters for one in fits]},
        provenance=provenance,
    )


def write_shuffles(
    paths: Sequence[str | Path],
    medians: Mapping[str, Mapping[str, np.ndarray]],
    *,
    about: Mapping[str, Any],
    provenance: Mapping[str, Any],
) -> None:
    """Write what was scored after training on shuffled responses.

    Parameters
    ----------
    paths : sequence of path
        One per subject, named ``sub-<subject>.h5``.
    medians : mapping of subject to mapping of roi to array of shape (n_shuffles,)
    about : mapping
        ``split_hash`` and ``seed``.
    provenance : mapping
    """
    for path in paths:
        found = medians[subject_of(path)]
        write_store(
            path,
            {f"roi/{name}": median for name, median in found.items()},
            schema="shuffled",
            attributes=about,
            provenance=provenance,
        )


def _tokens(
    stack: ExitStack, path: str | Path, name: str, layer: str | None
) -> TokenSpace:
    store = stack.enter_context(open_store(path, schema="features"))
    about = store.attributes
    several = about.get("layers", {})  # The only layer of an entry needs no group.
    lead = f"layer/{layer}/" if layer in several else ""
    grid = several.get(layer, about).get("grid")
    if f"{lead}token" not in store or grid is None:
        raise StoreError(
            f"{path}: holds no tokens on a grid for '{name}'. Read places of a network "
            "(`read: tokens`, `map` or `queries`), delete it and run snakemake again."
        )
    rows, columns = (int(n) for n in grid)
    return TokenSpace(
        name, store["stimulus_id"], store[f"{lead}token"], (rows, columns)
    )

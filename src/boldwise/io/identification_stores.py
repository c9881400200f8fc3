"""Decoders and their identification scores to and from stores."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from boldwise.evaluation.decoder_controls import CONTROL_FORMULAS, CONTROLS
from boldwise.evaluation.decoding import Decoded, Identification
from boldwise.evaluation.formulas import formula_of
from boldwise.evaluation.held_out import find_held_out, reuse_of_pairs
from boldwise.evaluation.measures import Measure
from boldwise.evaluation.splits import Split
from boldwise.io.score_stores import subject_of
from boldwise.io.stores import Store, open_store, write_store

TABLES = (
    *("pool_size", "pool_top1", "bin_distance", "bin_two_way", "bin_n"),
    *("distance_trend", "classes", "confusion"),
)


def read_decoded(path: str | Path, split: Split) -> Decoded:
    """Read what a decoder said about held-out stimuli.

    Parameters
    ----------
    path : path
        Decoder store of one subject.
    split : Split

    Returns
    -------
    decoded : Decoded
        Patterns of shape (n_items, n_features), or categories of shape (n_items,),
        sorted by stimulus id within each fold.

    Raises
    ------
    LeakageError
        If the decoder was fitted under another split.
    DataError
        If its rows are not the stimuli that the split holds out.
    """
    with open_store(path, schema="decoder") as store:
        about = store.attributes
        split.refuse_other(about["split_hash"], what=str(path))
        held_out = find_held_out(split, store["stimulus_id"])
        held_out = replace(held_out, widening=reuse_of_pairs(split.part))
        rows = held_out.rows_in(store["stimulus_id"], store["fold"][()])
        kind = about["kind"]
        names = ("prediction", "target")
        if kind == "category":
            names = ("predicted_label", "label")
        prediction, target = (store[name][()][rows] for name in names)
        classes = store["classes"][()] if "classes" in store else None
        controls = {
            name: store[f"control/{name}"][()][rows]
            for name in CONTROLS
            if f"control/{name}" in store
        }
        distance = None
        if "training_distance" in store:
            distance = store["training_distance"][()][rows]
    return Decoded(kind, held_out, prediction, target, classes, controls, distance)


def write_identification(
    path: str | Path,
    found: Identification,
    decoded: Decoded,
    *,
    about: Mapping[str, Any],
    provenance: Mapping[str, Any],
) -> None:
    """Write ranks per item, and each measure with its interval, chance and null."""
    rows = {"stimulus_id": decoded.held_out.stimulus_id, "fold": decoded.held_out.fold}
    draws = {f"draws/{name}": one.draws for name, one in found.measures.items()}
    null = {f"null/{name}": one.null for name, one in found.measures.items()}
    control = {f"control/{name}": one for name, one in found.controls.items()}
    write_store(
        path,
        {**rows, **found.items, **found.tables, **draws, **null, **control},
        schema="identification",
        attributes={
            **{name: one.numbers() for name, one in found.measures.items()},
            "measures": list(found.measures),
            "formulas": {name: formula_of(name) for name in found.measures},
            "controls": {name: CONTROL_FORMULAS[name] for name in decoded.controls},
            "kind": decoded.kind,
            **about,
        },
        provenance=provenance,
    )


def read_identification(path: str | Path, split: Split) -> Identification:
    """Read the identification scores of one decoder on one subject."""
    with open_store(path, schema="identification") as store:
        about = store.attributes
        split.refuse_other(about["split_hash"], what=str(path))
        measures = {name: _measure(store, name) for name in about["measures"]}
        tables = {name: store[name][()] for name in TABLES if name in store}
        controls = {}
        if about.get("controls"):
            controls = {n: one[()] for n, one in store.group("control").items()}
        return Identification(measures, tables=tables, controls=controls)


def read_all_identifications(
    paths: Iterable[str | Path], split: Split
) -> dict[str, dict[str, Identification]]:
    """Read many identification stores, named ``<decoder>/sub-<subject>.h5``.

    Parameters
    ----------
    paths : iterable of path
    split : Split

    Returns
    -------
    found : dict of decoder to dict of subject to Identification
        In the order of the paths; arrays as in ``Identification``, each of shape
        (n_draws,) or (n_permutations,).
    """
    found: dict[str, dict[str, Identification]] = {}
    for path in paths:
        by_subject = found.setdefault(Path(path).parent.name, {})
        by_subject[subject_of(path)] = read_identification(path, split)
    return found


def _measure(store: Store, name: str) -> Measure:
    numbers = store.attributes[name]
    return Measure(
        value=numbers["value"],
        chance=numbers["chance"],
        n_pool=numbers["n_pool"],
        draws=store[f"draws/{name}"][()],
        null=store[f"null/{name}"][()],
        lower_is_better=name.startswith("median_rank"),
    )

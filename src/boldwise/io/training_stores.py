"""Trained models in stores: weights, and the course of the losses beside them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.errors import StoreError
from boldwise.io.stores import Store, open_store, write_store
from boldwise.training.history import History

SCHEMA = "training"
TOLD = ("best_epoch", "n_steps", "stopped_early")
PER_EPOCH = ("loss", "validation")


@dataclass(frozen=True)
class Trained:
    """What is kept of one training.

    Attributes
    ----------
    weights : dict of str to array of any shape
        As of ``training.weights.weights_of``; empty if only the course is kept.
    history : History
    """

    weights: Mapping[str, np.ndarray]
    history: History


def write_training(
    path: str | Path,
    runs: Mapping[str, Trained],
    *,
    options: Mapping[str, Any],
    found: Mapping[str, np.ndarray] | None = None,
    attributes: Mapping[str, Any] | None = None,
    provenance: Mapping[str, Any] | None = None,
) -> None:
    """Write trained models of one kind: one per fold, subject or seed.

    Seconds are left out: equal trainings give equal bytes.

    Parameters
    ----------
    path : path
    runs : mapping of str to Trained
        By a label, for example ``"fold-0"``.
    options : mapping
        Of the model and its training: what it takes to make the model again.
    found : mapping of str to array of any shape, optional
        What the models tell beside their weights, such as attention maps.
    attributes, provenance : mapping
        Further root attributes, and what made the store.

    Raises
    ------
    StoreError
        If a label holds a slash.
    """
    slashed = [label for label in runs if "/" in label]
    if slashed:
        raise StoreError(
            f"{path}: no training can be kept under the label '{slashed[0]}': a slash "
            "parts the names of a store. Choose another label."
        )
    datasets = {f"found/{name}": one for name, one in (found or {}).items()}
    for label, run in runs.items():
        datasets |= {f"{label}/weight/{n}": one for n, one in run.weights.items()}
        datasets |= {f"{label}/{n}": one for n, one in run.history.arrays().items()}
    told = {
        label: {name: getattr(run.history, name) for name in TOLD}
        for label, run in runs.items()
    }
    write_store(
        path,
        datasets,
        schema=SCHEMA,
        attributes={**(attributes or {}), "runs": told, "options": dict(options)},
        provenance=provenance,
    )


def read_training(path: str | Path) -> tuple[dict[str, Trained], dict[str, Any]]:
    """Read what ``write_training`` wrote.

    Parameters
    ----------
    path : path

    Returns
    -------
    runs : dict of str to Trained
        Without seconds.
    attributes : dict
        Of the root; ``options`` among them.

    Raises
    ------
    StoreError
        If the store is damaged or of another kind.
    """
    with open_store(path, schema=SCHEMA) as store:
        attributes = store.attributes
        runs = {
            label: Trained(_below(store, f"{label}/weight/"), _history(store, label))
            for label in attributes["runs"]
        }
    return runs, attributes


def read_histories(path: str | Path) -> dict[str, History]:
    """Read the courses only: weights may be large.

    Parameters
    ----------
    path : path

    Returns
    -------
    histories : dict of str to History
        By the label of the run.

    Raises
    ------
    StoreError
        If the store is damaged or of another kind.
    """
    with open_store(path, schema=SCHEMA) as store:
        return {label: _history(store, label) for label in store.attributes["runs"]}


def _history(store: Store, label: str) -> History:
    loss, validation = (
        {n: one.tolist() for n, one in _below(store, f"{label}/{kind}/").items()}
        for kind in PER_EPOCH
    )
    rate = np.asarray(store[f"{label}/learning_rate"][()])
    return History(
        loss=loss,
        validation=validation,
        learning_rate=rate.tolist(),
        **store.attributes["runs"][label],
    )


def _below(store: Store, prefix: str) -> dict[str, np.ndarray]:
    return {
        name.removeprefix(prefix): np.asarray(store[name][()])
        for name in store.names
        if name.startswith(prefix)
    }

"""Which encoders are controls of which, and how pages and figures say so."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from math import isfinite
from typing import Any

from boldwise.reporting.study import Study, TableRow

ADDED = ("control-low-level", "control-timing")  # of all encoders, by their names
Controls = Mapping[str, str]
"""Encoder that each control is of, by the control's name; empty: of all."""


def controls_of(encoders: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Find the encoders that are controls.

    Parameters
    ----------
    encoders : mapping of name to options
        Of the checked config, as plain values.

    Returns
    -------
    controls : dict of name to name
        Of the encoder that each is a control of; empty for a control of all.
    """
    own = {name: one.get("control_of") for name, one in encoders.items()}
    return {
        name: of or "" for name, of in own.items() if of is not None or name in ADDED
    }


def with_controls(study: Study, encoders: Mapping[str, Mapping[str, Any]]) -> Study:
    """Let the results of every split know which encoders are controls.

    Parameters
    ----------
    study : Study
    encoders : mapping of name to options

    Returns
    -------
    study : Study
    """
    controls = controls_of(encoders)
    splits = {
        name: replace(one, controls=controls) for name, one in study.splits.items()
    }
    return replace(study, splits=splits)


def beside(models: Iterable[str], controls: Controls) -> list[str]:
    """Order models so that each one's controls follow it.

    Parameters
    ----------
    models : iterable of str
    controls : mapping of Controls

    Returns
    -------
    models : list of str

    Examples
    --------
    >>> beside(["a", "b", "a-pixels"], {"a-pixels": "a"})
    ['a', 'a-pixels', 'b']
    """
    known = list(models)
    own = {name: of for name, of in controls.items() if of in known}
    ordered: list[str] = []

    def put(model: str) -> None:
        ordered.append(model)
        for name in known:
            if own.get(name) == model:
                put(name)

    for model in known:
        if model not in own:
            put(model)
    return ordered + [model for model in known if model not in ordered]


def mark(model: str, controls: Controls) -> str:
    """Name a model; a control as one.

    Parameters
    ----------
    model : str
    controls : mapping of Controls

    Returns
    -------
    text : str

    Examples
    --------
    >>> mark("a-pixels", {"a-pixels": "a"}), mark("a", {"a-pixels": "a"})
    ('a-pixels (control)', 'a')
    """
    return f"{model} (control)" if model in controls else model


def pairs_with_controls(
    comparisons: Iterable[TableRow], controls: Controls
) -> Iterator[tuple[TableRow, bool]]:
    """Find the paired tests of encoders against their own controls.

    Parameters
    ----------
    comparisons : iterable of rows
    controls : mapping of Controls

    Yields
    ------
    row : TableRow
    flipped : bool
        The control comes first in the row.
    """
    for row in comparisons:
        a, b = row["model_a"], row["model_b"]
        if controls.get(b) == a or controls.get(a) == b:
            yield row, controls.get(a) == b


def beaten(comparisons: Iterable[TableRow], controls: Controls) -> dict[str, bool]:
    """Tell for each control whether its encoder predicts more, in any region.

    Parameters
    ----------
    comparisons : iterable of rows
    controls : mapping of Controls

    Returns
    -------
    beaten : dict of control to bool
        True if the interval of the difference lies above 0 somewhere.
    """
    found: dict[str, bool] = {}
    for row, flipped in pairs_with_controls(comparisons, controls):
        control = row["model_a"] if flipped else row["model_b"]
        low = -float(row["high"]) if flipped else float(row["low"])
        more = isfinite(low) and low > 0
        found[control] = found.get(control, False) or more
    return found

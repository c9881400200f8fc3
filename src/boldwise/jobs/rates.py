"""Seconds, bytes and memory of jobs: a constant, and a rate for each product."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
import yaml

from boldwise.jobs.sizes import Sizes

QUANTITIES = ("seconds", "bytes", "memory")
DEFAULT = "default"
FLOOR = {"seconds": 0.1, "bytes": 1e3, "memory": 50.0}  # less is not told apart
BELIEF = 0.1  # weight of the start that jobs share, beside that of one measured job
Rates = Mapping[str, Mapping[str, Any]]
"""By rule, or ``rule:kind``: lists ``[constant, rate, …]`` by quantity."""


@dataclass(frozen=True)
class Sample:
    """What one job took.

    Attributes
    ----------
    key : str
        Its rule, or ``rule:kind`` where kinds differ.
    sizes : Sizes
    seconds : float
        Of one core; of all cores that it used.
    bytes : float or None
        Of its outputs.
    memory : float or None
        In MB, its peak.
    """

    key: str
    sizes: Sizes
    seconds: float
    bytes: float | None = None
    memory: float | None = None


def read_formulas() -> dict[str, Any]:
    """Read which products of sizes matter to which rule.

    Returns
    -------
    formulas : dict
    """
    return _read("formulas.yaml")


def read_rates() -> dict[str, Any]:
    """Read the rates that were measured last.

    Returns
    -------
    rates : dict
        ``rules``, and what they were measured on.
    """
    return _read("rates.yaml")


def terms_of(formulas: Mapping[str, Any], rule: str, quantity: str) -> list[str]:
    """List the products of sizes that a quantity of a rule grows with.

    Parameters
    ----------
    formulas : mapping
    rule : str
    quantity : str
        One of ``QUANTITIES``.

    Returns
    -------
    terms : list of str
    """
    known = formulas["rules"].get(rule, formulas[DEFAULT])
    return list(known[quantity])


def fit_rates(
    samples: Iterable[Sample], formulas: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Find the rates that explain what jobs took, by weighted least squares.

    No rate is negative. All jobs together give ``default``, for rules without any.

    Parameters
    ----------
    samples : iterable of Sample
    formulas : mapping

    Returns
    -------
    rates : dict of key to dict
        ``n`` jobs, and by quantity the list of a constant and rates.
    """
    by_key: dict[str, list[Sample]] = {}
    for one in samples:
        by_key.setdefault(one.key, []).append(one)
        by_key.setdefault(DEFAULT, []).append(one)
    return {
        key: {
            "n": len(found),
            **{
                quantity: _fit(
                    *(found, terms_of(formulas, rule, quantity), quantity),
                    start=float(formulas["start"][quantity]),
                )
                for quantity in QUANTITIES
            },
        }
        for key, found in sorted(by_key.items())
        for rule in [key.partition(":")[0]]
    }


def predict(
    rates: Rates, formulas: Mapping[str, Any], key: str, sizes: Sizes, quantity: str
) -> float:
    """Predict what a job takes.

    Parameters
    ----------
    rates : mapping of Rates
    formulas : mapping
    key : str
        Rates of another kind of the same rule, or of all jobs, stand in where this
        one was never measured.
    sizes : Sizes
    quantity : str

    Returns
    -------
    value : float
        Seconds of a core, bytes, or MB.
    """
    rule = key.partition(":")[0]
    kinds = sorted(name for name in rates if name.startswith(f"{rule}:"))
    known = next((name for name in (key, rule, *kinds) if name in rates), DEFAULT)
    terms = terms_of(formulas, rule if known != DEFAULT else DEFAULT, quantity)
    found = rates[known][quantity]
    grown = (rate * sizes.product(t) for rate, t in zip(found[1:], terms, strict=True))
    return float(found[0] + sum(grown))


def _fit(
    samples: Sequence[Sample], terms: Sequence[str], quantity: str, *, start: float
) -> list[float]:
    from scipy.optimize import nnls

    known = [one for one in samples if getattr(one, quantity) is not None]
    work = [[1.0, *(one.sizes.product(t) for t in terms)] for one in known]
    taken = [float(getattr(one, quantity)) for one in known]
    # Errors count as those of counts, so that sums hold, too. The last row: a job of
    # no work takes the start alone.
    least = max(start, min(taken, default=start))
    weight = [max(value, FLOOR[quantity]) ** -0.5 for value in taken]
    rows = np.array([*work, [1.0] + [0.0] * len(terms)])
    values = np.array([*taken, start])
    weights = np.array([*weight, BELIEF * least**-0.5])
    scale = np.abs(rows * weights[:, None]).max(axis=0)
    scale[scale == 0] = 1.0
    found, _ = nnls(rows * weights[:, None] / scale, values * weights)
    return [float(f"{value:.4g}") for value in found / scale]


def _read(name: str) -> dict[str, Any]:
    text = files("boldwise.jobs").joinpath(name).read_text("utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found

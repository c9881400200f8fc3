"""What the pipeline found beside what the simulation put in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from boldwise.simulate.layout import RESPONSIVE

CEILING_TOLERANCE = 0.03
MIN_NORMALISED = 0.8
MAX_NOISE_R = 0.02
CHANCE = 0.05
CHANCE_RANGE = (0.035, 0.065)
Q = 0.05
MAX_NOISE_SHARE = 0.05
FOUND_CEILING, MIN_FOUND = 0.3, 0.8


@dataclass(frozen=True)
class Recovered:
    """One subject's voxels: the truth, and what the pipeline says.

    Attributes
    ----------
    population : array of str, shape (n_voxels,)
    true_ceiling : array of shape (n_voxels,)
        From ``true_ceiling``; 0 where nothing is to be found.
    noise_ceiling : array of shape (n_voxels,)
        As estimated.
    scores : dict of dict of array of shape (n_voxels,)
        By encoder: ``r``, ``normalised_r``, ``p`` and ``q``.
    """

    population: np.ndarray
    true_ceiling: np.ndarray
    noise_ceiling: np.ndarray
    scores: Mapping[str, Mapping[str, np.ndarray]]


@dataclass(frozen=True)
class Finding:
    """One number beside its truth or its bar.

    Attributes
    ----------
    quantity, population, encoder : str
        ``-`` where none applies.
    n_voxels : int
        Of all subjects together.
    estimate : float
    truth_or_bar : str
        What it should be; empty where nothing is demanded.
    holds : str
        ``yes``, ``no``, or empty where nothing is demanded.
    """

    quantity: str
    population: str
    encoder: str
    n_voxels: int
    estimate: float
    truth_or_bar: str = ""
    holds: str = ""


def true_ceiling(response: np.ndarray, amplitude: np.ndarray) -> np.ndarray:
    """Squared correlation of measured with true responses, voxel by voxel.

    Parameters
    ----------
    response : array of shape (n_stimuli, n_voxels)
        Averaged over repeats. Any unit.
    amplitude : array of shape (n_stimuli, n_voxels)
        The truth.

    Returns
    -------
    ceiling : array of shape (n_voxels,)
        0 where the truth does not vary.
    """
    found = response - response.mean(0, dtype=np.float64)
    truth = amplitude - amplitude.mean(0, dtype=np.float64)
    power = (found**2).sum(0) * (truth**2).sum(0)
    overlap = (found * truth).sum(0) ** 2
    varies = (np.ptp(amplitude, axis=0) > 0) & (power > 0)
    share = np.zeros(len(power))
    np.divide(overlap, power, out=share, where=varies)
    return share


def findings(
    subjects: Sequence[Recovered], encoders: Mapping[str, Sequence[str]]
) -> list[Finding]:
    """Compare all subjects' voxels with the truth.

    Parameters
    ----------
    subjects : sequence of Recovered
        Voxel arrays have shape (n_voxels,), which may differ between subjects.
    encoders : mapping of sequence of str
        By population, the encoders that should explain it.

    Returns
    -------
    findings : list of Finding
    """
    pooled = _pool(subjects)
    found = list(_ceilings(pooled))
    for name in pooled.scores:
        found += _accuracy(pooled, name, encoders)
        found += _noise(pooled, name)
        found += _discoveries(pooled, name, encoders)
    return found


def _pool(subjects: Sequence[Recovered]) -> Recovered:
    scores = {
        name: {
            metric: np.concatenate([one.scores[name][metric] for one in subjects])
            for metric in ("r", "normalised_r", "p", "q")
        }
        for name in subjects[0].scores
    }
    return Recovered(
        population=np.concatenate([one.population for one in subjects]),
        true_ceiling=np.concatenate([one.true_ceiling for one in subjects]),
        noise_ceiling=np.concatenate([one.noise_ceiling for one in subjects]),
        scores=scores,
    )


def _ceilings(pooled: Recovered) -> Iterator[Finding]:
    groups = {"responsive": np.isin(pooled.population, RESPONSIVE)}
    groups |= {name: pooled.population == name for name in RESPONSIVE}
    for name, inside in groups.items():
        truth = float(np.median(pooled.true_ceiling[inside]))
        estimate = float(np.nanmedian(pooled.noise_ceiling[inside]))
        holds = _say(abs(estimate - truth) <= CEILING_TOLERANCE)
        yield Finding(
            "median noise ceiling",
            name,
            "-",
            int(inside.sum()),
            estimate,
            f"{truth:.4f}" + f" ± {CEILING_TOLERANCE}" * (name == "responsive"),
            holds if name == "responsive" else "",
        )


def _accuracy(
    pooled: Recovered, name: str, encoders: Mapping[str, Sequence[str]]
) -> Iterator[Finding]:
    normalised = pooled.scores[name]["normalised_r"]
    for population in (*RESPONSIVE, "confound"):
        inside = (pooled.population == population) & np.isfinite(normalised)
        estimate = float(np.median(normalised[inside])) if inside.any() else np.nan
        row = ("median normalised r", population, name, int(inside.sum()), estimate)
        if name in encoders.get(population, ()):
            yield Finding(
                *row, f">= {MIN_NORMALISED}", _say(estimate >= MIN_NORMALISED)
            )
        else:
            yield Finding(*row)


def _noise(pooled: Recovered, name: str) -> Iterator[Finding]:
    noise = pooled.population == "noise"
    r, p = (pooled.scores[name][metric][noise] for metric in ("r", "p"))
    middle, share = float(np.nanmedian(r)), float(np.mean(p < CHANCE))
    low, high = CHANCE_RANGE
    n_voxels = int(noise.sum())
    yield Finding(
        "median r",
        "noise",
        name,
        n_voxels,
        middle,
        f"0 ± {MAX_NOISE_R}",
        _say(abs(middle) <= MAX_NOISE_R),
    )
    yield Finding(
        f"share of voxels at p < {CHANCE}",
        "noise",
        name,
        n_voxels,
        share,
        f"{low} to {high}",
        _say(low <= share <= high),
    )


def _discoveries(
    pooled: Recovered, name: str, encoders: Mapping[str, Sequence[str]]
) -> Iterator[Finding]:
    found = pooled.scores[name]["q"] < Q
    false = float(np.mean(pooled.population[found] == "noise")) if found.any() else 0.0
    yield Finding(
        f"noise among discoveries at q < {Q}",
        "noise",
        name,
        int(found.sum()),
        false,
        f"<= {MAX_NOISE_SHARE}",
        _say(false <= MAX_NOISE_SHARE),
    )
    for population in (p for p, names in encoders.items() if name in names):
        clear = pooled.noise_ceiling >= FOUND_CEILING
        clear &= pooled.population == population
        share = float(found[clear].mean()) if clear.any() else np.nan
        yield Finding(
            f"voxels with ceiling >= {FOUND_CEILING} found at q < {Q}",
            population,
            name,
            int(clear.sum()),
            share,
            f">= {MIN_FOUND}",
            _say(share >= MIN_FOUND),
        )


def _say(holds: bool) -> str:
    return "yes" if holds else "no"

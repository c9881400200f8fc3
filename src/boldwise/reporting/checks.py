"""Checks that anybody would make first: what must hold for the numbers to count."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from boldwise.reporting.blocks import show_number
from boldwise.reporting.controls import beaten
from boldwise.reporting.scores_table import ALL, NOTHING
from boldwise.reporting.study import SplitResults, Study


@dataclass(frozen=True)
class Check:
    """One check.

    Attributes
    ----------
    what : str
    holds : str
        ``yes`` or ``no``.
    found : str
        The numbers behind it.
    """

    what: str
    holds: str
    found: str


def run_checks(study: Study) -> list[Check]:
    """Check every split, the shuffled controls, and the simulated truth.

    Parameters
    ----------
    study : Study

    Returns
    -------
    checks : list of Check
    """
    checks = []
    for name, results in study.splits.items():
        where = f" (split {name})" if len(study.splits) > 1 else ""
        checks.append(_overlap(results, where))
        checks += _runs(results, where)
        checks += _shuffled_encoders(results, where)
        checks += _shuffled_training(results, where)
        checks += _controls(results, where)
        checks += _shuffled_decoders(results, where)
    if study.recovery:
        missed = [row for row in study.recovery if row["holds"] == "no"]
        demanded = [row for row in study.recovery if row["holds"]]
        checks.append(
            Check(
                "the simulated truth is recovered",
                _say(not missed),
                f"{len(demanded) - len(missed)} of {len(demanded)} findings within "
                "their bounds",
            )
        )
    return checks


def count_overlap(results: SplitResults) -> list[int]:
    """Count stimuli that are in training and test, fold by fold, from the ids.

    Parameters
    ----------
    results : SplitResults

    Returns
    -------
    n_both : list of int
    """
    split = results.split
    return [
        len(np.intersect1d(split.train_ids(fold), split.test_ids(fold)))
        for fold in range(split.n_folds)
    ]


def _overlap(results: SplitResults, where: str) -> Check:
    both = sum(count_overlap(results))
    return Check(
        f"no stimulus is in training and test{where}",
        _say(both == 0),
        f"{both} shared, over all {results.split.n_folds} folds"
        if results.split.n_folds > 1
        else f"{both} shared",
    )


def _runs(results: SplitResults, where: str) -> Iterator[Check]:
    subjects = results.audit.get("subjects", {})
    shared = sum(sum(facts["n_shared_runs"]) for facts in subjects.values())
    correlations = [c.neighbour_correlation for c in results.ceilings.values()]
    if not subjects:
        return
    gap_s, least_s = (results.audit.get(key) for key in ("gap_s", "least_gap_s"))
    if shared and gap_s is not None and least_s is not None:
        yield Check(
            f"within a run, training and test of time series lie far apart{where}",
            _say(least_s >= gap_s),
            f"at least {least_s:g} s, where {gap_s:g} s are needed (longest delay and "
            "haemodynamic response)",
        )
        return
    found = f"{shared} runs, over subjects and folds"
    if shared and np.isfinite(correlations).any():
        found += (
            "; allowed by the config; responses correlate with those one trial later "
            f"by {np.nanmedian(correlations):.2f}"
        )
    yield Check(f"training and test share no run{where}", _say(shared == 0), found)


def _shuffled_encoders(results: SplitResults, where: str) -> Iterator[Check]:
    ranges = {
        model: (low, high)
        for (model, roi), (_, low, high) in results.shuffled.items()
        if roi == ALL and model not in _trained(results)
    }
    if ranges:
        off = [name for name, (low, high) in ranges.items() if not low <= 0 <= high]
        low = min(low for low, _ in ranges.values())
        high = max(high for _, high in ranges.values())
        found = f"95 % of draws from {show_number(low, digits=3)} to "
        found += show_number(high, digits=3)
        found += f"; without 0: {', '.join(off)}" if off else ""
        what = f"encoders of shuffled responses predict nothing{where}"
        yield Check(what, _say(not off), found)


def _shuffled_training(results: SplitResults, where: str) -> Iterator[Check]:
    """Few draws make no range: what was trained must lie above their mean."""
    pairs = {
        model: (results.scores.get((ALL, ALL, model, "r"), NOTHING).value, mean)
        for (model, roi), (mean, _, _) in results.shuffled.items()
        if roi == ALL and model in _trained(results)
    }
    if pairs:
        off = [name for name, (own, mean) in pairs.items() if not own > mean]
        told = f"{len(pairs) - len(off)} of {len(pairs)}, by median r over all voxels"
        told += f"; not: {', '.join(off)}" if off else ""
        what = f"trained encoders predict more than after shuffling{where}"
        yield Check(what, _say(not off), told)


def _trained(results: SplitResults) -> set[str]:
    return {row["encoder"] for row in results.training}


def _controls(results: SplitResults, where: str) -> Iterator[Check]:
    found = beaten(results.comparisons, results.controls)
    if found:
        off = [name for name, more in found.items() if not more]
        told = f"{len(found) - len(off)} of {len(found)} controls, in some region"
        told += f"; not: {', '.join(off)}" if off else ""
        yield Check(
            f"encoders predict more than their controls{where}", _say(not off), told
        )


def _shuffled_decoders(results: SplitResults, where: str) -> Iterator[Check]:
    rows = [
        row
        for row in results.identification
        if row["subject"] == ALL and row["metric"].endswith("_shuffled")
    ]
    if rows:
        off = [
            f"{row['decoder']} {row['metric'].removesuffix('_shuffled')}"
            for row in rows
            if not float(row["low"]) <= float(row["chance"]) <= float(row["high"])
        ]
        found = f"{len(rows) - len(off)} of {len(rows)} ranges contain chance"
        found += f"; without it: {', '.join(off)}" if off else ""
        yield Check(
            f"decoders of shuffled stimuli are at chance{where}", _say(not off), found
        )


def _say(holds: bool) -> str:
    return "yes" if holds else "no"

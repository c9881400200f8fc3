"""Results at a glance: one sentence, two small tables, and what was checked."""

from collections.abc import Mapping
from math import isfinite, sqrt

from boldwise.reporting.blocks import (
    NO_NUMBER,
    Section,
    Table,
    Text,
    show_estimate,
    show_number,
    show_p,
    show_share,
)
from boldwise.reporting.checks import run_checks
from boldwise.reporting.controls import mark
from boldwise.reporting.scores_table import (
    ALL,
    NOTHING,
    best_model,
    models_of,
    regions_of,
)
from boldwise.reporting.study import SplitResults, Study, TableRow

HEADLINE_METRICS = ("top1", "accuracy", "two_way")


def headline_section(study: Study, *, q: float) -> Section:
    """Say what came out, before all else.

    Parameters
    ----------
    study : Study
    q : float
        False discovery rate.

    Returns
    -------
    section : Section
        About the first split; other splits have their own tables below.
    """
    results = next(iter(study.splits.values()))
    section = Section("glance", "Results at a glance")
    section.blocks.append(Text(summarise(study, results, q=q), lead=True))
    if results.scores:
        section.blocks.append(_best_encoders(results, q=q))
    if results.identification:
        section.blocks.append(_decoders(results))
    section.blocks.append(
        Table(
            ("check", "holds", "what was found"),
            [(check.what, check.holds, check.found) for check in run_checks(study)],
            title="Checked",
            note="A “no” is to be understood before any number on this page is used.",
        )
    )
    return section


def summarise(study: Study, results: SplitResults, *, q: float) -> list[str]:
    """Put the main results into sentences.

    Parameters
    ----------
    study : Study
    results : SplitResults
    q : float

    Returns
    -------
    sentences : list of str
        One about encoders, one about decoders, as far as there are any.
    """
    n_subjects = len([name for name in study.subjects if name != "group"])
    said = []
    best = best_model(results.scores)
    if best:
        said.append(_say_best(results, best, n_subjects=n_subjects, q=q))
    decoded = _best_decoder(results)
    if decoded:
        said.append(_say_decoded(decoded))
    return said


def _say_best(results: SplitResults, best: str, *, n_subjects: int, q: float) -> str:
    share = results.scores.get((ALL, ALL, best, "share_significant"), NOTHING).value
    found = {
        roi: results.scores.get((ALL, roi, best, "r"), NOTHING)
        for roi in regions_of(results.scores)
        if roi != ALL
    }
    known = {roi: one for roi, one in found.items() if isfinite(one.value)}
    where = ""
    if known:
        roi = max(known, key=lambda name: known[name].value)
        where = f", best in {roi} (median r {show_estimate(known[roi])})"
    subjects = "1 subject" if n_subjects == 1 else f"{n_subjects} subjects"
    more = (
        "predicts more voxels above chance than any other:"
        if len(models_of(results.scores)) > 1
        else "predicts above chance"
    )
    kind = "control" if best in results.controls else "encoder"
    return (
        f"In {subjects}, the {kind} “{best}” {more} {show_share(share)} of all voxels "
        f"at q < {q:g}{where}."
    )


def _say_decoded(row: TableRow) -> str:
    value, chance = float(row["value"]), float(row["chance"])
    if row["metric"] == "accuracy":
        return (
            f"The decoder “{row['decoder']}” names the category in {show_share(value)} "
            f"of cases (chance {show_share(chance)})."
        )
    return (
        f"The decoder “{row['decoder']}” finds the stimulus that was seen among "
        f"{float(row['n_pool']):.0f} in {show_share(value)} of cases "
        f"(chance {100 * chance:.1f} %)."
    )


def _best_decoder(results: SplitResults) -> TableRow | None:
    for metric in ("top1", "accuracy"):
        rows = [
            row
            for row in results.identification
            if (row["subject"], row["metric"]) == (ALL, metric)
        ]
        if rows:
            return max(rows, key=lambda row: float(row["value"]))
    return None


def _best_encoders(results: SplitResults, *, q: float) -> Table:
    table = results.scores
    rows = []
    for roi in regions_of(table):
        best = best_model(table, roi=roi)
        if best is None:
            continue
        of = {
            metric: table.get((ALL, roi, best, metric), NOTHING)
            for metric in ("r", "noise_ceiling", "normalised_r", "share_significant")
        }
        ceiling, name = of["noise_ceiling"].value, mark(best, results.controls)
        rows.append(
            (
                "all voxels" if roi == ALL else roi,
                name if of["r"].above_zero or roi == ALL else f"none above 0 ({name})",
                show_estimate(of["r"]),
                show_number(sqrt(ceiling)) if ceiling >= 0 else NO_NUMBER,
                show_estimate(of["normalised_r"]),
                show_share(of["share_significant"].value),
            )
        )
    n_models = len(models_of(table))
    chosen = (
        f" The best of {n_models} encoders on the test stimuli is slightly flattered "
        "by the choice; paired tests stand below. For all voxels, best means most "
        "voxels above chance."
        if n_models > 1
        else ""
    )
    return Table(
        ("region", "best encoder", "r [95 %]", "ceiling", "r / ceiling", f"q < {q:g}"),
        rows,
        title=f"Best encoder of each region (split {results.split.name})",
        note="Medians over voxels, means over subjects; the ceiling is the root of the "
        f"median noise ceiling.{chosen}",
    )


def _decoders(results: SplitResults) -> Table:
    rows = []
    for row in results.identification:
        if row["subject"] == ALL and row["metric"] in HEADLINE_METRICS:
            chance = float(row["chance"])
            rows.append(
                (
                    row["decoder"],
                    METRIC_NAMES[row["metric"]],
                    interval_of(row),
                    f"{100 * chance:.1f} %",
                    show_p(as_number(row["p"])),
                    f"{as_number(row['n_pool']):.0f}",
                )
            )
    return Table(
        ("decoder", "measure", "share [95 %]", "chance", "p", "candidates"),
        rows,
        title=f"Decoding against chance (split {results.split.name})",
    )


METRIC_NAMES = {
    "top1": "found first",
    "top5": "found among first 5",
    "two_way": "two-way",
    "median_rank": "median rank",
    "top1_to_brain": "its brain found first",
    "two_way_to_brain": "two-way, among brains",
    "median_rank_to_brain": "median rank of its brain",
    "top1_corrected": "found first, hubs corrected (transductive)",
    "two_way_corrected": "two-way, hubs corrected (transductive)",
    "median_rank_corrected": "median rank, hubs corrected (transductive)",
    "accuracy": "category named",
}


def as_number(cell: str) -> float:
    """Read a cell of a table as a number; what is none becomes NaN.

    Parameters
    ----------
    cell : str

    Returns
    -------
    value : float
    """
    try:
        return float(cell)
    except ValueError:
        return float("nan")


def interval_of(row: Mapping[str, str], *, percent: bool = True) -> str:
    """Write the value of a row with its interval.

    Parameters
    ----------
    row : mapping
        With ``value``, ``low`` and ``high``.
    percent : bool
        Write shares as percentages.

    Returns
    -------
    text : str
        For example ``34.0 % [30.1, 38.2]``.
    """
    scale, unit, digits = (100, " %", 1) if percent else (1, "", 2)
    value, low, high = (
        scale * as_number(row[name]) for name in ("value", "low", "high")
    )
    if not isfinite(low):
        return f"{show_number(value, digits=digits)}{unit}"
    between = ", ".join(show_number(x, digits=digits) for x in (low, high))
    return f"{show_number(value, digits=digits)}{unit} [{between}]"

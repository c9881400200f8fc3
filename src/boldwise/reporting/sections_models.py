"""The sections of the page that compare models: encoders, then decoders."""

from collections.abc import Mapping
from math import isfinite
from types import MappingProxyType
from typing import Any

from boldwise.reporting.blocks import (
    NO_NUMBER,
    Heading,
    Section,
    Table,
    Text,
    show_estimate,
    show_number,
    show_p,
    show_share,
)
from boldwise.reporting.controls import beside, mark, pairs_with_controls
from boldwise.reporting.decoder_controls import control_tables
from boldwise.reporting.headline import METRIC_NAMES, as_number, interval_of
from boldwise.reporting.scores_table import (
    ALL,
    NOTHING,
    Estimate,
    models_of,
    regions_of,
)
from boldwise.reporting.sections_alignment import alignment_tables
from boldwise.reporting.shelf import Shelf
from boldwise.reporting.study import SplitResults, Study, TableRow

MANY_ROWS = 30
PAIR_COLUMNS = ("region", "a", "b", "r of a − r of b [95 %]", "p", "q", "subjects")


def comparison_section(study: Study, shelf: Shelf) -> Section:
    """Say which encoder predicts best, tested in pairs, beside its shuffled self.

    Parameters
    ----------
    study : Study
    shelf : Shelf

    Returns
    -------
    section : Section
    """
    section = Section("comparison", "Models compared")
    for name, results in study.splits.items():
        if not results.scores:
            continue
        if len(study.splits) > 1:
            section.blocks.append(Heading(f"Split {name}"))
        section.blocks += [
            *shelf.pictures("comparison", split=name),
            *shelf.pictures("partition", split=name),
            *_region_tables(results),
            *_runners_up(results),
            *_against_controls(results),
            *_paired_tests(results),
        ]
    return section


def identification_section(
    study: Study,
    shelf: Shelf,
    *,
    decoders: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
) -> Section:
    """Say what was read out of the brain, with chance and shuffles.

    Parameters
    ----------
    study : Study
    shelf : Shelf
    decoders : mapping
        Entries of the config, for what they say about alignment.

    Returns
    -------
    section : Section
    """
    section = Section("identification", "Decoding and identification")
    for name, results in study.splits.items():
        if not results.identification:
            continue
        if len(study.splits) > 1:
            section.blocks.append(Heading(f"Split {name}"))
        section.blocks += [
            _identification_table(results, subjects=(ALL,)),
            *control_tables(results, subjects=(ALL,)),
            *alignment_tables(results.identification, decoders),
            *shelf.pictures("decoder_controls", split=name),
            *shelf.pictures("ranks", split=name),
            *shelf.pictures("pool_curves", split=name, wide=False),
            *shelf.pictures("training_distance", split=name),
            *shelf.pictures("confusions", split=name),
            _identification_table(results, subjects=tuple(study.subjects)),
            *control_tables(results, subjects=tuple(study.subjects)),
        ]
    return section


def _region_tables(results: SplitResults) -> list[Table | Text]:
    table = results.scores
    blocks: list[Table | Text] = []
    for roi in regions_of(table):
        models = beside(models_of(table), results.controls)
        rows = [_model_row(results, roi, model) for model in models]
        rows = [row for row in rows if row[1] != NO_NUMBER]
        if rows:
            blocks.append(
                Table(
                    (
                        *("encoder", "r [95 %]", "R²", "r / ceiling [95 %]"),
                        *("significant", "shuffled r", "shuffled 95 %"),
                    ),
                    rows,
                    title="All voxels" if roi == ALL else f"Region {roi}",
                    folded=roi != ALL,
                )
            )
    return blocks


def _model_row(results: SplitResults, roi: str, model: str) -> tuple[str, ...]:
    of = {
        metric: results.scores.get((ALL, roi, model, metric), NOTHING)
        for metric in ("r", "r2", "normalised_r", "share_significant")
    }
    nothing = (float("nan"),) * 3
    mean, low, high = results.shuffled.get((model, roi), nothing)
    between = f"{show_number(low, digits=3)} to {show_number(high, digits=3)}"
    return (
        mark(model, results.controls),
        show_estimate(of["r"]),
        show_number(of["r2"].value, digits=3),
        show_estimate(of["normalised_r"]),
        show_share(of["share_significant"].value),
        show_number(mean, digits=3),
        between if isfinite(low) and low < high else NO_NUMBER,  # one draw: no range
    )


def _runners_up(results: SplitResults) -> list[Table]:
    """Pair the two highest encoders of each region."""
    rows = []
    for roi in regions_of(results.scores):
        r = {
            model: results.scores.get((ALL, roi, model, "r"), NOTHING).value
            for model in models_of(results.scores)
        }
        ranked = sorted((m for m in r if isfinite(r[m])), key=lambda m: -r[m])[:2]
        rows += [
            pair_row(row, flip=row["model_a"] != ranked[0])
            for row in results.comparisons
            if row["roi"] == roi and {row["model_a"], row["model_b"]} == set(ranked)
        ]
    title = "Best encoder of each region against the runner-up"
    return [Table(PAIR_COLUMNS, rows, title=title)] if rows else []


def _against_controls(results: SplitResults) -> list[Table]:
    """Pair every encoder with its own controls."""
    found = pairs_with_controls(results.comparisons, results.controls)
    rows = [pair_row(row, flip=flipped) for row, flipped in found]
    if not rows:
        return []
    note = "b is a control of a: its network untrained, the pixels, or its features "
    note += "in random order within training and within test."
    title = "Encoders against their controls"
    return [Table(PAIR_COLUMNS, rows, title=title, note=note)]


def pair_row(row: TableRow, *, flip: bool = False) -> tuple[str, ...]:
    """Write a paired test as a row of a table; ``flip``: b before a."""
    names = (row["model_a"], row["model_b"])
    value, low, high = (as_number(row[name]) for name in ("difference", "low", "high"))
    if flip:
        names, (value, low, high) = names[::-1], (-value, -high, -low)
    return (
        "all voxels" if row["roi"] == ALL else row["roi"],
        *names,
        show_estimate(Estimate(value, low, high), digits=3),
        show_p(as_number(row["p"])),
        show_p(as_number(row["q"])),
        row["n_subjects"],
    )


def _paired_tests(results: SplitResults) -> list[Table]:
    rows = [pair_row(row) for row in results.comparisons]
    if not rows:
        return []
    return [
        Table(
            PAIR_COLUMNS,
            rows,
            title=f"Paired tests of all {len(rows)} pairs",
            note="Both encoders on the same draws of stimuli and subjects; p "
            "two-sided; q over all rows of this table (Benjamini-Hochberg).",
            folded=len(rows) > MANY_ROWS,
        )
    ]


def _identification_table(results: SplitResults, *, subjects: tuple[str, ...]) -> Table:
    shuffled = {
        (row["subject"], row["decoder"], row["metric"]): row
        for row in results.identification
        if row["metric"].endswith("_shuffled")
    }
    rows = []
    for row in results.identification:
        if row["subject"] in subjects and row["metric"] in METRIC_NAMES:
            key = (row["subject"], row["decoder"], f"{row['metric']}_shuffled")
            rows.append(_identification_row(row, shuffled.get(key)))
    together = subjects == (ALL,)
    columns = (
        "decoder",
        "measure",
        "value [95 %]",
        "chance",
        "shuffled 95 %",
        "p",
        "of",
    )
    return Table(
        columns if together else ("subject", *columns),
        [row[1:] for row in rows] if together else rows,
        title="Mean over subjects" if together else "Subject by subject",
        note="Of: candidates (or categories) to choose from. Shuffled: stimulus "
        "identity permuted within folds, the middle 95 %. Two-way: share of "
        "distractors that are less like the prediction than the true stimulus is. Its "
        "brain: the other direction, from a stimulus to the brains that saw the test "
        "stimuli. Hubs corrected: by all test stimuli, without labels (transductive). "
        "The MindEye papers print “its brain found first” as image retrieval and "
        "“found first” as brain retrieval, among 300 and by cosine.",
        folded=not together,
    )


def _identification_row(row: TableRow, shuffled: TableRow | None) -> tuple[str, ...]:
    share = not row["metric"].startswith("median_rank")
    scale, digits = (100, 1) if share else (1, 1)
    between = NO_NUMBER
    if shuffled is not None:
        low, high = (scale * as_number(shuffled[name]) for name in ("low", "high"))
        between = f"{show_number(low, digits=1)} to {show_number(high, digits=1)}"
    chance = show_number(scale * as_number(row["chance"]), digits=digits)
    unit = " %" if share else ""
    return (
        f"sub-{row['subject']}",
        row["decoder"],
        METRIC_NAMES[row["metric"]],
        interval_of(row, percent=share),
        f"{chance}{unit}",
        f"{between}{unit}" if between != NO_NUMBER else between,
        show_p(as_number(row["p"])),
        f"{as_number(row['n_pool']):.0f}",
    )

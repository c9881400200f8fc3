"""The section of the page about decoders that subjects share, and new subjects."""

from collections.abc import Sequence
from math import isfinite

from boldwise.decoders.adaptation_table import ALL, TRANSFER
from boldwise.reporting.adaptation_curves import MODES
from boldwise.reporting.blocks import (
    NO_NUMBER,
    Block,
    Heading,
    Section,
    Table,
    show_number,
)
from boldwise.reporting.headline import as_number, interval_of
from boldwise.reporting.shelf import Shelf
from boldwise.reporting.study import Study, TableRow

TITLES = {"top1": "found first [95 %]", "two_way": "two-way [95 %]"}
COLUMNS = (
    *("decoder", "budget", "how it is taken up", *TITLES.values()),
    "two-way more than scratch [95 %]",
)
NOTE = (
    "Each subject in turn was left out of training and taken up again with the first "
    "trials alone; test stimuli trained nobody. Mean and 95 % over subjects (Student's "
    "t); more than scratch: paired over subjects. Raw transfer: the maps of the other "
    "subjects as they are, voxel by nearest voxel. Chance: {chance} found first, 50 % "
    "two-way."
)


def adaptation_section(study: Study, shelf: Shelf) -> Section:
    """Say how well subjects that a decoder never saw are taken up.

    Parameters
    ----------
    study : Study
    shelf : Shelf

    Returns
    -------
    section : Section
        Without blocks if no decoder is shared by subjects.
    """
    section = Section("new-subjects", "Decoders that subjects share")
    for name, results in study.splits.items():
        pictures: list[Block] = [
            *shelf.pictures("adaptation_curves", split=name),
            *_tables(results.adaptation),
            *shelf.pictures("decoder_training", split=name),
        ]
        if pictures and len(study.splits) > 1:
            section.blocks.append(Heading(f"Split {name}"))
        section.blocks += pictures
    return section


def _tables(rows: Sequence[TableRow]) -> list[Table]:
    if not rows:
        return []
    cells = {
        (row["decoder"], row["mode"], row["budget"], row["measure"]): row
        for row in rows
        if row["subject"] == ALL
    }
    keys = dict.fromkeys(key[:3] for key in cells)
    shown = [_row([cells[*key, measure] for measure in TITLES]) for key in keys]
    chance = {row["chance"] for row in cells.values() if row["measure"] == "top1"}
    told = " or ".join(f"{float(one):.1%}".replace("%", " %") for one in sorted(chance))
    return [
        Table(
            COLUMNS,
            shown,
            title="Subjects that are new to a decoder",
            note=NOTE.format(chance=told),
        )
    ]


def _row(pair: Sequence[TableRow]) -> tuple[str, ...]:
    first, last = pair[0], pair[-1]
    return (
        first["decoder"],
        _budget(first),
        "raw transfer" if first["mode"] == TRANSFER else MODES[first["mode"]],
        *(interval_of(row, percent=True) for row in pair),
        _gain(last),
    )


def _budget(row: TableRow) -> str:
    if row["budget"] == "n/a":
        return NO_NUMBER
    budget = f"{as_number(row['budget']):g} {row['unit']}"
    if row["unit"] == "trials":
        return budget
    return f"{budget} ({row['n_trials']} trials)"


def _gain(row: TableRow) -> str:
    mean, low, high = (as_number(row[n]) for n in ("gain", "gain_low", "gain_high"))
    if not isfinite(mean):
        return NO_NUMBER
    low_high = (
        f"{show_number(100 * low, digits=1)}, {show_number(100 * high, digits=1)}"
    )
    return f"{show_number(100 * mean, digits=1)} [{low_high}]"

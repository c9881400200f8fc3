"""The sections of the page about stimuli and their features, without any brain."""

from collections.abc import Mapping
from typing import Any

from boldwise.reporting.blocks import (
    Heading,
    Section,
    Table,
    Text,
    show_number,
    show_p,
)
from boldwise.reporting.shelf import Shelf
from boldwise.reporting.study import Study, TableRow

HOW = (
    "Linear discriminants with a covariance shrunken by the share of Ledoit and Wolf, "
    "fixed beforehand, were trained on the features of each fold's training stimuli "
    "and named the category of the others. Intervals are 95 % over stimuli; p is from "
    "labels permuted within folds."
)


def stimuli_section(study: Study, shelf: Shelf) -> Section:
    """Say what was described, where nobody was measured.

    Parameters
    ----------
    study : Study
        Without subjects.
    shelf : Shelf

    Returns
    -------
    section : Section
    """
    known = ", ".join(study.stimulus_columns) or "nothing but their ids"
    section = Section("run", "What was run")
    section.blocks += [
        Text(
            [
                f"{study.n_stimuli:,} stimuli, of which is known: {known}. There are "
                "no brain responses: this page is about the features alone."
            ]
        ),
        *(
            Text([f"Split {name}: {one.split.reason} (hash {one.split.hash})"])
            for name, one in study.splits.items()
        ),
        *shelf.pictures("stimuli"),
    ]
    return section


def category_check_section(study: Study, shelf: Shelf) -> Section:
    """Say which categories each feature space tells apart.

    Parameters
    ----------
    study : Study
    shelf : Shelf

    Returns
    -------
    section : Section
        Without blocks if no check was asked for.
    """
    section = Section("category-check", "What the features know")
    for name, results in study.splits.items():
        rows = results.category_check
        if not rows:
            continue
        if len(study.splits) > 1:
            section.blocks.append(Heading(f"Split {name}"))
        section.blocks += [
            Text([f"Category of {rows[0]['n_stimuli']} held-out stimuli. {HOW}"]),
            Table(
                ("feature space", "features", "accuracy", "chance", "shuffled", "p"),
                [_cells(row) for row in rows],
                title="Category decoded from features, without a brain",
                note="Shuffled: 97.5 % of the accuracies with permuted labels are "
                "lower. A space that tells no categories apart here cannot predict "
                "any voxel by category.",
            ),
            *shelf.pictures("category_check", split=name, wide=False),
        ]
    return section


def feature_methods(config: Mapping[str, Any]) -> Section:
    """Describe how features came about, where nobody was measured.

    Parameters
    ----------
    config : mapping
        The checked config, as plain values.

    Returns
    -------
    section : Section
    """
    rows = [
        (
            name,
            str(space["kind"]),
            ", ".join(
                f"{option} {value}"
                for option, value in space.items()
                if option != "kind" and value not in (None, [], {})
            ),
        )
        for name, space in config["feature_spaces"].items()
    ]
    section = Section("methods", "Methods")
    section.blocks.append(Table(("feature space", "kind", "options"), rows))
    return section


def _cells(row: TableRow) -> tuple[str, ...]:
    value, low, high, chance, shuffled = (
        show_number(100 * float(row[name]), digits=1)
        for name in ("accuracy", "low", "high", "chance", "shuffled_high")
    )
    return (
        row["feature_space"],
        row["n_features"],
        f"{value} % [{low}, {high}]",
        f"{chance} %",
        f"{shuffled} %",
        show_p(float(row["p"])),
    )

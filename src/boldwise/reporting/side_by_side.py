"""Several studies on one page: what each found, and in what they differ."""

from collections.abc import Sequence
from math import isfinite, sqrt

from markupsafe import Markup

from boldwise.reporting.blocks import (
    NO_NUMBER,
    Picture,
    Pictures,
    Section,
    Table,
    Text,
    data_uri,
    show_estimate,
    show_number,
    show_share,
)
from boldwise.reporting.compared import (
    ComparedStudy,
    differences_section,
    in_some,
    options_of_all,
)
from boldwise.reporting.controls import ADDED
from boldwise.reporting.headline import METRIC_NAMES, as_number, interval_of
from boldwise.reporting.scores_table import (
    ALL,
    NOTHING,
    best_model,
    models_of,
    regions_of,
)
from boldwise.reporting.study import TableRow

CONTROL_ENDINGS = ("-untrained", "-pixels", "-shuffled")
CAPTION = (
    "Large dots: means over the subjects of a study with their 95 % intervals. Dashed: "
    "the root of its median noise ceiling. Expect a study with more training stimuli "
    "or cleaner responses further right, ceiling and all; an encoder that passes "
    "its ceiling, or a control that keeps pace with what it controls, needs a look."
)


def build_comparison(
    studies: Sequence[ComparedStudy], *, figure: tuple[bytes, str] | None = None
) -> list[Section]:
    """Build the page.

    Parameters
    ----------
    studies : sequence of ComparedStudy
    figure : (bytes, str), optional
        The picture of scores as PNG, and what it shows in words.

    Returns
    -------
    sections : list of Section
        Those that have something to say.
    """
    sections = [
        _glance(studies),
        _encoders(studies, figure),
        _decoders(studies),
        differences_section(studies),
    ]
    return [section for section in sections if section.blocks]


def is_control(model: str) -> bool:
    """Tell by its name whether a model is a control.

    Parameters
    ----------
    model : str

    Returns
    -------
    control : bool
    """
    return model in ADDED or model.endswith(CONTROL_ENDINGS)


def _glance(studies: Sequence[ComparedStudy]) -> Section:
    section = Section("glance", "Side by side")
    rows = []
    for one in studies:
        table, people = one.main.scores, [s for s in one.subjects if s != "group"]
        best = best_model(table) or NO_NUMBER
        share = table.get((ALL, ALL, best, "share_significant"), NOTHING).value
        rows.append(
            (
                *(one.name, str(len(people)), next(iter(one.splits))),
                *(str(one.main.n_train), str(one.main.n_test)),
                *(str(len(models_of(table))), best, show_share(share)),
            )
        )
    section.blocks += [
        Text([_lead(studies)], lead=True),
        Table(
            (
                *("study", "subjects", "split", "train", "test", "encoders"),
                *("best encoder", "voxels above chance"),
            ),
            rows,
            note="Of several splits, the first by name is compared. Studies are not "
            "tested against each other: they may differ in stimuli, subjects and "
            "voxels. Within a study, see its own report.",
        ),
    ]
    return section


def _lead(studies: Sequence[ComparedStudy]) -> str:
    said = []
    for one in studies:
        best = best_model(one.main.scores)
        if best:
            found = one.main.scores.get((ALL, ALL, best, "r"), NOTHING)
            said.append(f"{one.name}: “{best}”, median r {show_estimate(found)}")
    n_options, n_parts = len(options_of_all(studies)), len(in_some(studies))
    told = (
        f"{len(studies)} studies. {n_options} options differ, and {n_parts} parts are "
        "not in every study. "
    )
    return told + (f"Best encoder over all voxels: {'; '.join(said)}." if said else "")


def _encoders(
    studies: Sequence[ComparedStudy], figure: tuple[bytes, str] | None
) -> Section:
    section = Section("encoders", "Encoders")
    tables = [one.main.scores for one in studies]
    if figure:
        data, words = figure
        picture = Picture(data_uri(data, "image/png"), words, "", "", 0)
        section.blocks.append(Pictures([picture], Markup.escape(CAPTION)))
    for roi in dict.fromkeys(roi for table in tables for roi in regions_of(table)):
        models = dict.fromkeys(model for table in tables for model in models_of(table))
        rows = [_row(studies, roi, model) for model in models]
        if rows:
            columns = [
                f"{one.name}: {n}" for one in studies for n in ("r [95 %]", "shuffled")
            ]
            section.blocks.append(
                Table(
                    ("encoder", *columns),
                    [_ceiling_row(studies, roi), *rows],
                    title="All voxels" if roi == ALL else roi,
                    note="Medians over voxels, means over subjects; shuffled: the "
                    "middle 95 % of refits on shuffled responses.",
                )
            )
    return section


def _row(studies: Sequence[ComparedStudy], roi: str, model: str) -> tuple[str, ...]:
    cells = [f"{model} (control)" if is_control(model) else model]
    for one in studies:
        cells.append(
            show_estimate(one.main.scores.get((ALL, roi, model, "r"), NOTHING))
        )
        _, low, high = one.main.shuffled.get((model, roi), (float("nan"),) * 3)
        between = f"{show_number(low)} to {show_number(high)}"
        cells.append(between if isfinite(low) else NO_NUMBER)
    return tuple(cells)


def _ceiling_row(studies: Sequence[ComparedStudy], roi: str) -> tuple[str, ...]:
    cells = ["noise ceiling on r"]
    for one in studies:
        found = [
            value.value
            for (subject, at, _, metric), value in one.main.scores.items()
            if (subject, at, metric) == (ALL, roi, "noise_ceiling") and value.value >= 0
        ]
        cells += [show_number(sqrt(found[0])) if found else NO_NUMBER, NO_NUMBER]
    return tuple(cells)


def _decoders(studies: Sequence[ComparedStudy]) -> Section:
    section = Section("decoders", "Decoders")
    found = [
        {
            (row["decoder"], row["metric"]): row
            for row in one.main.identification
            if row["subject"] == ALL and row["metric"] in METRIC_NAMES
        }
        for one in studies
    ]
    rows = []
    for key in dict.fromkeys(key for own in found for key in own):
        cells = [key[0], METRIC_NAMES[key[1]]]
        for own in found:
            cells += _decoded(own.get(key), share=not key[1].startswith("median_rank"))
        rows.append(tuple(cells))
    if rows:
        names = ("value [95 %]", "chance", "of")
        columns = [f"{one.name}: {name}" for one in studies for name in names]
        section.blocks.append(
            Table(
                ("decoder", "measure", *columns),
                rows,
                note="Of: candidates to choose from. Shares of unlike pools cannot be "
                "compared but through their chance.",
            )
        )
    return section


def _decoded(row: TableRow | None, *, share: bool) -> list[str]:
    if row is None:
        return [NO_NUMBER] * 3
    chance = as_number(row["chance"])
    shown = f"{100 * chance:.1f} %" if share else show_number(chance, digits=1)
    return [interval_of(row, percent=share), shown, f"{as_number(row['n_pool']):.0f}"]

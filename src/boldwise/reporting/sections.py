"""The sections of the page, in the order in which a reader would ask."""

from collections.abc import Mapping
from math import isfinite

from boldwise.reporting.blocks import (
    Heading,
    Section,
    Table,
    Text,
    show_number,
)
from boldwise.reporting.checks import count_overlap
from boldwise.reporting.false_passes import tabulate_false_passes
from boldwise.reporting.scores_table import ALL
from boldwise.reporting.shelf import Shelf
from boldwise.reporting.study import CeilingFacts, Study


def overview_section(
    study: Study, shelf: Shelf, *, left_out: Mapping[str, str] | None = None
) -> Section:
    """Say what was run: subjects, voxels, trials, stimuli.

    Parameters
    ----------
    study : Study
    shelf : Shelf
    left_out : mapping of subject to str
        Why nothing was computed for them.

    Returns
    -------
    section : Section
    """
    facts = study.subjects
    rows = [
        (
            f"sub-{name}" if name != "group" else "group (mean)",
            f"{one.n_voxels:,}",
            f"{one.n_trials:,}",
            f"{one.n_stimuli:,}",
            f"{one.n_runs}",
            one.unit,
            one.space if one.has_affine else f"{one.space} (positions unknown)",
        )
        for name, one in facts.items()
    ]
    kind = next(iter(facts.values())).kind
    unit = "volumes" if kind == "continuous" else "trials"
    known = ", ".join(study.stimulus_columns) or "nothing but their ids"
    section = Section("run", "What was run")
    section.blocks += [
        Text([f"{study.n_stimuli:,} stimuli, of which is known: {known}."]),
        Table(("subject", "voxels", unit, "stimuli", "runs", "unit", "space"), rows),
        *_left_out_text(left_out or {}),
        *_regions_table(study),
        *_notes_table(study),
    ]
    for name in study.splits:
        section.blocks += shelf.pictures("stimuli", split=name)
        break  # the same stimuli under every split
    return section


def _left_out_text(left_out: Mapping[str, str]) -> list[Text]:
    """Name who is missing, and why."""
    told = [f"sub-{name} is left out: {why.strip()}" for name, why in left_out.items()]
    return [Text(told)] if told else []


def split_section(study: Study, shelf: Shelf) -> Section:
    """Say which stimuli train and which test, and what leaks.

    Parameters
    ----------
    study : Study
    shelf : Shelf

    Returns
    -------
    section : Section
    """
    section = Section("split", "Split audit")
    for name, results in study.splits.items():
        overlap = count_overlap(results)
        rows = []
        for subject, facts in results.audit.get("subjects", {}).items():
            neighbour = results.ceilings.get(subject)
            correlation = neighbour.neighbour_correlation if neighbour else float("nan")
            rows += [
                (
                    f"sub-{subject}",
                    str(results.split.fold_name[fold]),
                    f"{facts['n_train'][fold]:,}",
                    f"{facts['n_test'][fold]:,}",
                    f"{overlap[fold]}",
                    f"{facts['n_shared_runs'][fold]}",
                    show_number(correlation),
                )
                for fold in range(results.split.n_folds)
            ]
        section.blocks += [
            Heading(f"Split {name}"),
            Text([f"{results.split.reason} (hash {results.split.hash})"]),
            Table(
                (
                    *("subject", "held out", "train", "test", "in both"),
                    *("runs shared", "neighbour r"),
                ),
                rows,
                note="Stimuli that the subject saw. In both: stimulus ids in training "
                "and test, which must be 0. Neighbour r: correlation of responses with "
                "those one trial later in the run, median over voxels; where runs are "
                "shared, it says how much of a trial its neighbours carry.",
                title="Train and test, subject by subject",
                folded=len(rows) > 12,
            ),
            *shelf.pictures("split_layout", split=name),
        ]
    return section


def ceiling_section(study: Study, shelf: Shelf, *, min_ceiling: float = 0.1) -> Section:
    """Say how well any model could do, and how often noise alone looks as good.

    Parameters
    ----------
    study : Study
    shelf : Shelf
    min_ceiling : float
        Least ceiling at which scores are normalised.

    Returns
    -------
    section : Section
    """
    section = Section("ceilings", "Noise ceilings")
    for name, results in study.splits.items():
        facts = results.ceilings
        if not facts:
            continue
        section.blocks += _split_heading(study, name)
        if any(isfinite(one.medians[ALL]) for one in facts.values()):
            section.blocks += [
                _ceilings_table(facts),
                *tabulate_false_passes(facts, min_ceiling=min_ceiling),
                *shelf.pictures("ceilings", split=name, wide=False),
            ]
        else:
            formula = next(iter(facts.values())).formula
            said = f"Noise ceilings: {formula}. Scores are not normalised."
            section.blocks.append(Text([said]))
    return section


def _ceilings_table(ceilings: Mapping[str, CeilingFacts]) -> Table:
    """Medians of each subject, region by region."""
    rois = list(dict.fromkeys(roi for one in ceilings.values() for roi in one.medians))
    rows = [
        (
            f"sub-{subject}",
            *(show_number(one.medians.get(roi, float("nan"))) for roi in rois),
            show_number(one.null_medians.get(ALL, float("nan"))),
            show_number(one.standard_error),
        )
        for subject, one in ceilings.items()
    ]
    named = ("all voxels" if roi == ALL else roi for roi in rois)
    formula = next(iter(ceilings.values())).formula
    return Table(
        ("subject", *named, "shuffled", "error of a voxel"),
        rows,
        title="Median noise ceiling by region",
        note=f"Share of the variance of the averaged test response: {formula}. "
        "Error of a voxel: standard error over stimuli, median over voxels.",
    )


def accuracy_section(study: Study, shelf: Shelf) -> Section:
    """Show where in the brain, and against which ceiling.

    Parameters
    ----------
    study : Study
    shelf : Shelf

    Returns
    -------
    section : Section
    """
    section = Section("accuracy", "Prediction accuracy")
    for name in study.splits:
        section.blocks += [
            *_split_heading(study, name),
            *shelf.view("interactive_map", split=name),
            *shelf.pictures("accuracy_map", split=name),
            *shelf.pictures("score_against_ceiling", split=name),
        ]
    return section


def penalty_section(study: Study, shelf: Shelf) -> Section:
    """Show which penalties were chosen.

    Parameters
    ----------
    study : Study
    shelf : Shelf

    Returns
    -------
    section : Section
    """
    section = Section("penalties", "Penalties")
    for name in study.splits:
        section.blocks += [
            *_split_heading(study, name),
            *shelf.pictures("penalties", split=name),
        ]
    return section


def _split_heading(study: Study, name: str) -> list[Heading]:
    return [Heading(f"Split {name}")] if len(study.splits) > 1 else []


def _regions_table(study: Study) -> list[Table]:
    rois = list(
        dict.fromkeys(roi for one in study.subjects.values() for roi in one.regions)
    )
    if not rois:
        return []
    rows = [
        (f"sub-{name}", *(f"{one.regions.get(roi, 0):,}" for roi in rois))
        for name, one in study.subjects.items()
    ]
    return [Table(("subject", *rois), rows, title="Voxels in each region", folded=True)]


def _notes_table(study: Study) -> list[Table]:
    notes = {
        name: {key: str(value) for key, value in one.notes.items()}
        for name, one in study.subjects.items()
    }
    keys = list(dict.fromkeys(key for one in notes.values() for key in one))
    rows = [
        (key, f"sub-{name}", one[key])
        for key in keys
        for name, one in notes.items()
        if key in one
    ]
    if not rows:
        return []
    title = "How the responses came about"
    return [Table(("note", "subject", "value"), rows, title=title, folded=True)]

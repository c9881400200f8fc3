"""The section of the page about the data themselves, before any model."""

from collections.abc import Mapping, Sequence
from math import isfinite

from boldwise.reporting.blocks import (
    NO_NUMBER,
    Section,
    Table,
    Text,
    show_number,
    show_share,
)
from boldwise.reporting.quality import QualityFacts, RunFacts
from boldwise.reporting.shelf import Shelf
from boldwise.reporting.study import Study
from boldwise.responses.quality import MOVED_MM, RESTLESS_MM

FIGURES = ("series", "voxel_maps", "design", "responses")


def quality_section(study: Study, shelf: Shelf) -> Section:
    """Show how good the data are: volumes lost, motion, noise, design, reliability.

    Parameters
    ----------
    study : Study
    shelf : Shelf

    Returns
    -------
    section : Section
    """
    section = Section("quality", "Quality of the data")
    if not study.quality:
        return section
    section.blocks += [
        *_warnings(study.quality),
        *_volumes_table(study.quality),
        Table(
            (
                *("subject", "removed by confounds", "by chance"),
                *("repeated stimuli", "noise ceiling", "shuffled"),
            ),
            [_responses_row(name, one) for name, one in study.quality.items()],
            title="What the responses hold",
            note="Removed by confounds: largest share of a feature's time course that "
            "cleaning takes away. Noise ceiling: median over voxels, over all repeated "
            "stimuli whatever the split, beside that of shuffled trials.",
        ),
    ]
    for name in FIGURES:
        section.blocks += shelf.pictures(f"quality_{name}")
    section.blocks += _runs_table(study.quality)
    return section


def _volumes_table(quality: Mapping[str, QualityFacts]) -> list[Table]:
    rows = [_volumes_row(name, one) for name, one in quality.items() if one.runs]
    if not rows:
        return []
    return [
        Table(
            (
                *("subject", "runs", "volumes", "left out", f"FD > {MOVED_MM:g} mm"),
                *("mean FD (mm)", "worst run", "tSNR"),
            ),
            rows,
            title="Volumes lost",
            note="FD: framewise displacement of the head. tSNR: mean over standard "
            "deviation in time, median over voxels, mean over runs.",
        )
    ]


def _volumes_row(subject: str, facts: QualityFacts) -> tuple[str, ...]:
    runs = facts.runs
    total, lost = sum(r.n_volumes for r in runs), sum(r.n_left_out for r in runs)
    means = [r.mean_mm for r in runs if isfinite(r.mean_mm)]
    moved = sum(r.n_moved for r in runs)
    tracked = sum(r.n_volumes for r in runs if isfinite(r.mean_mm))
    tsnr = [r.tsnr for r in runs if isfinite(r.tsnr)]
    return (
        f"sub-{subject}",
        f"{len(runs)}",
        f"{total:,}",
        f"{lost} ({show_share(lost / total)})",
        f"{moved} ({show_share(moved / tracked)})" if means else NO_NUMBER,
        show_number(sum(means) / len(means)) if means else NO_NUMBER,
        show_number(max(means)) if means else NO_NUMBER,
        show_number(sum(tsnr) / len(tsnr), digits=0) if tsnr else NO_NUMBER,
    )


def _responses_row(subject: str, facts: QualityFacts) -> tuple[str, ...]:
    return (
        f"sub-{subject}",
        show_share(facts.removed),
        show_share(facts.expected),
        f"{facts.n_repeated:,}" if facts.n_repeated else NO_NUMBER,
        show_number(facts.ceiling),
        show_number(facts.null_ceiling),
    )


def _runs_table(quality: Mapping[str, QualityFacts]) -> list[Table]:
    rows = [
        (
            f"sub-{subject}",
            run.session,
            run.run,
            f"{run.n_volumes:,}",
            f"{run.n_left_out}",
            f"{run.n_moved}" if isfinite(run.mean_mm) else NO_NUMBER,
            show_number(run.mean_mm),
            show_number(run.max_mm),
            show_number(run.tsnr, digits=0),
        )
        for subject, facts in quality.items()
        for run in facts.runs
    ]
    columns = (
        *("subject", "session", "run", "volumes", "left out"),
        *(f"FD > {MOVED_MM:g} mm", "mean FD (mm)", "largest FD (mm)", "tSNR"),
    )
    title = "Volumes lost, run by run"
    return [Table(columns, rows, title=title, folded=True)] if rows else []


def _warnings(quality: Mapping[str, QualityFacts]) -> list[Text]:
    restless = [
        f"sub-{subject} run {run.run} ({show_number(run.mean_mm)} mm)"
        for subject, facts in quality.items()
        for run in _restless(facts.runs)
    ]
    if not restless:
        return []
    return [
        Text(
            [
                f"Mean framewise displacement is above {RESTLESS_MM:g} mm in "
                f"{len(restless)} runs: {', '.join(restless)}. Look at them below, and "
                "leave them out if what they show is motion."
            ]
        )
    ]


def _restless(runs: Sequence[RunFacts]) -> list[RunFacts]:
    return [run for run in runs if run.mean_mm > RESTLESS_MM]

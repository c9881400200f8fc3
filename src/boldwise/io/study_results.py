"""What the page needs, from all stores, tables and figures of a run."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.errors import StoreError
from boldwise.evaluation.false_pass import Showings
from boldwise.io.figure_files import read_figure
from boldwise.io.quality_stores import read_quality_facts
from boldwise.io.records import read_split, read_voxels
from boldwise.io.score_stores import region_masks, subject_of
from boldwise.io.stores import Store, open_store
from boldwise.io.subject_results import read_score_table, read_shuffled
from boldwise.io.tables import read_table, read_text
from boldwise.reporting.comparison import ranges_of_shuffles
from boldwise.reporting.study import (
    CeilingFacts,
    SplitResults,
    Study,
    StudyFigure,
    SubjectFacts,
    TableRow,
)

SPLIT_DEPTH = {"shuffled": 1} | dict.fromkeys(
    (
        *("ceilings", "scores", "comparisons", "identification", "category_checks"),
        *("training", "curves", "adaptation", "galleries", "ablations"),
    ),
    0,
)  # how many folders above a file the one of its split lies
COLUMNS = ("image", "caption", "category", "group")


def read_study(inputs: Mapping[str, Any], individuals: Iterable[str]) -> Study:
    """Read one run of the workflow.

    Parameters
    ----------
    inputs : mapping
        Paths by kind: ``stimuli`` and, as lists, ``responses``, ``splits``,
        ``ceilings``, ``scores``, ``comparisons``, ``identification``, ``shuffled``,
        ``category_checks``, ``training``, ``curves``, ``adaptation``, ``figures``,
        ``captions``, ``quality``, ``galleries``, ``ablations``, and, with at most one,
        ``recovery``, ``recipe``.
    individuals : iterable of str
        Subjects over which shuffled scores are averaged.

    Returns
    -------
    study : Study
    """
    code: dict[str, str] = {}
    with open_store(inputs["stimuli"], schema="stimuli") as store:
        _note_code(store, code)
        n_stimuli = len(store["stimulus_id"])
        aliases = {"image": "image_path"}  # where images stay in their files
        columns = [n for n in COLUMNS if n in store or aliases.get(n, n) in store]
    recipe = [json.loads(read_text(path)) for path in inputs["recipe"]]
    return Study(
        n_stimuli=n_stimuli,
        stimulus_columns=columns,
        subjects={
            subject_of(path): _read_facts(path, code) for path in inputs["responses"]
        },
        splits={
            Path(path).stem: _read_split_results(path, inputs, set(individuals), code)
            for path in inputs["splits"]
        },
        recovery=[row for path in inputs["recovery"] for row in read_rows(path)],
        figures=[read_study_figure(path) for path in inputs["figures"]],
        captions={Path(path).stem: read_text(path) for path in inputs["captions"]},
        code=dict(sorted(code.items())),
        tiny_clip=recipe[0] if recipe else None,
        quality={
            subject_of(path): read_quality_facts(path)
            for path in inputs.get("quality", [])
        },
    )


def read_rows(path: str | Path) -> list[TableRow]:
    """Read a table row by row, as it was written.

    Parameters
    ----------
    path : path

    Returns
    -------
    rows : list of dict
        Text by column.
    """
    columns = read_table(path)
    texts = [column.tolist() for column in columns.values()]
    return [dict(zip(columns, row, strict=True)) for row in zip(*texts, strict=True)]


def read_study_figure(path: str | Path) -> StudyFigure:
    """Read a figure or an interactive view, and what it belongs to from its name.

    Parameters
    ----------
    path : path
        ``…/figures/[<split>/][sub-<subject>_]<name>.<suffix>``.

    Returns
    -------
    figure : StudyFigure

    Raises
    ------
    StoreError
        If it lies in no folder ``figures``.
    """
    path = Path(path)
    if "figures" not in path.parts:
        raise StoreError(f"{path}: figures of a study lie in a folder 'figures'.")
    below = path.parts[len(path.parts) - path.parts[::-1].index("figures") :]
    subject, name = "", path.stem
    if name.startswith("sub-"):
        subject, _, name = name.removeprefix("sub-").partition("_")
    figure = StudyFigure(
        name=name,
        split=below[0] if len(below) > 1 else "",
        subject=subject,
        path="/".join(("figures", *below)),
        mime="text/html",
        data=path.read_bytes(),
    )
    if path.suffix == ".html":
        return figure
    saved = read_figure(path)
    return replace(
        figure,
        mime=saved.mime,
        description=saved.description,
        width_in=saved.width_in,
    )


def _read_facts(path: str, code: dict[str, str]) -> SubjectFacts:
    with open_store(path, schema="responses") as store:
        _note_code(store, code)
        about, voxels = store.attributes, read_voxels(store)
        runs = set(
            zip(
                store["trial/session"].tolist(),
                store["trial/run"].tolist(),
                strict=True,
            )
        )
        return SubjectFacts(
            n_trials=store["response"].shape[0],
            n_stimuli=len(np.unique(store["trial/stimulus_id"])),
            n_runs=len(runs),
            n_voxels=len(voxels),
            kind=about["kind"],
            unit=about["unit"],
            space=about["space"],
            has_affine=voxels.affine is not None or bool(voxels.on_surface.any()),
            regions={name: int(inside.sum()) for name, inside in voxels.roi.items()},
            notes=about["notes"],
        )


def _read_split_results(
    path: str, inputs: Mapping[str, Any], individuals: set[str], code: dict[str, str]
) -> SplitResults:
    split = read_split(path)
    own = {
        name: [
            p for p in inputs.get(name, []) if Path(p).parents[depth].name == split.name
        ]
        for name, depth in SPLIT_DEPTH.items()
    }
    with open_store(path, schema="split") as store:
        _note_code(store, code)
        audit = store.attributes["audit"]
    shuffled = read_shuffled(own["shuffled"], split)
    scores = [read_score_table(p) for p in own["scores"]]
    return SplitResults(
        split=split,
        audit=audit,
        ceilings={subject_of(p): _read_ceiling(p, code) for p in own["ceilings"]},
        scores=scores[0] if scores else {},
        comparisons=[row for p in own["comparisons"] for row in read_rows(p)],
        identification=[row for p in own["identification"] for row in read_rows(p)],
        shuffled=ranges_of_shuffles(shuffled, individuals=individuals),
        category_check=[row for p in own["category_checks"] for row in read_rows(p)],
        training=[row for p in own["training"] for row in read_rows(p)],
        curves=[row for p in own["curves"] for row in read_rows(p)],
        adaptation=[row for p in own["adaptation"] for row in read_rows(p)],
        galleries=[row for p in own["galleries"] for row in read_rows(p)],
        ablations=[row for p in own["ablations"] for row in read_rows(p)],
    )


def _read_ceiling(path: str, code: dict[str, str]) -> CeilingFacts:
    with open_store(path, schema="noise_ceiling") as store:
        _note_code(store, code)
        about, masks = store.attributes, region_masks(read_voxels(store))
        medians, null = {}, store["null_noise_ceiling"][()]
        for name in ("noise_ceiling", "null_noise_ceiling"):
            values = store[name][()]
            medians[name] = {roi: _median(values[m]) for roi, m in masks.items()}
        error = _median(store["standard_error"][()])
    neighbours, showings = about["median_neighbour_correlation"], about["showings"]
    return CeilingFacts(
        formula=about["formula"],
        medians=medians["noise_ceiling"],
        null_medians=medians["null_noise_ceiling"],
        neighbour_correlation=np.nan if neighbours is None else neighbours,
        method=about["method"],
        standard_error=error,
        null=null[np.isfinite(null)],
        showings=Showings(**showings) if showings else None,
    )


def _median(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")


def _note_code(store: Store, code: dict[str, str]) -> None:
    about = store.attributes
    if "rule" in about:
        code[about["rule"]] = about.get("code", "")

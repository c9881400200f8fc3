"""Everything about the quality of one subject's data, from its files and stores."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.evaluation.reliability import measure_reliability
from boldwise.io.feature_rows import layers_in, open_feature_rows
from boldwise.io.quality_runs import OpenRun, OpenRuns, open_runs
from boldwise.io.records import read_responses
from boldwise.reporting.quality import SeriesQuality, SubjectQuality
from boldwise.responses.design_picture import CURVES, design_matrix, volumes_as_trials
from boldwise.responses.quality import RunQuality, choose_rows, measure_run
from boldwise.responses.runs import Run
from boldwise.responses.task_confounds import (
    Courses,
    TaskConfounds,
    correlate_courses,
    course_of_features,
    courses_of_run,
    principal_features,
    share_removed,
)

N_COMPONENTS = 2  # of each feature space
MAX_COLUMNS = 512  # of a feature space, evenly picked
MAPS = ("hrf_index", "fraction", "on_off_r2", "noise_pool")
SCANNED = ("bold", "series")
Space = tuple[str, dict[str, np.ndarray]]
"""Name of a feature space, and a row of its components for each stimulus id."""
Names = tuple[list[str], list[str]]


def read_quality(
    source: Mapping[str, Any],
    subject: str,
    options: Mapping[str, Any],
    *,
    responses: str | Path,
    features: Sequence[str | Path],
) -> SubjectQuality:
    """Read and measure all that tells how good the data of a subject are.

    Parameters
    ----------
    source : mapping
        From ``settings.sources.response_source``.
    subject : str
    options : mapping
        The ``responses`` section of the config.
    responses : path
        Store of the subject.
    features : sequence of path
        Stores of feature spaces, to be correlated with the confounds.

    Returns
    -------
    quality : SubjectQuality
        ``series`` is None where there are no time series.
    """
    measured = read_responses(responses)
    rows, groups = choose_rows(measured.voxels.roi, len(measured.voxels))
    series = None
    if source["kind"] in SCANNED:
        opened = open_runs(source, subject, options)
        series = _measure_series(opened, options, _read_features(features))
    ids, single = measured.trials.stimulus_id, measured.kind == "trials"
    return SubjectQuality(
        trials=measured.trials,
        voxels=measured.voxels,
        kind=measured.kind,
        unit=measured.unit,
        space=measured.space,
        carpet=measured.response[:, rows].T,
        groups=groups,
        reliability=measure_reliability(measured.response, ids, seed=0)
        if single
        else None,
        maps=_maps_of(measured.fit),
        series=series,
    )


def _measure_series(
    opened: OpenRuns, options: Mapping[str, Any], features: Sequence[Space]
) -> SeriesQuality:
    shown, groups = choose_rows(opened.voxels.roi, len(opened.voxels))
    runs: list[RunQuality] = []
    courses: list[tuple[Names, Courses]] = []
    design, background = None, None
    for one in opened.runs:
        quality = measure_run(
            one.run,
            shown,
            detrend_order=options["detrend_order"],
            displacement_mm=one.displacement_mm,
        )
        runs.append(quality)
        courses.append(_courses_of(one, quality, features, options))
        if design is None:
            continuous = options["estimate"] == "timeseries"
            hrf = None if continuous else options["hrf"]
            design = design_matrix(one.run, hrf=hrf, **_cleaning(options))
            background = one.background
    return SeriesQuality(
        voxels=opened.voxels,
        runs=runs,
        groups=groups,
        background=background,
        design=design,
        task=_task(courses),
    )


def _courses_of(
    one: OpenRun,
    quality: RunQuality,
    features: Sequence[Space],
    options: Mapping[str, Any],
) -> tuple[Names, Courses]:
    """Names of the confounds and features of a run, and their courses."""
    continuous = options["estimate"] == "timeseries"
    seen = volumes_as_trials(one.run) if continuous else one.run
    names, course = _features_of(seen, features, hrf=options["hrf"])
    if continuous:  # something is shown all the time
        names, course = names[1:], course[:, 1:]
    confounds = _shown_confounds(one, quality)
    columns = np.column_stack(list(confounds.values()))
    made = courses_of_run(seen, course, columns, **_cleaning(options))
    return (list(confounds), names), made


def _cleaning(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: options[name] for name in ("high_pass_hz", "detrend_order")}


def _features_of(
    run: Run, features: Sequence[Space], *, hrf: str
) -> tuple[list[str], np.ndarray]:
    """Names of the features that are known of a whole run, and their courses."""
    names, columns = ["task"], [np.empty((len(run.stimulus_id), 0))]
    for name, scores in features:
        found = [scores.get(one) for one in run.stimulus_id.tolist()]
        known = [one for one in found if one is not None]
        if known and len(known) == len(found):
            columns.append(np.array(known))
            names += [f"{name} {k + 1}" for k in range(len(known[0]))]
    curve = hrf if hrf in CURVES else CURVES[0]
    return names, course_of_features(run, np.hstack(columns), hrf=curve)


def _shown_confounds(one: OpenRun, quality: RunQuality) -> dict[str, np.ndarray]:
    """Confounds that people ask about, gaps filled with the mean."""
    measured = {
        "displacement": quality.displacement_mm,
        "DVARS": quality.dvars,
        "mean signal": quality.mean_signal,
    }
    shown = {**one.motion, **measured}
    filled = {}
    for name, values in shown.items():
        known = np.isfinite(values)
        if known.any():
            filled[name] = np.where(known, values, values[known].mean())
    return filled


def _task(found: Sequence[tuple[Names, Courses]]) -> TaskConfounds | None:
    """Correlate over all runs; None where they differ in what is known of them."""
    names = found[0][0]
    if not all(names) or any(other != names for other, _ in found):
        return None
    courses = [course for _, course in found]
    removed, expected = share_removed(courses)
    if not np.isfinite(removed).any():
        return None
    return TaskConfounds(*names, correlate_courses(courses), removed, expected)


def _read_features(paths: Sequence[str | Path]) -> list[Space]:
    """Principal components of each feature space and layer, by stimulus id."""
    spaces = []
    for path in map(Path, paths):
        layers: list[str | None] = [*layers_in(path)]
        for layer in layers or [None]:
            with open_feature_rows(path, layer=layer) as space:
                ids = space.stimulus_id.tolist()
                step = -(-space.feature.shape[1] // MAX_COLUMNS)
                feature = space.feature[:][:, ::step]
            scores = principal_features(feature, n_components=N_COMPONENTS)
            name = f"{path.stem}-{layer}" if layer else path.stem
            spaces.append((name, dict(zip(ids, scores, strict=True))))
    return spaces


def _maps_of(fit: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Pick what people ask about; of halves that were estimated apart, the first."""
    found = {name: fit.get(name, fit.get(f"{name}_odd")) for name in MAPS}
    return {
        name: values.astype(np.float64)
        for name, values in found.items()
        if values is not None
    }

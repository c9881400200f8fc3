"""All that is wrong with the files of a dataset, before anything is computed."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from boldwise.errors import name_some
from boldwise.io.betas import BetaSource, read_betas
from boldwise.io.bold_plan import BoldSource, plan_runs, stimuli_of_runs
from boldwise.io.pictures import read_picture
from boldwise.io.problems import Problems
from boldwise.io.raw_check import raw_problems
from boldwise.io.series import load_runs, series_fields
from boldwise.io.stimulus_files import StimulusSource, find_stimuli
from boldwise.io.subjects import scrub_of
from boldwise.responses.runs import volume_ids
from boldwise.settings.dataset import SimulatedDataset
from boldwise.settings.models import ResponseOptions
from boldwise.settings.series import AnyDataset
from boldwise.settings.sources import response_source, stimulus_source

SMALL_PX = 8  # Pictures are decoded to see whether they can be, and thrown away.


def dataset_problems(
    dataset: AnyDataset,
    responses: ResponseOptions,
) -> list[str]:
    """Check the files of a dataset: there, readable, and about one another.

    Parameters
    ----------
    dataset : settings of a dataset
        A simulated one has no files yet, and so no problems.
    responses : ResponseOptions
        Which confounds are wanted, and whether volumes or trials are the rows.

    Returns
    -------
    problems : list of str
        One sentence each, with the file, the numbers and the way out; empty if all
        is well. BOLD is not read beyond its headers; betas and images are.
    """
    if isinstance(dataset, SimulatedDataset):
        return []
    problems = Problems()
    continuous = responses.estimate == "timeseries"
    source = StimulusSource(**stimulus_source(dataset, continuous=continuous))
    known: np.ndarray | None = None
    with problems.collect():
        columns, images = find_stimuli(source)
        known = columns["stimulus_id"]
        _check_images(images or [], problems)
    problems.add(raw_problems(dataset))
    for subject in dataset.subjects:
        with problems.collect():
            seen = _seen_by(dataset, subject, responses)
            if known is not None:
                problems.add(_unknown(seen, known, subject))
    return list(dict.fromkeys(problems.found))


def _check_images(paths: Iterable[Path], problems: Problems) -> None:
    for path in paths:
        with problems.collect():
            read_picture(path, size_px=SMALL_PX)


def _seen_by(
    dataset: AnyDataset,
    subject: str,
    responses: ResponseOptions,
) -> np.ndarray:
    """Ids of the stimuli that a subject saw, shape (n,)."""
    source = response_source(dataset)
    kind = source.pop("kind")
    if kind == "series":
        runs = load_runs(series_fields(source), subject, confounds=responses.confounds)
        return np.concatenate([volume_ids(one.run, len(one.bold)) for one in runs])
    if kind == "betas":
        trials = read_betas(BetaSource(**source), subject).trials
        return np.unique(trials.stimulus_id)
    continuous = responses.estimate == "timeseries"
    plan = plan_runs(
        BoldSource(**source),
        subject,
        confounds=responses.confounds,
        continuous=continuous,
        scrub=scrub_of(responses.model_dump()),
    )
    return np.array(list(stimuli_of_runs(plan, continuous=continuous)), dtype=str)


def _unknown(seen: np.ndarray, known: np.ndarray, subject: str) -> list[str]:
    lost = np.setdiff1d(seen, known)
    if not len(lost):
        return []
    shifted = [str(int(one) - 1) if one.isdigit() else "" for one in seen.tolist()]
    one_based = set(shifted) <= set(known.tolist())
    cure = "mend `dataset.stimuli.id_rule` or the files."
    if one_based:
        cure = "less 1 all are known: do they start at 1? Set `id_rule: {shift: -1}`."
    return [
        f"subject {subject}: {len(lost)} of {len(seen)} stimulus ids of the responses "
        f"are no known stimulus: {name_some(lost)}. Known ids look like "
        f"{name_some(known, at_most=3)}; {cure}"
    ]

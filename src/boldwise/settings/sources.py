"""What a job about responses or stimuli must know of the dataset, and no more."""

from pathlib import PurePosixPath
from typing import Any

from boldwise.io.paths import expand
from boldwise.settings.dataset import BetasDataset, BoldDataset, SimulatedDataset

TABLES = (".csv", ".tsv")
BETA_FIELDS = ("root", "path", "blocks", "voxels", "mask", "rois", "unit", "space")
BOLD_FIELDS = (
    "root",
    "runs",
    "sessions",
    "bold",
    "events",
    "confounds",
    "mask",
    "rois",
    "stimulus_id",
    "tr_s",
    "start_time_s",
    "space",
)

AnyDataset = BetasDataset | BoldDataset | SimulatedDataset


def response_source(dataset: AnyDataset) -> dict[str, Any]:
    """Pick what ``io.subjects.read_subject`` needs to know.

    Parameters
    ----------
    dataset : settings of a dataset

    Returns
    -------
    source : dict
        Plain values: ``kind`` (betas or bold), and the fields of ``BetaSource`` or
        ``BoldSource``. A simulated dataset is read as BOLD, like any other.
    """
    betas = dataset.kind == "betas"
    given = dataset.model_dump(mode="json")
    names = BETA_FIELDS if betas else BOLD_FIELDS
    fields = {
        name: given.get(name, getattr(dataset, name))
        for name in names
        if hasattr(dataset, name)
    }
    rule = given.get("stimuli", {}).get("id_rule", {})
    return {"kind": "betas" if betas else "bold", **fields, "id_rule": rule}


def stimulus_source(
    dataset: BetasDataset | BoldDataset, *, continuous: bool
) -> dict[str, Any]:
    """Pick what ``io.stimulus_files`` needs to know.

    Parameters
    ----------
    dataset : settings of a dataset
    continuous : bool
        Volumes are the stimuli (``estimate: timeseries``).

    Returns
    -------
    source : dict
        Plain values: the fields of ``StimulusSource``.
    """
    fields = dataset.stimuli.model_dump(mode="json")
    from_events = fields.pop("from_events")
    runs = response_source(dataset)
    if runs.pop("kind") == "betas" or not (from_events or continuous):
        return {"root": dataset.root, **fields}
    for name in ("confounds", "mask", "rois"):
        runs.pop(name)
    return {
        "root": dataset.root,
        **fields,
        "runs": runs,
        "subjects": dataset.subjects,
        "continuous": continuous,
    }


def response_files(dataset: AnyDataset, subject: str) -> list[str]:
    """List the files that hold the responses of one subject.

    Parameters
    ----------
    dataset : settings of a dataset
    subject : str

    Returns
    -------
    paths : list of str
    """
    if isinstance(dataset, BetasDataset):
        ids = [b.stimulus_id for b in dataset.blocks if b.stimulus_id.endswith(TABLES)]
        voxels = dataset.voxels.path if dataset.voxels else None
        once = [dataset.path, *ids, voxels, dataset.mask, *dataset.rois.values()]
        labels = {"subject": subject}
        return _below(dataset.root, [one.format(**labels) for one in once if one])
    each = [dataset.bold, dataset.events, dataset.confounds, dataset.mask]
    labels_of_runs = _labels(dataset, subject)
    rois = [roi.format(**labels_of_runs[0]) for roi in dataset.rois.values()]
    paths = [one.format(**run) for run in labels_of_runs for one in each if one]
    return _below(dataset.root, paths + rois)


def stimulus_files(
    dataset: BetasDataset | BoldDataset, *, continuous: bool
) -> list[str]:
    """List the files and folders that hold the stimuli.

    Parameters
    ----------
    dataset : settings of a dataset
    continuous : bool
        Volumes are the stimuli.

    Returns
    -------
    paths : list of str
        Of images, the folder that the pattern starts from.
    """
    about = dataset.stimuli
    paths = [_folder_of(pattern) for pattern in about.images]
    paths += [about.captions.path] if about.captions else []
    paths += [about.table] if about.table else []
    if isinstance(dataset, BoldDataset) and (about.from_events or continuous):
        each = [dataset.bold] if continuous else [dataset.bold, dataset.events]
        paths += [
            one.format(**labels)
            for subject in dataset.subjects
            for labels in _labels(dataset, subject)
            for one in each
        ]
    return _below(dataset.root, paths)


def _labels(
    dataset: BoldDataset | SimulatedDataset, subject: str
) -> list[dict[str, str]]:
    sessions = getattr(dataset, "sessions", {})
    session_of = {run: name for name, runs in sessions.items() for run in runs}
    return [
        {"subject": subject, "session": session_of.get(run, "1"), "run": run}
        for run in dataset.runs
    ]


def _folder_of(pattern: str) -> str:
    parts = PurePosixPath(pattern).parts[:-1]
    fixed = [i for i, part in enumerate(parts) if any(c in part for c in "*?[")]
    return str(PurePosixPath(*parts[: fixed[0] if fixed else len(parts)]))


def _below(root: str, paths: list[str]) -> list[str]:
    return [str(expand(root) / path) for path in dict.fromkeys(paths)]

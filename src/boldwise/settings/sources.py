"""What a job about responses or stimuli must know of the dataset, and no more."""

from typing import Any

from boldwise.io.paths import expand, fixed_folder
from boldwise.io.run_files import fill_sides
from boldwise.io.series import find_file
from boldwise.io.timelines import story_files
from boldwise.settings.dataset import BetasDataset, BoldDataset, SimulatedDataset
from boldwise.settings.derivatives import fmriprep_files
from boldwise.settings.fmriprep import FmriprepDataset
from boldwise.settings.images import ImagesDataset
from boldwise.settings.series import AnyDataset, SeriesDataset

FiledDataset = (
    BetasDataset | BoldDataset | FmriprepDataset | SeriesDataset | ImagesDataset
)
TABLES = (".csv", ".tsv")
BETA_FIELDS = (
    *("root", "path", "blocks", "voxels", "mask", "rois", "atlases", "divide_by"),
    *("unit", "space"),
)
BOLD_FIELDS = (
    "root",
    "runs",
    "sessions",
    "bold",
    "events",
    "confounds",
    "mask",
    "rois",
    "atlases",
    "stimulus_id",
    "tr_s",
    "start_time_s",
    "space",
)

SERIES_FIELDS = (
    "root",
    "runs",
    "series",
    "tr_s",
    "array",
    "columns",
    "start_time_s",
    "confounds",
    "confounds_skip_rows",
    "unit",
    "space",
)
FMRIPREP_FIELDS = (
    "root",
    "query",
    *BOLD_FIELDS[BOLD_FIELDS.index("mask") :],
)
FIELDS = {
    "betas": BETA_FIELDS,
    "fmriprep": FMRIPREP_FIELDS,
    "series": SERIES_FIELDS,
}


def response_source(dataset: AnyDataset) -> dict[str, Any]:
    """Pick what ``io.subjects.read_subject`` needs to know.

    Parameters
    ----------
    dataset : settings of a dataset

    Returns
    -------
    source : dict
        Plain values: ``kind`` (betas, series or bold), and the fields of
        ``BetaSource``, ``SeriesSource`` or ``BoldSource``. A simulated dataset is read
        as BOLD, like any other.
    """
    given = dataset.model_dump(mode="json")
    names = FIELDS.get(dataset.kind, BOLD_FIELDS)
    fields = {
        name: given.get(name, getattr(dataset, name))
        for name in names
        if hasattr(dataset, name)
    }
    kind = dataset.kind if dataset.kind in ("betas", "series") else "bold"
    if kind == "series":
        return {"kind": kind, **fields}
    rule = given.get("stimuli", {}).get("id_rule", {})
    return {"kind": kind, **fields, "id_rule": rule}


def stimulus_source(
    dataset: FiledDataset,
    *,
    continuous: bool,
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
    if isinstance(dataset, ImagesDataset):
        return {"root": dataset.root, **fields}
    runs = response_source(dataset)
    told = {"continuous": continuous, "subjects": dataset.subjects}
    if isinstance(dataset, SeriesDataset):
        return {"root": dataset.root, **fields, **told, "series": runs}
    if runs.pop("kind") == "betas" or not (from_events or continuous):
        return {"root": dataset.root, **fields}
    for name in ("confounds", "mask", "rois", "atlases"):
        runs.pop(name, None)
    return {"root": dataset.root, **fields, **told, "runs": runs}


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
    if isinstance(dataset, ImagesDataset):
        return []
    if isinstance(dataset, BetasDataset):
        ids = [b.stimulus_id for b in dataset.blocks if b.stimulus_id.endswith(TABLES)]
        voxels = dataset.voxels.path if dataset.voxels else None
        once = [dataset.path, *ids, voxels, dataset.mask, *_regions(dataset)]
        labels = {"subject": subject}
        return _below(dataset.root, [one.format(**labels) for one in once if one])
    if isinstance(dataset, SeriesDataset):
        return series_files(dataset, [subject], confounds=True)
    regions = _regions(dataset)
    if isinstance(dataset, FmriprepDataset):
        regions += [dataset.mask] if dataset.mask else []
        paths = [p for one in regions for p in fill_sides(one, {"subject": subject})]
        found = fmriprep_files(dataset, subject, events=dataset.raw is not None)
        return list(dict.fromkeys([*found, *_below(dataset.root, paths)]))
    each = [dataset.bold, dataset.events, dataset.confounds, dataset.mask]
    runs = _labels(dataset, subject)
    paths = [p for run in runs for one in each if one for p in fill_sides(one, run)]
    paths += [p for one in regions for p in fill_sides(one, runs[0])]
    return _below(dataset.root, paths)


def stimulus_files(
    dataset: FiledDataset,
    *,
    continuous: bool,
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
    paths = [fixed_folder(pattern) for pattern in [*about.images, *about.videos]]
    paths += [about.captions.path] if about.captions else []
    paths += [about.table] if about.table else []
    if isinstance(dataset, ImagesDataset):
        return _below(dataset.root, paths)
    if continuous and about.story and not isinstance(dataset, BetasDataset):
        paths += story_files(about.story.model_dump(), dataset.runs)
    if isinstance(dataset, SeriesDataset):
        volumes = series_files(dataset, dataset.subjects, confounds=False)
        return [*_below(dataset.root, paths), *volumes]
    if isinstance(dataset, FmriprepDataset) and (about.from_events or continuous):
        found = [
            path
            for subject in dataset.subjects
            for path in fmriprep_files(dataset, subject, events=not continuous)
        ]
        return [*_below(dataset.root, paths), *dict.fromkeys(found)]
    if isinstance(dataset, BoldDataset) and (about.from_events or continuous):
        each = [dataset.bold] if continuous else [dataset.bold, dataset.events]
        paths += [
            path
            for subject in dataset.subjects
            for labels in _labels(dataset, subject)
            for one in each
            for path in fill_sides(one, labels)
        ]
    return _below(dataset.root, paths)


def series_files(
    dataset: SeriesDataset, subjects: list[str], *, confounds: bool
) -> list[str]:
    """List the files of time courses, and of their confounds if wanted.

    Parameters
    ----------
    dataset : SeriesDataset
    subjects : list of str
    confounds : bool

    Returns
    -------
    paths : list of str

    Raises
    ------
    DataError
        If a pattern with ``*`` means no file, or more than one.
    """
    each = [dataset.series, *([dataset.confounds] if confounds else [])]
    found = []
    for subject in subjects:
        for run in dataset.runs:
            for one in filter(None, each):
                name = one.format(subject=subject, run=run, session="1")
                found.append(str(find_file(dataset.root, name)))
    return list(dict.fromkeys(found))


def _labels(
    dataset: BoldDataset | SimulatedDataset, subject: str
) -> list[dict[str, str]]:
    sessions = getattr(dataset, "sessions", {})
    session_of = {run: name for name, runs in sessions.items() for run in runs}
    return [
        {"subject": subject, "session": session_of.get(run, "1"), "run": run}
        for run in dataset.runs
    ]


def _regions(dataset: AnyDataset) -> list[str]:
    """Templates of masks, label images and their names."""
    labelled = getattr(dataset, "atlases", {}).values()
    files = [file for atlas in labelled for file in (atlas.path, atlas.lookup) if file]
    return [*getattr(dataset, "rois", {}).values(), *files]


def _below(root: str, paths: list[str]) -> list[str]:
    return [str(expand(root) / path) for path in dict.fromkeys(paths)]

"""A dataset of raw runs: what preprocessing reads and writes, and what is read then."""

from pathlib import PurePosixPath
from typing import Any

from boldwise.io.paths import expand
from boldwise.settings.dataset import (
    BoldDataset,
    SimulatedDataset,
)
from boldwise.settings.preprocessing import (
    BuiltinPreprocessing,
    FmriprepPreprocessing,
    NoPreprocessing,
    derivative_names,
    task_of,
)
from boldwise.settings.regions import AtlasOptions
from boldwise.settings.series import AnyDataset
from boldwise.settings.stimuli import StimulusFiles
from boldwise.simulate.layout import RUN_FILES

RawDataset = BoldDataset | SimulatedDataset


def preprocessing_kind(dataset: AnyDataset) -> str:
    """Tell who preprocesses a dataset.

    Parameters
    ----------
    dataset : settings of a dataset

    Returns
    -------
    kind : str
        ``"none"``, ``"builtin"`` or ``"fmriprep"``.
    """
    chosen = getattr(dataset, "preprocessing", None)
    return chosen.kind if chosen else "none"


def as_preprocessed(dataset: AnyDataset) -> AnyDataset:
    """Give the dataset that responses are read from.

    Parameters
    ----------
    dataset : settings of a dataset

    Returns
    -------
    dataset : settings of a dataset
        As it came, unless it holds raw runs: then BOLD, confounds and, where none is
        given, masks are those that preprocessing writes, and all paths start from
        where the workflow runs.
    """
    if not isinstance(dataset, RawDataset) or preprocessing_kind(dataset) == "none":
        return dataset
    written = run_outputs(dataset)
    kept = {
        name: getattr(dataset, name)
        for name in BoldDataset.model_fields
        if hasattr(dataset, name)
    }
    moved = {
        "kind": "bold",
        "root": ".",
        "bold": written["bold"],
        "confounds": written["confounds"],
        "events": _below(dataset, dataset.events),
        "mask": _below(dataset, dataset.mask) if dataset.mask else written["mask"],
        "rois": {name: _below(dataset, roi) for name, roi in dataset.rois.items()},
        "atlases": _atlases(dataset),
        "preprocessing": NoPreprocessing(),
    }
    # Names of simulated regions hold what those of users may not.
    return BoldDataset.model_construct(**{"stimuli": StimulusFiles(), **kept, **moved})


def raw_run(dataset: RawDataset, subject: str, run: str) -> str:
    """Name the file of a raw run.

    Parameters
    ----------
    dataset : settings of a dataset
    subject, run : str
        Labels.

    Returns
    -------
    path : str
    """
    labels = {"subject": subject, "session": _session_of(dataset, run), "run": run}
    return str(expand(dataset.root) / _raw_template(dataset).format(**labels))


def run_outputs(dataset: RawDataset) -> dict[str, str]:
    """Name what preprocessing writes for a run, where the workflow runs.

    Parameters
    ----------
    dataset : settings of a dataset
        That is preprocessed.

    Returns
    -------
    paths : dict of str
        Templates with ``{subject}``, ``{run}`` and perhaps ``{session}``; see
        ``settings.preprocessing.derivative_names``.
    """
    chosen = dataset.preprocessing
    if isinstance(chosen, NoPreprocessing):
        return {}
    names = derivative_names(_raw_template(dataset), chosen)
    return {key: f"{_folder(dataset)}/{name}" for key, name in names.items()}


def subject_outputs(dataset: RawDataset, subject: str) -> list[str]:
    """List what preprocessing writes for all runs of a subject.

    Parameters
    ----------
    dataset : settings of a dataset
        That is preprocessed.
    subject : str
        Label; or ``{subject}``, which stays.

    Returns
    -------
    paths : list of str
    """
    paths = [
        path.format(subject=subject, run=run, session=_session_of(dataset, run))
        for run in dataset.runs
        for path in run_outputs(dataset).values()
    ]
    return list(dict.fromkeys(paths))


def reference_output(dataset: RawDataset) -> str:
    """Name the image that the runs of a subject are realigned to."""
    return f"{_folder(dataset)}/sub-{{subject}}/func/sub-{{subject}}_boldref.nii.gz"


def raw_source(dataset: RawDataset) -> dict[str, Any]:
    """Pick what ``io.preprocessing`` needs to know of raw runs.

    Parameters
    ----------
    dataset : settings of a dataset

    Returns
    -------
    source : dict
        Fields of ``RawSource``.
    """
    chosen = dataset.preprocessing
    timed = isinstance(chosen, BuiltinPreprocessing) and chosen.slice_timing
    return {"root": dataset.root, "tr_s": dataset.tr_s, "slice_timing": timed}


def fmriprep_source(dataset: RawDataset) -> dict[str, Any]:
    """Pick what ``io.containers`` needs to know to run fMRIPrep.

    Parameters
    ----------
    dataset : settings of a dataset
        That fMRIPrep preprocesses.

    Returns
    -------
    source : dict
        Fields of ``Fmriprep``; empty for other datasets.
    """
    chosen = dataset.preprocessing
    if not isinstance(chosen, FmriprepPreprocessing):
        return {}
    return {
        "root": dataset.root,
        "output": _folder(dataset),
        "work": f"results/{dataset.name}/fmriprep_work",
        "task": task_of(_raw_template(dataset)),
        **chosen.model_dump(mode="json", exclude={"kind"}),
    }


def _atlases(dataset: RawDataset) -> dict[str, AtlasOptions]:
    """Lead the files of atlases by the folder of the dataset."""
    moved = {}
    for name, atlas in getattr(dataset, "atlases", {}).items():
        paths = {key: getattr(atlas, key) for key in ("path", "lookup")}
        update = {key: path and _below(dataset, path) for key, path in paths.items()}
        moved[name] = atlas.model_copy(update=update)
    return moved


def _folder(dataset: RawDataset) -> str:
    return f"results/{dataset.name}/preprocessed"


def _raw_template(dataset: RawDataset) -> str:
    return RUN_FILES["raw"] if isinstance(dataset, SimulatedDataset) else dataset.bold


def _session_of(dataset: RawDataset, run: str) -> str:
    sessions = getattr(dataset, "sessions", {})
    return next((name for name, runs in sessions.items() if run in runs), "1")


def _below(dataset: RawDataset, template: str) -> str:
    """Lead a template by the folder of the dataset, whose braces stay braces.

    An absolute one stays as it is.
    """
    root = str(expand(dataset.root)).replace("{", "{{").replace("}", "}}")
    return str(PurePosixPath(root) / template)

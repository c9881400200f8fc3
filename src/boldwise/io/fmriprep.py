"""The runs of a subject in a folder of fMRIPrep derivatives, found by their labels.

One subject's folders are listed, never the whole dataset: every job asks again.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from boldwise.errors import DataError, name_some
from boldwise.io.bids_names import BidsFile, differing, labels_of, list_folder
from boldwise.io.paths import expand
from boldwise.io.problems import Problems
from boldwise.io.run_files import RunFiles

FORMS = {"volume": ".nii.gz", "surface": ".func.gii", "cifti": ".dtseries.nii"}
SESSION = "1"  # Label of the only session of a dataset without sessions.
IDENTITY = ("sub", "ses", "task", "run")
Index = Mapping[tuple[str, str | None], Sequence[BidsFile]]


@dataclass(frozen=True)
class Query:
    """Which runs are wanted; as ``settings.fmriprep`` hands it out.

    Attributes
    ----------
    root, raw : str
        Folder of the derivatives, and BIDS folder that holds the events.
    space : str
        Label of ``space-``; ``fsnative`` and ``fsaverage*`` are surfaces, ``fsLR``
        is CIFTI, all others are volumes.
    tasks : sequence of str
    sessions, runs : sequence of str
        Labels; empty: all that there are.
    entities : mapping of str
        Other labels that the files must have, for example ``{"res": "2"}``.
    """

    root: str
    raw: str
    space: str
    tasks: Sequence[str]
    sessions: Sequence[str] = ()
    runs: Sequence[str] = ()
    entities: Mapping[str, str] = field(default_factory=dict)

    @property
    def form(self) -> str:
        """``"volume"``, ``"surface"`` or ``"cifti"``."""
        return form_of(self.space)


def form_of(space: str) -> str:
    """Tell in which kind of file fMRIPrep writes a space.

    Parameters
    ----------
    space : str

    Returns
    -------
    form : str
        ``"volume"``, ``"surface"`` or ``"cifti"``.
    """
    if space == "fsLR":
        return "cifti"
    return "surface" if space.startswith(("fsnative", "fsaverage")) else "volume"


def find_runs(query: Query, subject: str, *, events: bool = True) -> list[RunFiles]:
    """Find the files of all runs of a subject.

    Parameters
    ----------
    query : Query
    subject : str
        Label, without ``sub-``.
    events : bool
        Whether every run needs its events.

    Returns
    -------
    runs : list of RunFiles
        By session, task (in the order asked for) and run.

    Raises
    ------
    DataError
        With everything that is absent or can be meant in several ways.
    """
    root = expand(query.root)
    _refuse_raw(root)
    files = _list_subject(root, subject)
    series = _series(query, root, subject, files)
    raw = _list_subject(expand(query.raw), subject)
    raw += list_folder(expand(query.raw))
    known, named = _index(files), _index(raw)
    problems, runs = Problems(), []
    for key in sorted(series, key=lambda key: _order(query, key)):
        with problems.collect():
            bold = _one_series(query, series[key])
            runs.append(_files_of(query, bold, known, named if events else None))
    problems.add(_absent(query, series, root / f"sub-{subject}"))
    problems.refuse()
    return runs


def _list_subject(root: Path, subject: str) -> list[BidsFile]:
    folder = root / f"sub-{subject}"
    if not folder.is_dir():
        there = sorted(path.name for path in root.glob("sub-*") if path.is_dir())
        raise DataError(
            f"{folder}: no such folder; {root} holds {name_some(there) or 'none'}. "
            "Mend `dataset.subjects`, `dataset.root` or `dataset.raw`."
        )
    places = [folder, folder / "func"]
    for session in sorted(folder.glob("ses-*")):
        places += [session, session / "func"]
    return [file for place in places for file in list_folder(place)]


def _refuse_raw(root: Path) -> None:
    about = root / "dataset_description.json"
    if not about.exists():
        return
    try:
        kind = json.loads(about.read_text(encoding="utf-8")).get("DatasetType")
    except (json.JSONDecodeError, UnicodeDecodeError, AttributeError) as error:
        raise DataError(f"{about}: not a JSON object ({error}). Mend it.") from error
    if kind == "raw":
        raise DataError(
            f"{about}: says that this is the raw dataset. Set `dataset.root` to its "
            "derivatives, for example `derivatives/fmriprep`, and `dataset.raw` to it."
        )


def _series(
    query: Query, root: Path, subject: str, files: Sequence[BidsFile]
) -> dict[tuple[str, ...], list[BidsFile]]:
    """Candidates of each run, by the labels in ``IDENTITY``."""
    bold = [f for f in files if f.suffix == "bold" and f.extension in FORMS.values()]
    wanted = [
        f
        for f in bold
        if f.extension == FORMS[query.form]
        and f.matches(space=query.space, **query.entities)
        and f.entities.get("task") in query.tasks
        and (not query.sessions or f.entities.get("ses") in query.sessions)
        and (not query.runs or f.entities.get("run") in query.runs)
    ]
    if not wanted:
        found = "; ".join(
            f"{entity}: {name_some(labels_of(bold, entity)) or 'none'}"
            for entity in ("space", "task", "ses", "run")
        )
        asked = f"space-{query.space}, task-{' or '.join(query.tasks)}"
        asked += "".join(f", {k}-{v}" for k, v in query.entities.items())
        raise DataError(
            f"{root}/sub-{subject}: no {query.form} `*_bold{FORMS[query.form]}` with "
            f"{asked} among {len(bold)} series ({found}). Mend `dataset`, or have "
            "fMRIPrep write this space (`--output-spaces`)."
        )
    grouped: dict[tuple[str, ...], list[BidsFile]] = {}
    for file in wanted:
        key = tuple(file.entities.get(entity, "") for entity in IDENTITY)
        grouped.setdefault(key, []).append(file)
    return grouped


def _order(query: Query, key: tuple[str, ...]) -> tuple[str, int, str]:
    _, session, task, run = key
    return session, list(query.tasks).index(task), run


def _one_series(query: Query, candidates: Sequence[BidsFile]) -> list[BidsFile]:
    """One file, or one per hemisphere: left, then right."""
    echoes = [file for file in candidates if "echo" in file.entities]
    whole = [file for file in candidates if "echo" not in file.entities]
    if echoes and not whole:
        raise DataError(
            f"{echoes[0].path}: {len(echoes)} files of single echoes and none that "
            "combines them. Fetch the combined series of fMRIPrep, or "
            "combine the echoes first (tedana)."
        )
    sides = ["L", "R"] if query.form == "surface" else [None]
    chosen = []
    for side in sides:
        files = [file for file in whole if file.matches(hemi=side)]
        if not files:
            raise DataError(
                f"{whole[0].path}: no hemi-{side} beside it. Both hemispheres are "
                "needed; fetch the other one."
            )
        if len(files) > 1:
            told = "; ".join(
                f"{key}: {', '.join(labels)}"
                for key, labels in differing(files).items()
            )
            raise DataError(
                f"{files[0].path}: {len(files)} series of one run differ in {told}. "
                "Choose by `dataset.entities`."
            )
        chosen += files
    return chosen


def _files_of(
    query: Query,
    bold: Sequence[BidsFile],
    files: Index,
    raw: Index | None,
) -> RunFiles:
    series = bold[0]
    _refuse_without_sidecar(series)
    confounds = _about(series, files, "timeseries", ".tsv", desc="confounds")
    confounds = confounds or _about(series, files, "regressors", ".tsv")
    masks = _about(series, files, "mask", ".nii.gz", desc="brain")
    events = _about(series, raw or {}, "events", ".tsv")
    if raw is not None and not events:
        raise DataError(
            f"{series.path}: no events.tsv for it below {expand(query.raw)}. Set "
            "`dataset.raw` to the BIDS folder that holds the events."
        )
    session, task, run = (series.entities.get(key, "") for key in IDENTITY[1:])
    named = [session, task if len(query.tasks) > 1 else "", run]
    return RunFiles(
        run="-".join(filter(None, named)) or task,
        session=session or SESSION,
        bold=tuple(file.path for file in bold),
        events=events,
        confounds=confounds,
        mask=masks if query.form == "volume" else None,
        labels={**series.entities, "subject": series.entities["sub"], "task": task},
    )


def _index(files: Sequence[BidsFile]) -> Index:
    """Files by suffix and session: a dataset has thousands."""
    index: dict[tuple[str, str | None], list[BidsFile]] = {}
    for file in files:
        index.setdefault((file.suffix, file.entities.get("ses")), []).append(file)
    return index


def _about(
    series: BidsFile,
    files: Index,
    suffix: str,
    extension: str,
    *,
    desc: str | None = None,
) -> Path | None:
    """Find the file about a run that says most: it may leave labels out (BIDS)."""
    found = []
    sessions = dict.fromkeys((series.entities.get("ses"), None))
    for file in (one for ses in sessions for one in files.get((suffix, ses), ())):
        labels = {k: v for k, v in file.entities.items() if k != "desc"}
        plain = BidsFile(file.path, labels, suffix, extension)
        fits = file.extension == extension and plain.belongs_to(series)
        if fits and desc in (None, file.entities.get("desc")):
            found.append(file)
    return max(found, key=lambda f: len(f.entities)).path if found else None


def _refuse_without_sidecar(series: BidsFile) -> None:
    sidecar = series.path.with_name(series.path.name.partition(".")[0] + ".json")
    if not sidecar.exists():
        raise DataError(
            f"{series.path}: no {sidecar.name} beside it, which tells the repetition "
            "time and what time a volume stands for (`StartTime`). Fetch it again."
        )


def _absent(
    query: Query, series: Mapping[tuple[str, ...], object], folder: Path
) -> list[str]:
    asked = {"ses": query.sessions, "task": query.tasks, "run": query.runs}
    there = {key: {k[IDENTITY.index(key)] for k in series} for key in asked}
    return [
        f"{folder}: no {key}-{label} in space-{query.space}; there are "
        f"{name_some(sorted(there[key]))}. Mend `dataset`, or fetch the run."
        for key, labels in asked.items()
        for label in labels
        if label not in there[key]
    ]

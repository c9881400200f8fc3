"""Stimuli from files: images, texts, tables and events, joined by id."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.errors import name_some
from boldwise.features.records import Stimuli
from boldwise.io.bold_plan import BoldSource, plan_runs, stimuli_of_runs
from boldwise.io.clips import ClipFiles
from boldwise.io.clocks import find_clock
from boldwise.io.paths import expand
from boldwise.io.picture_rows import PictureRows, hash_pictures
from boldwise.io.pictures import read_pictures
from boldwise.io.problems import Problems
from boldwise.io.series import stimuli_of_series
from boldwise.io.stimulus_ids import IdRule, label_of, refuse_twice
from boldwise.io.stimulus_pictures import find_pictures
from boldwise.io.tables import read_table
from boldwise.io.timelines import read_timeline


@dataclass(frozen=True)
class StimulusSource:
    """Where the stimuli of a dataset lie; as ``settings.sources`` hands it out.

    Attributes
    ----------
    root : str
        Folder; all files are below it.
    images : sequence of str
        File patterns; the stem of a file is its name.
    image_size_px : int
    copy_images : bool
        Decode images now; else their paths and hashes are kept.
    videos : sequence of str
        File patterns, as of images.
    clip_s, frame_rate_hz, frame_size_px : float, float, int
        How much of each video is taken, and how finely.
    folder_in_id : bool
        Folders below the fixed part of a pattern belong to the name.
    captions : mapping or None
        ``path``, ``stimulus_id`` and ``text``: a table, several rows per stimulus.
    table : str or None
        Table with ``stimulus_id`` and any of ``image``, ``caption``, ``category``,
        ``group``.
    runs : mapping or None
        Fields of ``BoldSource``, to take ids and categories from the events.
    subjects : sequence of str
        Whose events to read.
    continuous : bool
        Volumes of the runs are the stimuli.
    id_rule : mapping
        Fields of ``IdRule``.
    category, group : mapping or None
        ``pattern`` and ``aliases``: the label of a stimulus, from its id.
    series : mapping or None
        Fields of ``SeriesSource``: volumes of time courses are the stimuli.
    story : mapping or None
        Fields of ``Story``: what was presented while volumes were taken.
    """

    root: str
    images: Sequence[str] = ()
    image_size_px: int = 224
    copy_images: bool = True
    videos: Sequence[str] = ()
    clip_s: float = 2.0
    frame_rate_hz: float = 12.0
    frame_size_px: int = 96
    folder_in_id: bool = False
    captions: Mapping[str, str] | None = None
    table: str | None = None
    runs: Mapping[str, Any] | None = None
    subjects: Sequence[str] = ()
    continuous: bool = False
    id_rule: Mapping[str, Any] = field(default_factory=dict)
    category: Mapping[str, Any] | None = None
    group: Mapping[str, Any] | None = None
    series: Mapping[str, Any] | None = None
    story: Mapping[str, Any] | None = None


def read_stimulus_files(source: StimulusSource) -> Stimuli:
    """Read all stimuli of a dataset.

    Parameters
    ----------
    source : StimulusSource

    Returns
    -------
    stimuli : Stimuli
        Sorted by id. Which stimuli there are is said by the table if there is one,
        else by the events, else by the images, else by the captions; of these, all
        must have an image, a caption and so on wherever some do. Entries for other
        stimuli are ignored.

    Raises
    ------
    DataError
        With every problem of the files, one per line.
    """
    found, images = find_stimuli(source)
    columns: dict[str, Any] = dict(found)
    ids = columns.pop("stimulus_id")
    if "frame" in columns:
        columns["frame"] = ClipFiles(
            [Path(one) for one in columns["frame"]],
            rate_hz=source.frame_rate_hz,
            duration_s=source.clip_s,
            size_px=source.frame_size_px,
        )
        columns["frame_rate_hz"] = float(source.frame_rate_hz)
    timeline = None
    if source.continuous:
        clock = find_clock(source.series, source.runs, source.subjects[0])
        timeline = read_timeline(ids, clock, root=source.root, story=source.story)
    image = None if images is None else _images(images, source)
    return Stimuli(stimulus_id=ids, image=image, timeline=timeline, **columns)


def find_stimuli(
    source: StimulusSource,
) -> tuple[dict[str, np.ndarray], list[Path] | None]:
    """Find what belongs to each stimulus, and decode no image.

    Parameters
    ----------
    source : StimulusSource

    Returns
    -------
    columns : dict of array of str, shape (n_stimuli,)
        ``stimulus_id``, sorted, and any of ``caption``, ``category``, ``group`` and
        ``frame``, the paths of videos.
    images : list of Path, length n_stimuli, or None

    Raises
    ------
    DataError
        With every problem of the files, one per line.
    """
    problems = Problems()
    found: dict[str, dict[str, str]] = {}
    ids: list[str] = []
    readers = (
        *(_from_table, _from_events, _from_series),
        *(_from_images, _from_videos, _from_captions),
    )
    for read in readers:
        with problems.collect():
            for name, values in read(source).items():
                ids = ids or sorted(values)
                found[name] = {**values, **found.get(name, {})}
    found.pop("stimulus_id", None)
    if not ids and not problems.found:
        problems.add(["dataset.stimuli names no files. Give images, captions or more."])
    for name, values in found.items():
        lost = [one for one in ids if one not in values]
        problems.add(_explain_lost(name, lost, n_ids=len(ids), known=list(values)))
    columns = {
        name: np.array([values.get(one, "") for one in ids], dtype=str)
        for name, values in found.items()
    }
    for name, rule in (("category", source.category), ("group", source.group)):
        if rule is not None:
            with problems.collect():
                columns[name] = label_of(np.array(ids, dtype=str), name, **rule)
    problems.refuse()
    images = columns.pop("image", None)
    paths = None if images is None else [Path(one) for one in images]
    return {"stimulus_id": np.array(ids, dtype=str), **columns}, paths


def _images(paths: list[Path], source: StimulusSource) -> Any:
    size_px = source.image_size_px
    if source.copy_images:
        return read_pictures(paths, size_px=size_px)
    return PictureRows(paths, hash_pictures(paths), size_px=size_px)


def _from_table(source: StimulusSource) -> dict[str, dict[str, str]]:
    if source.table is None:
        return {}
    path = expand(source.root) / source.table
    table = read_table(path, needed=("stimulus_id",))
    ids = IdRule(**source.id_rule).all(table["stimulus_id"])
    refuse_twice(dict(enumerate(ids)), where=str(path))
    if "image" in table:
        folder = expand(source.root)
        table["image"] = np.array([str(folder / one) for one in table["image"]])
    names = ("stimulus_id", "image", "caption", "category", "group")
    return {
        name: {i: v for i, v in zip(ids, table[name], strict=True) if v}
        for name in names
        if name in table
    }


def _from_events(source: StimulusSource) -> dict[str, dict[str, str]]:
    if source.runs is None:
        return {}
    runs = BoldSource(**source.runs)
    problems = Problems()
    category: dict[str, str] = {}
    for subject in source.subjects:
        with problems.collect():
            plan = plan_runs(runs, subject, confounds=(), continuous=source.continuous)
            own = stimuli_of_runs(plan, continuous=source.continuous)
            torn = [i for i, c in own.items() if category.get(i, c) != c]
            if torn:
                problems.add(
                    [
                        f"{len(torn)} stimuli have another trial_type for subject "
                        f"{subject} than before: {name_some(torn)}. Mend the events, "
                        "or `dataset.stimulus_id`."
                    ]
                )
            category |= own
    problems.refuse()
    if any(category.values()):
        return {"category": category}
    return {"stimulus_id": category}


def _from_series(source: StimulusSource) -> dict[str, dict[str, str]]:
    if source.series is None:
        return {}
    return {"stimulus_id": stimuli_of_series(source.series, source.subjects)}


def _from_images(source: StimulusSource) -> dict[str, dict[str, str]]:
    return _from_patterns(source, "image", source.images)


def _from_videos(source: StimulusSource) -> dict[str, dict[str, str]]:
    return _from_patterns(source, "frame", source.videos)


def _from_patterns(
    source: StimulusSource, column: str, patterns: Sequence[str]
) -> dict[str, dict[str, str]]:
    if not patterns:
        return {}
    rule, root = IdRule(**source.id_rule), expand(source.root)
    found = find_pictures(root, patterns, rule=rule, folder_in_id=source.folder_in_id)
    return {column: found}


def _from_captions(source: StimulusSource) -> dict[str, dict[str, str]]:
    if source.captions is None:
        return {}
    about = source.captions
    path = expand(source.root) / about["path"]
    table = read_table(path, needed=(about["stimulus_id"], about["text"]))
    ids = IdRule(**source.id_rule).all(table[about["stimulus_id"]])
    texts: dict[str, list[str]] = {}
    for one, text in zip(ids, table[about["text"]], strict=True):
        if text:
            texts.setdefault(one, []).append(text)
    return {"caption": {one: "\n".join(several) for one, several in texts.items()}}


def _explain_lost(
    name: str, lost: Sequence[str], *, n_ids: int, known: Sequence[str]
) -> list[str]:
    if not lost:
        return []
    return [
        f"{len(lost)} of {n_ids} stimuli have no {name}: {name_some(lost)}. Known ids "
        f"look like {name_some(known, at_most=3)}; mend `dataset.stimuli.id_rule` or "
        "the files."
    ]

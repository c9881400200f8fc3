"""Stories beside time series: transcripts and sounds, on the clock of the volumes."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.errors import DataError
from boldwise.features.timeline import Intervals, Sound, Timeline
from boldwise.io.paths import expand
from boldwise.io.problems import Problems
from boldwise.io.sounds import read_power
from boldwise.io.stores import Store
from boldwise.io.text_grids import read_transcript
from boldwise.responses.volumes import read_volume_ids

INTERVAL_COLUMNS = ("run", "tier", "label", "onset_s", "offset_s")
SOUND_COLUMNS = ("run", "time_s", "power")


@dataclass(frozen=True)
class Story:
    """What was presented in each run.

    Attributes
    ----------
    transcript, sound : str or None
        Files below the root, with ``{run}``.
    first_volume_s : float or None
        When volume 0 of a run was taken, on the clock of the recording; None: the
        recording starts with the run.
    """

    transcript: str | None = None
    sound: str | None = None
    first_volume_s: float | None = None


@dataclass(frozen=True)
class Clock:
    """When the volumes of each run were taken.

    Attributes
    ----------
    tr_s : float
        Repetition time, in seconds.
    start_s : dict of float
        By run: time of volume 0 since the start of the run, in seconds.
    """

    tr_s: float
    start_s: Mapping[str, float]


def read_timeline(
    stimulus_id: np.ndarray, clock: Clock, *, root: str, story: Mapping[str, Any] | None
) -> Timeline:
    """Put volumes, words and sounds on one clock.

    Parameters
    ----------
    stimulus_id : array of str, shape (n_volumes,)
    clock : Clock
    root : str
        Folder of the files.
    story : mapping or None
        Fields of ``Story``.

    Returns
    -------
    timeline : Timeline
        In the order of the ids.

    Raises
    ------
    DataError
        With every problem of the files, one per line.
    """
    about = Story(**(story or {}))
    volumes = read_volume_ids(stimulus_id)
    first_s = {
        run: start if about.first_volume_s is None else about.first_volume_s
        for run, start in clock.start_s.items()
    }
    time_s = [first_s[run] + clock.tr_s * number for run, number in volumes]
    problems = Problems()
    intervals, sound = None, None
    with problems.collect():
        intervals = _read_intervals(root, about.transcript, list(first_s))
    with problems.collect():
        sound = _read_sound(root, about.sound, list(first_s))
    problems.refuse()
    timeline = Timeline(
        run=np.array([run for run, _ in volumes]),
        time_s=np.array(time_s),
        tr_s=clock.tr_s,
        intervals=intervals,
        sound=sound,
    )
    _refuse_apart(timeline)
    return timeline


def story_files(story: Mapping[str, Any] | None, runs: list[str]) -> list[str]:
    """List the files of a story, below the root.

    Parameters
    ----------
    story : mapping or None
    runs : list of str

    Returns
    -------
    paths : list of str
    """
    about = Story(**(story or {}))
    each = [one for one in (about.transcript, about.sound) if one]
    return list(dict.fromkeys(one.format(run=run) for one in each for run in runs))


def timeline_datasets(timeline: Timeline | None) -> dict[str, np.ndarray]:
    """Datasets of a timeline, for the store of the stimuli.

    Parameters
    ----------
    timeline : Timeline or None

    Returns
    -------
    datasets : dict of array
        Of shape (n_volumes,), (n_intervals,) and (n_frames,); empty for None.
    """
    if timeline is None:
        return {}
    parts = {
        "volume": {"run": timeline.run, "time_s": timeline.time_s},
        "interval": vars(timeline.intervals) if timeline.intervals else {},
        "sound": vars(timeline.sound) if timeline.sound else {},
    }
    return {
        f"{part}/{name}": column
        for part, columns in parts.items()
        for name, column in columns.items()
    } | {"volume/tr_s": np.array([timeline.tr_s])}


def timeline_of(store: Store) -> Timeline | None:
    """Read the timeline of a store of stimuli; None if it has none."""
    if "volume/time_s" not in store:
        return None
    has_words, has_sound = ("interval/label" in store, "sound/power" in store)
    return Timeline(
        run=store["volume/run"][()],
        time_s=store["volume/time_s"][()],
        tr_s=float(store["volume/tr_s"][()][0]),
        intervals=Intervals(*_columns(store, "interval", INTERVAL_COLUMNS))
        if has_words
        else None,
        sound=Sound(*_columns(store, "sound", SOUND_COLUMNS)) if has_sound else None,
    )


def _columns(store: Store, part: str, names: tuple[str, ...]) -> list[np.ndarray]:
    return [store[f"{part}/{name}"][()] for name in names]


def _paths(root: str, template: str, runs: list[str]) -> dict[str, Path]:
    return {run: expand(root) / template.format(run=run) for run in runs}


def _read_intervals(
    root: str, template: str | None, runs: list[str]
) -> Intervals | None:
    if template is None:
        return None
    rows = [
        (run, one.tier, one.label, one.onset_s, one.offset_s)
        for run, path in _paths(root, template, runs).items()
        for one in read_transcript(path)
    ]
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    return Intervals(*columns)


def _read_sound(root: str, template: str | None, runs: list[str]) -> Sound | None:
    if template is None:
        return None
    parts = []
    for run, path in _paths(root, template, runs).items():
        time_s, power = read_power(path)
        parts.append((np.full(len(time_s), run), time_s, power))
    return Sound(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _refuse_apart(timeline: Timeline) -> None:
    """Words that all lie before or after the volumes mean another clock."""
    if timeline.intervals is None:
        return
    for run in np.unique(timeline.run):
        words, here = timeline.intervals, timeline.run == run
        said = words.onset_s[words.run == run]
        low, high = timeline.time_s[here].min(), timeline.time_s[here].max()
        inside = ((said >= low - timeline.tr_s) & (said <= high + timeline.tr_s)).mean()
        if inside < 0.5:
            raise DataError(
                f"run {run}: {1 - inside:.0%} of {len(said)} intervals lie outside of "
                f"its volumes, which last from {low:g} to {high:g} s of the recording. "
                "Set `dataset.stimuli.story.first_volume_s` to the time of the first "
                "volume on the recording's clock (seconds, not milliseconds)."
            )

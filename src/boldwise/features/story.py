"""What a story gives away without its meaning: words, sounds, and the time."""

from typing import Literal

import numpy as np

from boldwise.features.records import FeatureSpace, Stimuli
from boldwise.features.resampling import Method, resample_runs
from boldwise.features.spoken import (
    SILENCE,
    Moment,
    WordOptions,
    bring_to_volumes,
    spoken_words,
    timeline_of,
)
from boldwise.features.timeline import Intervals


def word_rate(
    stimuli: Stimuli,
    *,
    tier: str | None = None,
    ignore: list[str] | tuple[str, ...] = SILENCE,
    at: Moment = "middle",
    resample: Method = "lanczos",
) -> FeatureSpace:
    """Words (or phones) per second around each volume.

    Parameters
    ----------
    stimuli : Stimuli
        Volumes with a timeline and a transcript.
    tier : str, optional
        Tier to count; absent: the only one.
    ignore : sequence of str
        Labels that are no words.
    at : str
        Where on the clock a word stands: its ``"onset"`` or its ``"middle"``.
    resample : str
        ``"lanczos"`` or ``"box"``, run by run.

    Returns
    -------
    space : FeatureSpace
        Of shape (n_stimuli, 1), per second.

    Raises
    ------
    DataError
        If there is no transcript, no such tier or no word.
    """
    words = spoken_words(stimuli, tier, ignore)
    rate = _count(np.ones((len(words), 1)), words, stimuli, at=at, resample=resample)
    notes = {"unit": "per second", "n_intervals": str(len(words))}
    return FeatureSpace(stimuli.stimulus_id, rate, notes, np.array(["rate"]))


def interval_onsets(
    stimuli: Stimuli,
    *,
    tier: str | None = None,
    ignore: list[str] | tuple[str, ...] = SILENCE,
    at: Moment = "onset",
    resample: Method = "lanczos",
) -> FeatureSpace:
    """One column for each label of a tier: how often it occurs around a volume.

    Parameters
    ----------
    stimuli : Stimuli
        Volumes with a timeline and a transcript.
    tier : str, optional
        For example the phones; absent: the only one.
    ignore : sequence of str
        Labels to leave out.
    at : str
        ``"onset"`` or ``"middle"``.
    resample : str
        ``"lanczos"`` or ``"box"``, run by run.

    Returns
    -------
    space : FeatureSpace
        Of shape (n_stimuli, n_labels), per second; columns in alphabetical order.

    Raises
    ------
    DataError
        If there is no transcript, no such tier, or no label is left.
    """
    found = spoken_words(stimuli, tier, ignore)
    labels, index = np.unique(found.label, return_inverse=True)
    marks = np.eye(len(labels))[index]
    rate = _count(marks, found, stimuli, at=at, resample=resample)
    notes = {"unit": "per second"}
    return FeatureSpace(stimuli.stimulus_id, rate, notes, labels)


def sound_power(
    stimuli: Stimuli,
    *,
    compression: Literal["none", "sqrt", "log"] = "sqrt",
    resample: Method = "lanczos",
) -> FeatureSpace:
    """Power envelope of the sound at each volume.

    Parameters
    ----------
    stimuli : Stimuli
        Volumes with a timeline and sound.
    compression : str
        Of the power in each frame, before resampling: ``"sqrt"`` is the amplitude
        (root mean square), ``"log"`` decibels over a floor of -60 dB.
    resample : str
        ``"lanczos"`` or ``"box"``, run by run; frames are averaged.

    Returns
    -------
    space : FeatureSpace
        Of shape (n_stimuli, 1).
    """
    sound = timeline_of(stimuli).need_sound()
    power = resample_runs(
        _compress(sound.power, compression)[:, None],
        sound.run,
        sound.time_s,
        timeline_of(stimuli),
        method=resample,
        combine="mean",
    )
    notes = {"unit": "dB over -60 dB" if compression == "log" else "full scale 1"}
    return FeatureSpace(stimuli.stimulus_id, power, notes, np.array(["sound power"]))


def position_in_run(stimuli: Stimuli, *, degree: int = 3) -> FeatureSpace:
    """Where in its run a volume lies: Legendre polynomials of time, without a constant.

    Time alone predicts responses that drift, habituate or build up; a model of
    language must beat it.

    Parameters
    ----------
    stimuli : Stimuli
        Volumes with a timeline.
    degree : int
        Highest degree; at least 1.

    Returns
    -------
    space : FeatureSpace
        Of shape (n_stimuli, degree), between -1 and 1.
    """
    timeline = timeline_of(stimuli)
    position = np.zeros((len(timeline), degree))
    for name in np.unique(timeline.run):
        here = timeline.run == name
        time_s = timeline.time_s[here]
        span_s = max(float(np.ptp(time_s)), timeline.tr_s)
        scaled = 2 * (time_s - time_s.min()) / span_s - 1
        position[here] = np.polynomial.legendre.legvander(scaled, degree)[:, 1:]
    names = np.array([f"degree {power}" for power in range(1, degree + 1)])
    return FeatureSpace(stimuli.stimulus_id, position, {"unit": "-1 to 1"}, names)


def _compress(power: np.ndarray, compression: str) -> np.ndarray:
    if compression == "sqrt":
        return np.asarray(np.sqrt(power))
    if compression == "log":
        return np.asarray(60 + 10 * np.log10(np.maximum(power, 1e-6)))
    return power


def _count(
    marks: np.ndarray,
    found: Intervals,
    stimuli: Stimuli,
    *,
    at: Moment,
    resample: Method,
) -> np.ndarray:
    """Occurrences per second at each volume, from marks (n_intervals, n_columns)."""
    options = WordOptions(at=at, resample=resample)
    return bring_to_volumes(marks, found, stimuli, options) / timeline_of(stimuli).tr_s

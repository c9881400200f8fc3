"""Words of a transcript, and the way of what they carry to the volumes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from boldwise.errors import DataError, name_some
from boldwise.features.records import Stimuli
from boldwise.features.resampling import Combine, Method, resample_runs
from boldwise.features.timeline import Intervals, Timeline

# What aligners write where nobody speaks; sentence marks and noises of the LeBel set.
SILENCE = (
    *("", "sp", "sil", "<sil>", "{SL}", "{NS}", "{BR}", "{LG}", "{CG}", "<unk>"),
    *("sentence_start", "sentence_end", "br", "lg", "ls", "ns"),
)
Moment = Literal["onset", "middle"]


@dataclass(frozen=True, kw_only=True)
class WordOptions:
    """Which intervals are words, and how they come to the volumes.

    Attributes
    ----------
    tier : str or None
        Tier of the transcript; None: the only one.
    ignore : sequence of str
        Labels that are no words.
    at : str
        Where on the clock a word stands: its ``"onset"`` or its ``"middle"``.
    resample : str
        ``"lanczos"`` or ``"box"``, run by run.
    combine : str
        ``"sum"``: what words carry adds up, so that their rate is part of every
        feature; ``"mean"``: it is averaged, and silence is 0.
    """

    tier: str | None = None
    ignore: Sequence[str] = SILENCE
    at: Moment = "middle"
    resample: Method = "lanczos"
    combine: Combine = "sum"


def timeline_of(stimuli: Stimuli) -> Timeline:
    """When the volumes were taken, and what was told; it must be there.

    Parameters
    ----------
    stimuli : Stimuli

    Returns
    -------
    timeline : Timeline

    Raises
    ------
    DataError
        If the stimuli are no volumes of time series.
    """
    if stimuli.timeline is None:
        raise DataError(
            f"the {len(stimuli)} stimuli are no volumes of time series, so nothing is "
            "known of when they were. Take `estimate: timeseries`, or leave out the "
            "feature spaces that need time."
        )
    return stimuli.timeline


def spoken_words(
    stimuli: Stimuli, tier: str | None = None, ignore: Sequence[str] = SILENCE
) -> Intervals:
    """Intervals of a tier whose label is not among those to ignore.

    Parameters
    ----------
    stimuli : Stimuli
        Volumes with a timeline and a transcript.
    tier : str, optional
        Absent: the only one.
    ignore : sequence of str
        Labels that are no words.

    Returns
    -------
    words : Intervals
        In the order of the transcript.

    Raises
    ------
    DataError
        If there is no transcript, no such tier or no word.
    """
    of_tier = timeline_of(stimuli).need_intervals().of_tier(tier)
    spoken = of_tier.take(~np.isin(of_tier.label, list(ignore)))
    if not len(spoken):
        raise DataError(
            f"none of {len(of_tier)} intervals of the transcript is a word: their "
            f"labels are {name_some(np.unique(of_tier.label))}. Mend `ignore`."
        )
    return spoken


def bring_to_volumes(
    values: np.ndarray, words: Intervals, stimuli: Stimuli, options: WordOptions
) -> np.ndarray:
    """Bring what each word carries to the volumes of its run.

    Parameters
    ----------
    values : array of shape (n_words, n_features)
    words : Intervals
        Of shape (n_words,).
    stimuli : Stimuli
        Volumes with a timeline.
    options : WordOptions

    Returns
    -------
    feature : array of float64, shape (n_stimuli, n_features)
    """
    time_s = words.onset_s
    if options.at == "middle":
        time_s = (words.onset_s + words.offset_s) / 2
    return resample_runs(
        values,
        words.run,
        time_s,
        timeline_of(stimuli),
        method=options.resample,
        combine=options.combine,
    )

"""Stories: when volumes were taken, and what could be heard or read around them."""

from dataclasses import dataclass

import numpy as np

from boldwise.errors import DataError, ShapeMismatchError, name_some


@dataclass(frozen=True)
class Intervals:
    """Words, phones or other stretches of a story, from an annotation.

    Attributes
    ----------
    run : array of str, shape (n_intervals,)
        The run in which each was presented.
    tier : array of str, shape (n_intervals,)
        Tier of the annotation, for example ``word``.
    label : array of str, shape (n_intervals,)
    onset_s, offset_s : array of shape (n_intervals,)
        In seconds of the story's own clock.
    """

    run: np.ndarray
    tier: np.ndarray
    label: np.ndarray
    onset_s: np.ndarray
    offset_s: np.ndarray

    def __post_init__(self) -> None:
        refuse_ragged(self, what="intervals")

    def __len__(self) -> int:
        return len(self.run)

    def take(self, rows: np.ndarray) -> "Intervals":
        """Keep the given rows (indices or mask of shape (n_intervals,))."""
        return Intervals(**{name: column[rows] for name, column in vars(self).items()})

    def of_tier(self, tier: str | None) -> "Intervals":
        """Intervals of one tier.

        Parameters
        ----------
        tier : str or None
            None: the only tier there is.

        Returns
        -------
        intervals : Intervals

        Raises
        ------
        DataError
            If there is no such tier, or none was named and there are several.
        """
        known = np.unique(self.tier).tolist()
        if tier is None and len(known) == 1:
            return self
        if tier not in known:
            wrong = "several tiers" if tier is None else f"no tier '{tier}'"
            raise DataError(
                f"the transcript has {wrong}: it has {name_some(known)}. Name one of "
                "them as `tier` of the feature space."
            )
        return self.take(self.tier == tier)


@dataclass(frozen=True)
class Sound:
    """Power of the sound, in short frames.

    Attributes
    ----------
    run : array of str, shape (n_frames,)
    time_s : array of shape (n_frames,)
        Middle of each frame, in seconds of the story's own clock.
    power : array of shape (n_frames,)
        Mean square of the samples; full scale is 1.
    """

    run: np.ndarray
    time_s: np.ndarray
    power: np.ndarray

    def __post_init__(self) -> None:
        refuse_ragged(self, what="frames of sound")


@dataclass(frozen=True)
class Timeline:
    """The volumes of all runs on the clock of their story.

    Attributes
    ----------
    run : array of str, shape (n_volumes,)
        In the order of the stimuli.
    time_s : array of shape (n_volumes,)
        When each volume was taken, in seconds of the story's own clock.
    tr_s : float
        Repetition time, in seconds.
    intervals : Intervals or None
    sound : Sound or None
    """

    run: np.ndarray
    time_s: np.ndarray
    tr_s: float
    intervals: Intervals | None = None
    sound: Sound | None = None

    def __post_init__(self) -> None:
        if len(self.run) != len(self.time_s):
            raise ShapeMismatchError(
                f"{len(self.run)} run labels for {len(self.time_s)} volume times."
            )

    def __len__(self) -> int:
        return len(self.run)

    def need_intervals(self) -> Intervals:
        """Intervals of the transcript, which must be there.

        Returns
        -------
        intervals : Intervals

        Raises
        ------
        DataError
            If the stimuli came without a transcript.
        """
        if self.intervals is None:
            raise DataError(
                f"the {len(self)} volumes have no transcript. Name its files under "
                "dataset.stimuli.story.transcript, or leave out the feature spaces "
                "of words."
            )
        return self.intervals

    def need_sound(self) -> Sound:
        """Power of the sound, which must be there.

        Returns
        -------
        sound : Sound

        Raises
        ------
        DataError
            If the stimuli came without sound.
        """
        if self.sound is None:
            raise DataError(
                f"the {len(self)} volumes have no sound. Name its files under "
                "dataset.stimuli.story.sound, or leave out the feature spaces of sound."
            )
        return self.sound


def refuse_ragged(table: Intervals | Sound, *, what: str) -> None:
    """Raise unless all columns of a table have one length.

    Parameters
    ----------
    table : Intervals or Sound
        Columns of shape (n_rows,).
    what : str
        Named in the message.

    Raises
    ------
    ShapeMismatchError
        With the lengths.
    """
    lengths = {name: len(column) for name, column in vars(table).items()}
    if len(set(lengths.values())) != 1:
        raise ShapeMismatchError(f"columns of {what} differ in length: {lengths}.")

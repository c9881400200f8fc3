"""Words of a transcript on their way to the volumes."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.features.records import Stimuli
from boldwise.features.spoken import (
    WordOptions,
    bring_to_volumes,
    spoken_words,
    timeline_of,
)
from boldwise.features.timeline import Intervals, Timeline


def make_stimuli(label=("one", "sp", "two")):
    """Make ten volumes at a TR of 2 s, with a word every 4 s."""
    onset_s = 4.0 * np.arange(len(label))
    words = Intervals(
        run=np.full(len(label), "1"),
        tier=np.full(len(label), "word"),
        label=np.array(label),
        onset_s=onset_s,
        offset_s=onset_s + 2,
    )
    timeline = Timeline(np.full(10, "1"), 2.0 * np.arange(10), 2.0, words)
    return Stimuli(np.array([f"v{k}" for k in range(10)]), timeline=timeline)


def test_silence_is_no_word():
    assert spoken_words(make_stimuli()).label.tolist() == ["one", "two"]
    assert spoken_words(make_stimuli(), ignore=["one"]).label.tolist() == ["sp", "two"]


@pytest.mark.parametrize(("at", "volumes"), [("onset", [0, 4]), ("middle", [1, 5])])
def test_words_stand_where_they_are_put(at, volumes):
    stimuli = make_stimuli()
    options = WordOptions(at=at, resample="box", combine="sum")

    found = bring_to_volumes(
        np.array([[1.0], [2.0]]), spoken_words(stimuli), stimuli, options
    )

    assert np.flatnonzero(found).tolist() == volumes
    assert found[volumes, 0].tolist() == [1, 2]


def test_what_is_missing_is_said():
    with pytest.raises(DataError, match=r"none of 2 intervals .* Mend `ignore`"):
        spoken_words(make_stimuli(["sp", "sil"]))
    with pytest.raises(DataError, match=r"1 stimuli are no volumes of time series"):
        timeline_of(Stimuli(np.array(["a"])))

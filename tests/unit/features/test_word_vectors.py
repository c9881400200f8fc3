"""Static vectors: looked up, averaged over captions, and brought to volumes."""

import hashlib

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.features.records import Stimuli
from boldwise.features.timeline import Intervals, Timeline
from boldwise.features.word_vectors import word_vectors


@pytest.fixture
def path(tmp_path):
    """Write vectors of three words, one of them a name."""
    path = tmp_path / "vectors.txt"
    path.write_text("dog 1 2\ncat 3 4\nAlice 10 20\n")
    return path


def captions(*texts):
    """Make stimuli with captions."""
    ids = np.array([f"s{k}" for k in range(len(texts))])
    return Stimuli(ids, caption=np.array(texts))


def test_a_caption_has_the_mean_of_its_known_words(path):
    space = word_vectors(
        captions("Dog, dog and cat", "the cat", "Alice", "emu"), path=str(path)
    )

    np.testing.assert_allclose(
        space.feature, [[5 / 3, 8 / 3], [3, 4], [10, 20], [0, 0]]
    )


def test_notes_tell_what_the_file_does_not_know(path):
    stimuli = captions("dog emu", "emu the cat", "emu")

    notes = word_vectors(stimuli, path=str(path)).notes

    assert notes["words"] == "6, of which 66.7% are unknown"
    assert notes["different words"] == "4, of which 50.0% are unknown"
    assert notes["unknown words"] == "'emu', 'the'"  # the commonest first
    assert notes["captions without a known word"] == "1"
    assert notes["weights_sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_words_in_time_stand_at_their_volumes_and_unknown_ones_carry_nothing(path):
    label = np.array(["dog", "sp", "emu", "CAT"])
    onset_s = np.array([0.0, 1, 4, 8])
    tier, run = np.full(4, "word"), np.full(4, "1")
    words = Intervals(run, tier, label, onset_s, onset_s + 0.5)
    timeline = Timeline(np.full(6, "1"), 2.0 * np.arange(6), 2.0, words)
    stimuli = Stimuli(np.array([f"v{k}" for k in range(6)]), timeline=timeline)

    space = word_vectors(stimuli, path=str(path), resample="box", at="onset")

    expected = np.zeros((6, 2))
    expected[0], expected[4] = [1, 2], [3, 4]
    np.testing.assert_array_equal(space.feature, expected)
    assert space.notes["words"] == "3, of which 33.3% are unknown"


def test_a_file_of_another_language_is_refused(path):
    with pytest.raises(DataError, match=r"knows none of 2 different words, .*'chien'"):
        word_vectors(captions("chien", "loup"), path=str(path))

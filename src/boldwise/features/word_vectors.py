"""Words by what they mean on their own: vectors from a file, without context."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.errors import DataError, name_some
from boldwise.features.backends.checkpoints import hash_of
from boldwise.features.backends.vector_files import read_vectors
from boldwise.features.captions import caption_words, mean_by_owner
from boldwise.features.records import FeatureSpace, Stimuli
from boldwise.features.spoken import WordOptions, bring_to_volumes, spoken_words


@dataclass(frozen=True, kw_only=True)
class VectorOptions(WordOptions):
    """Which vectors, and how the words of a story come to the volumes.

    Attributes
    ----------
    path : str
        Text file of word2vec, GloVe or fastText; ``.gz`` too.
    """

    path: str


def word_vectors(stimuli: Stimuli, **options: Any) -> FeatureSpace:
    """Describe captions, or the words of a story, by vectors that ignore context.

    A word is looked up as it is written, else in lower case. A caption has the mean
    of the words that are known; a story's words are brought to the volumes, where
    unknown ones carry 0.

    Parameters
    ----------
    stimuli : Stimuli
        Volumes with a transcript, or stimuli with ``caption``.
    **options
        Fields of ``VectorOptions``.

    Returns
    -------
    space : FeatureSpace
        Of shape (n_stimuli, n_columns of the file). The notes tell the share of
        words, and of different words, that the file does not know.

    Raises
    ------
    WeightsError
        If the file cannot be read.
    DataError
        If the file knows no word at all.

    References
    ----------
    .. [1] Pennington, Socher & Manning (2014), "GloVe: Global vectors for word
       representation", EMNLP.
    """
    chosen = VectorOptions(**options)
    path = Path(chosen.path).expanduser()
    if stimuli.timeline is None:
        words, owner = caption_words(stimuli)
        values, known, notes = look_up(words, path)
        feature = mean_by_owner(values[known], owner[known], len(stimuli))
        n_empty = len(stimuli) - len(np.unique(owner[known]))
        notes["captions without a known word"] = str(n_empty)
    else:
        spoken = spoken_words(stimuli, chosen.tier, chosen.ignore)
        values, _, notes = look_up(spoken.label.tolist(), path)
        feature = bring_to_volumes(values, spoken, stimuli, chosen)
    return FeatureSpace(stimuli.stimulus_id, feature, notes)


def look_up(
    words: Sequence[str], path: Path
) -> tuple[np.ndarray, np.ndarray, dict[str, str]]:
    """Find the vector of each word.

    Parameters
    ----------
    words : sequence of str, length n_words
    path : Path

    Returns
    -------
    values : array of float32, shape (n_words, n_columns)
        0 for words that the file does not know.
    known : array of bool, shape (n_words,)
    notes : dict of str
        The file, its hash, and the shares of unknown words.

    Raises
    ------
    DataError
        If the file knows no word at all.
    """
    wanted = {*words, *(word.lower() for word in words)}
    vector = read_vectors(path, wanted)
    found = [vector.get(word, vector.get(word.lower())) for word in words]
    known = np.array([one is not None for one in found])
    if not known.any():
        raise DataError(
            f"{path}: knows none of {len(set(words))} different words, among them "
            f"{name_some(sorted(set(words)))}. Take vectors of the same language."
        )
    width = len(next(iter(vector.values())))
    values = np.zeros((len(words), width), np.float32)
    values[known] = [one for one in found if one is not None]
    pairs = zip(words, known, strict=True)
    unknown = Counter(word for word, is_known in pairs if not is_known)
    share = len(unknown) / len(set(words))
    notes = {
        "file": path.name,
        "weights_sha256": hash_of([path]),
        "words": f"{len(words)}, of which {np.mean(~known):.1%} are unknown",
        "different words": f"{len(set(words))}, of which {share:.1%} are unknown",
        "unknown words": name_some([word for word, _ in unknown.most_common()]),
    }
    return values, known, notes

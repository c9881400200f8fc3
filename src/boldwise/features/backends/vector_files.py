"""Files of static word vectors: a word and its numbers in each line of text."""

import gzip
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np

from boldwise.errors import WeightsError

BINARY = (".bin", ".model", ".npy", ".kv", ".pt", ".h5", ".hf5")


def read_vectors(path: Path, wanted: Collection[str]) -> dict[str, np.ndarray]:
    """Read the vectors of the words that are wanted; the file is never held whole.

    Parameters
    ----------
    path : Path
        Text as word2vec, GloVe and fastText write it: ``word x1 x2 …``, after a first
        line ``n_words n_columns`` or without one; ``.gz`` too. UTF-8.
    wanted : collection of str

    Returns
    -------
    vector : dict of array of float32, shape (n_columns,)
        By word, for those that the file knows; the first where one stands twice.

    Raises
    ------
    WeightsError
        If the file is absent, no such text, or its lines differ in length.
    """
    _refuse_absent(path)
    found: dict[str, np.ndarray] = {}
    n_columns = None
    try:
        for number, line in enumerate(_lines(path), start=1):
            word, *numbers = line.rstrip().split(" ")
            if number == 1 and len(numbers) == 1:
                continue  # the header of word2vec: how many words and columns
            n_columns = n_columns or len(numbers)
            if len(numbers) != n_columns:
                word, numbers = _with_spaces(line, n_columns, f"{path}, line {number}")
            if word in wanted and word not in found:
                found[word] = np.array(numbers, np.float32)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise WeightsError(
            f"{path}: cannot be read as word vectors in text ({error}). A line is a "
            "word and its numbers, with single spaces between; fetch the file again."
        ) from error
    return found


def _refuse_absent(path: Path) -> None:
    if not path.is_file():
        raise WeightsError(
            f"{path}: no such file of word vectors. Fetch one (GloVe, word2vec or "
            "fastText, in text), and name it as `path` of the feature space."
        )
    if path.suffix in BINARY:
        raise WeightsError(
            f"{path}: '{path.suffix}' is a binary format; word vectors are read from "
            "text (.txt, .vec, .gz). Save them as text, for example with gensim's "
            "save_word2vec_format(binary=False)."
        )


def _lines(path: Path) -> Iterator[str]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="\n") as file:
        yield from file


def _with_spaces(line: str, n_columns: int, where: str) -> tuple[str, list[str]]:
    """Split a line whose word has spaces in it, as a few of GloVe's do."""
    word, *numbers = line.rstrip().rsplit(" ", n_columns)
    if len(numbers) != n_columns:
        raise ValueError(
            f"{where} has {len(numbers)} numbers where the first has {n_columns}"
        )
    return word, numbers

"""Files of word vectors, as three projects write them."""

import gzip

import pytest

from boldwise.errors import WeightsError
from boldwise.features.backends.vector_files import read_vectors

LINES = "dog 1 2 3\ncat 4 5 6\nice cream 7 8 9\ndog 0 0 0\n"


@pytest.mark.parametrize("head", ["", "4 3\n"])
@pytest.mark.parametrize("suffix", [".txt", ".vec", ".txt.gz"])
def test_words_are_read_with_and_without_a_first_line(tmp_path, head, suffix):
    path = tmp_path / f"vectors{suffix}"
    content = (head + LINES).encode()
    path.write_bytes(gzip.compress(content) if suffix.endswith("gz") else content)

    found = read_vectors(path, {"dog", "ice cream", "emu"})

    assert {word: one.tolist() for word, one in found.items()} == {
        "dog": [1, 2, 3],  # the first where a word stands twice
        "ice cream": [7, 8, 9],
    }


def test_trailing_spaces_and_strange_letters_are_no_numbers(tmp_path):
    path = tmp_path / "v.vec"
    path.write_text("2 2\n\u00a0x 1 2 \n\u2028 3 4 \n", encoding="utf-8")

    assert read_vectors(path, {"\u2028"})["\u2028"].tolist() == [3, 4]


def test_an_absent_file_says_what_to_fetch(tmp_path):
    with pytest.raises(WeightsError, match=r"no such file of word vectors.*Fetch one"):
        read_vectors(tmp_path / "glove.txt", {"a"})


def test_binary_files_are_sent_away(tmp_path):
    (tmp_path / "v.bin").write_bytes(b"\x00")

    with pytest.raises(WeightsError, match=r"'.bin' is a binary format.*Save them as"):
        read_vectors(tmp_path / "v.bin", {"a"})


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("v.txt", b"dog 1 2 3\ncat 4\n", "line 2 has 1 numbers where the first has 3"),
        ("v.txt", b"dog one two\n", "could not convert"),
        ("v.txt", b"\xff\xfe\x00 1", "codec"),
        ("v.gz", b"no gzip", "gzipped file"),
        ("v.gz", gzip.compress(LINES.encode() * 99, mtime=0)[:-20], "."),
    ],
)
def test_a_damaged_file_is_told_in_one_sentence(tmp_path, name, content, reason):
    (tmp_path / name).write_bytes(content)

    with pytest.raises(
        WeightsError, match=f"cannot be read as word vectors .*{reason}"
    ):
        read_vectors(tmp_path / name, {"dog", "cat"})

"""Mirrors src/boldwise/io/chunks.py."""

import pytest

from boldwise.io.chunks import CHUNK_BYTES, CHUNK_COLUMNS, chunk_shape


@pytest.mark.parametrize("shape", [(), (0,), (3, 0)])
def test_nothing_is_not_cut(shape):
    assert chunk_shape(shape, 4) is None


@pytest.mark.parametrize(
    ("shape", "chunks"),
    [
        ((5,), (5,)),
        ((10, 7), (10, 7)),
        ((4, 64, 64, 3), (1, 64, 64, 3)),
        ((1024, 1000), (1024, 256)),
        ((2**20, 1000), (4096, 64)),
    ],
)
def test_chunks_are_whole_images_or_blocks_of_columns(shape, chunks):
    assert chunk_shape(shape, 4) == chunks


@pytest.mark.parametrize("n_rows", [1, 100, 5000, 10**6])
def test_a_chunk_of_a_matrix_is_at_most_a_mebibyte_and_never_narrow(n_rows):
    rows, columns = chunk_shape((n_rows, 10**6), 4)

    assert rows * columns * 4 <= CHUNK_BYTES
    assert columns >= CHUNK_COLUMNS

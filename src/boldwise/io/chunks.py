"""How the arrays of stores are cut into chunks."""

CHUNK_BYTES = 2**20
CHUNK_COLUMNS = 64  # At least: narrower chunks are slow to take blocks of voxels from.


def chunk_shape(shape: tuple[int, ...], itemsize: int) -> tuple[int, ...] | None:
    """Images: one per chunk. Matrices: all rows of a block of columns, to 1 MiB.

    Blocks of voxels are powers of two wide and so are those of columns, so that no
    chunk is read twice; very many rows are split to keep them wide enough.

    Parameters
    ----------
    shape : tuple of int
        Of the array.
    itemsize : int
        Bytes of one number.

    Returns
    -------
    chunks : tuple of int or None
        None where there is nothing to cut.
    """
    if not shape or 0 in shape:
        return None
    if len(shape) > 2:
        return (1, *shape[1:])
    n_rows = shape[0] if len(shape) == 2 else 1
    rows = min(n_rows, max(1, CHUNK_BYTES // (itemsize * CHUNK_COLUMNS)))
    fitting = max(1, CHUNK_BYTES // (itemsize * rows))
    columns = min(shape[-1], 2 ** (fitting.bit_length() - 1))
    return (rows, columns)[-len(shape) :]

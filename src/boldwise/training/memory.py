"""Memory that a step lets go and the next one takes again, without the kernel between.

Large tensors (gradients of matrices, maps of activity) are mapped by the C library one
by one and given back at once; the kernel then zeroes the same gigabytes for every step.
Measured on the shared-latent decoder at published voxels, that is a third of a step.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

MMAP_MAX, TRIM_THRESHOLD, TOP_PAD = -4, -1, -2  # names of mallopt(3)
AS_ALWAYS = {MMAP_MAX: 65_536, TRIM_THRESHOLD: 2**17, TOP_PAD: 2**17}
KEPT = {MMAP_MAX: 0, TRIM_THRESHOLD: -1, TOP_PAD: 2**26}


@contextmanager
def kept_memory() -> Iterator[bool]:
    """Let the C library keep freed memory, and give it back in the end.

    Numbers are the same; only who owns free memory differs. Where the C library is not
    glibc nothing happens.

    Yields
    ------
    kept : bool
    """
    library = ctypes.CDLL(None)
    known = all(hasattr(library, name) for name in ("mallopt", "malloc_trim"))
    kept = known and all(library.mallopt(k, v) for k, v in KEPT.items())
    try:
        yield bool(kept)
    finally:
        if known:
            for name, value in AS_ALWAYS.items():
                library.mallopt(name, value)
            library.malloc_trim(0)

"""Pictures that stay in their files: squares of one size, decoded when they are sliced.

A store of stimuli then holds paths and hashes in place of pixels. Whoever slices gets
what a store with pixels would hold; a file that is another one since is refused.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.errors import DataError
from boldwise.io.pictures import read_pictures
from boldwise.io.problems import Problems
from boldwise.io.stores import Store

PATH, HASH, SIZE = "image_path", "image_sha256", "image_size_px"


class PictureRows:
    """Squares of pictures in files, for whoever takes an array that lies on disk.

    Parameters
    ----------
    paths : sequence of str or Path, length n
    sha256 : sequence of str, length n
        Of the files, as ``hash_pictures`` gives them.
    size_px : int
        Side of the central square, in pixels.

    Attributes
    ----------
    shape : tuple of int
        (n, size_px, size_px, 3).
    """

    dtype = np.dtype(np.uint8)
    ndim = 4

    def __init__(
        self, paths: Sequence[str | Path], sha256: Sequence[str], *, size_px: int
    ) -> None:
        self.paths = np.array([str(path) for path in paths], dtype=str)
        self.sha256 = np.array(sha256, dtype=str)
        self.size_px = int(size_px)
        self.shape = (len(self.paths), self.size_px, self.size_px, 3)

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, rows: Any) -> np.ndarray:
        """Decode some of the pictures.

        Parameters
        ----------
        rows : int, slice, array, or a tuple that begins with one
            As of an array of this shape.

        Returns
        -------
        image : array of uint8, shape (n_rows, size_px, size_px, 3)
            Without the first axis for one row.

        Raises
        ------
        DataError
            Naming every file that does not decode, or has changed, one per line.
        """
        first, *others = rows if isinstance(rows, tuple) else (rows,)
        if first is Ellipsis:
            first, others = slice(None), [Ellipsis, *others]
        row = np.asarray(np.arange(len(self))[first])
        paths = [Path(one) for one in self.paths[row.ravel()]]
        refuse_changed(paths, self.sha256[row.ravel()])
        image = read_pictures(paths, size_px=self.size_px)
        image = image.reshape(*row.shape, *self.shape[1:])
        taken: np.ndarray = image[(*[slice(None)] * row.ndim, *others)]
        return taken

    def datasets(self) -> dict[str, np.ndarray]:
        """Give what a store holds of them in place of pixels.

        Returns
        -------
        datasets : dict of array
            ``image_path``, ``image_sha256``, and ``image_size_px`` of shape (1,).
        """
        size = np.array([self.size_px], np.int32)
        return {PATH: self.paths, HASH: self.sha256, SIZE: size}


def picture_rows(store: Store) -> PictureRows | None:
    """Pictures that a store of stimuli names by their files.

    Parameters
    ----------
    store : Store

    Returns
    -------
    image : PictureRows, or None
        None where it names none.
    """
    if PATH not in store:
        return None
    return PictureRows(store[PATH], store[HASH], size_px=store[SIZE][0])


def hash_pictures(paths: Sequence[Path]) -> list[str]:
    """Hash files, as ``sha256sum`` does.

    Parameters
    ----------
    paths : sequence of Path

    Returns
    -------
    sha256 : list of str
        Hexadecimal.

    Raises
    ------
    DataError
        Naming every file that cannot be read, one per line.
    """
    found, problems = [], Problems()
    for path in paths:
        with problems.collect():
            found.append(_hash(path))
    problems.refuse()
    return found


def refuse_changed(paths: Sequence[Path], sha256: Sequence[str] | np.ndarray) -> None:
    """Raise if a file is not what it was when the stimuli were prepared.

    Parameters
    ----------
    paths : sequence of Path, length n
    sha256 : sequence of str, length n

    Raises
    ------
    DataError
        Naming every such file, one per line.
    """
    problems = Problems()
    for path, expected in zip(paths, sha256, strict=True):
        with problems.collect():
            if _hash(path) != expected:
                problems.add(
                    [
                        f"{path}: the image has changed since the stimuli were "
                        "prepared. Prepare them again (snakemake --forcerun "
                        "prepare_stimuli)."
                    ]
                )
    problems.refuse()


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise DataError(f"{path}: no such image. Fetch it again.") from error
    except OSError as error:
        raise DataError(
            f"{path}: the image cannot be read ({error.strerror}). Mend its "
            "permissions, or fetch it again."
        ) from error

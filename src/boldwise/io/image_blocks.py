"""Images read by ranges: out of a store of stimuli, or from picture files.

Both travel to other processes as names of files, and open them there.
"""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from boldwise.errors import DataError
from boldwise.io.picture_rows import picture_rows, refuse_changed
from boldwise.io.pictures import read_whole_picture
from boldwise.io.problems import Problems
from boldwise.io.stores import open_store

HASHED = 64  # images at a time


class StoredImages:
    """The images of a store of stimuli.

    Parameters
    ----------
    path : path
        As ``write_stimuli`` leaves it.

    Attributes
    ----------
    stimulus_id : array of str, shape (n_stimuli,)

    Raises
    ------
    DataError
        If the stimuli have no images.
    """

    decoder = "none"

    _image: Any

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self._begin()
        with open_store(path, schema="stimuli") as store:
            self.stimulus_id: np.ndarray = store["stimulus_id"]
            if "image" not in store:
                raise DataError(
                    f"{path}: the {len(self)} stimuli have no image. Name the files of "
                    "the images under dataset.stimuli, or leave out the feature spaces "
                    "that need them."
                )

    def __len__(self) -> int:
        return len(self.stimulus_id)

    def __getstate__(self) -> dict[str, Any]:
        """Leave the open file behind: another process opens its own."""
        return {"_path": self._path, "stimulus_id": self.stimulus_id}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._begin()

    def read(self, start: int, stop: int) -> np.ndarray:
        """Images from one to another: uint8, shape (stop - start, height, width, 3)."""
        with self._lock:
            if self._image is None:
                store = self._stack.enter_context(
                    open_store(self._path, schema="stimuli")
                )
                self._image = store["image"]
            block: np.ndarray = self._image[start:stop]
        return block

    def digest(self) -> str:
        """Hash of all pixels, in order."""
        blocks = (
            self.read(start, start + HASHED) for start in range(0, len(self), HASHED)
        )
        return _joined(_hash(f"{one.shape}".encode(), one.data) for one in blocks)

    def _begin(self) -> None:
        self._stack, self._lock = ExitStack(), Lock()
        self._image = None


class PictureFiles:
    """Pictures in files, whole and at their own sizes.

    Parameters
    ----------
    paths : sequence of Path, length n
    stimulus_id : array of str, shape (n,)
    sha256 : sequence of str, length n, optional
        Hashes that the files must have; absent: whatever they have.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        stimulus_id: np.ndarray,
        sha256: Sequence[str] | np.ndarray | None = None,
    ) -> None:
        self._paths, self.stimulus_id = list(paths), stimulus_id
        self._sha256 = None if sha256 is None else [str(one) for one in sha256]

    def __len__(self) -> int:
        return len(self._paths)

    @property
    def decoder(self) -> str:
        """What turns files into pixels: another version may round otherwise."""
        from PIL import __version__

        return f"Pillow {__version__}"

    def read(self, start: int, stop: int) -> list[np.ndarray]:
        """Images from one to another: uint8, each of shape (height, width, 3).

        Raises
        ------
        DataError
            Naming every file that does not decode, or has changed, one per line.
        """
        images, problems = [], Problems()
        if self._sha256 is not None:
            refuse_changed(self._paths[start:stop], self._sha256[start:stop])
        for path in self._paths[start:stop]:
            with problems.collect():
                images.append(read_whole_picture(path))
        problems.refuse()
        return images

    def digest(self) -> str:
        """Hash of all files, in order."""
        if self._sha256 is not None:
            return _joined(bytes.fromhex(one) for one in self._sha256)
        return _joined(_hash(path.read_bytes()) for path in self._paths)


def open_images(path: str | Path) -> StoredImages | PictureFiles:
    """Find the images of a store of stimuli: in it, or in the files that it names.

    Parameters
    ----------
    path : path
        As ``write_stimuli`` leaves it.

    Returns
    -------
    images : StoredImages or PictureFiles
        Squares of one size, or whole pictures at their own sizes.

    Raises
    ------
    DataError
        If the stimuli have no images.
    """
    with open_store(path, schema="stimuli") as store:
        rows, ids = picture_rows(store), store["stimulus_id"]
    if rows is None:
        return StoredImages(path)
    return PictureFiles([Path(one) for one in rows.paths], ids, rows.sha256)


def _hash(*parts: bytes | memoryview) -> bytes:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.digest()


def _joined(digests: Iterable[bytes]) -> str:
    return hashlib.sha256(b"".join(digests)).hexdigest()

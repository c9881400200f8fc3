"""Video files, to clips of equally many square frames."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from boldwise.errors import ConfigError, DataError, first_line
from boldwise.io.problems import Problems

EARLY_S = 1e-4  # a frame counts as shown this long before its time: clocks are rounded


class ClipFiles:
    """The start of videos, decoded when sliced: what ``write_store`` takes by rows.

    Parameters
    ----------
    paths : sequence of Path, length n
        In any format that PyAV (FFmpeg) knows.
    rate_hz : float
        Frames per second to take, whatever the videos have.
    duration_s : float
        How much of each video, from its first frame.
    size_px : int
        Side of the central square that is taken, in pixels.

    Attributes
    ----------
    shape : tuple of int
        (n, n_frames, size_px, size_px, 3); a frame is what is shown at 0, 1 /
        rate_hz, 2 / rate_hz, … seconds.
    """

    dtype = np.dtype(np.uint8)
    by_rows = True

    def __init__(
        self, paths: Sequence[Path], *, rate_hz: float, duration_s: float, size_px: int
    ) -> None:
        self._paths, self._rate_hz = list(paths), rate_hz
        n_frames = max(1, round(rate_hz * duration_s))
        self.shape = (len(paths), n_frames, size_px, size_px, 3)

    def __len__(self) -> int:
        return len(self._paths)

    def __getitem__(self, rows: slice) -> np.ndarray:
        """Decode some of the videos.

        Parameters
        ----------
        rows : slice

        Returns
        -------
        frame : array of uint8, shape (n_rows, n_frames, size_px, size_px, 3)

        Raises
        ------
        DataError
            Naming every file that does not decode or is too short, one per line.
        """
        paths, (_, n_frames, size_px, *_) = self._paths[rows], self.shape
        frame = np.empty((len(paths), *self.shape[1:]), np.uint8)
        problems = Problems()
        for row, path in enumerate(paths):
            with problems.collect():
                frame[row] = read_clip(
                    path, rate_hz=self._rate_hz, n_frames=n_frames, size_px=size_px
                )
        problems.refuse()
        return frame


def read_clip(path: Path, *, rate_hz: float, n_frames: int, size_px: int) -> np.ndarray:
    """Read the start of one video.

    Parameters
    ----------
    path : Path
    rate_hz : float
    n_frames : int
    size_px : int

    Returns
    -------
    frame : array of uint8, shape (n_frames, size_px, size_px, 3)

    Raises
    ------
    ConfigError
        If PyAV is not installed.
    DataError
        If the file is absent, does not decode, or ends too early.
    """
    from PIL import Image, ImageOps

    clip = np.empty((n_frames, size_px, size_px, 3), np.uint8)
    taken = 0
    for picture in _shown_at(path, np.arange(n_frames) / rate_hz):
        square = ImageOps.fit(picture, (size_px, size_px), Image.Resampling.BICUBIC)
        clip[taken] = np.asarray(square)
        taken += 1
    if taken < n_frames:
        raise DataError(
            f"{path}: the video ends after {taken / rate_hz:.2f} s, but "
            f"{n_frames / rate_hz:.2f} s are wanted. Shorten dataset.stimuli.clip_s, "
            "or leave the video out."
        )
    return clip


def _shown_at(path: Path, times_s: np.ndarray) -> Iterator[Any]:
    """Pictures that a video shows at ascending times from its first frame."""
    wanted = iter(times_s.tolist())
    at, last, end = next(wanted, None), None, 0.0
    for time_s, frame in _frames(path):
        while at is not None and last is not None and time_s > at + EARLY_S:
            yield last.to_image()
            at = next(wanted, None)
        if at is None:
            return
        last, end = frame, time_s
    length = float(last.duration * last.time_base) if last and last.duration else 0.0
    while last is not None and at is not None and at < end + max(length, EARLY_S):
        yield last.to_image()
        at = next(wanted, None)


def _frames(path: Path) -> Iterator[tuple[float, Any]]:
    """Frames of a video with their times from the first, in seconds."""
    try:
        import av
    except ImportError as error:
        raise ConfigError(
            "videos need the package PyAV, which is not installed. Install it "
            "(pip install 'boldwise[video]'), or leave dataset.stimuli.videos out."
        ) from error
    if not path.exists():
        raise DataError(f"{path}: no such video. Fetch it again.")
    try:
        with av.open(str(path)) as container:
            first = None
            for frame in container.decode(video=0):
                first = frame.time if first is None else first
                yield frame.time - first, frame
    except (av.FFmpegError, IndexError) as error:
        raise DataError(
            f"{path}: the video does not decode ({first_line(error)}). Fetch it "
            "again, or leave it out."
        ) from error

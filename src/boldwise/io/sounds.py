"""Sound files: the power of short frames is all that is kept of them."""

from pathlib import Path

import numpy as np

from boldwise.errors import DataError, first_line

FRAME_S = 0.01


def read_power(path: str | Path) -> tuple[np.ndarray, np.ndarray]:
    """Read the power envelope of a recording, in frames of 10 ms.

    Parameters
    ----------
    path : path
        ``.wav``, of any rate and sample type; channels are averaged.

    Returns
    -------
    time_s : array of shape (n_frames,)
        Middle of each frame, from the start of the recording, in seconds.
    power : array of shape (n_frames,)
        Mean square of the samples, full scale being 1.

    Raises
    ------
    DataError
        If the file is absent, damaged, or shorter than a frame.
    """
    from scipy.io import wavfile

    path = Path(path)
    try:
        rate_hz, samples = wavfile.read(path)
    except FileNotFoundError as error:
        raise DataError(
            f"{path}: no such file. Check the path in the config."
        ) from error
    except (ValueError, OSError, EOFError) as error:
        raise DataError(
            f"{path}: cannot be read as WAV ({first_line(error)}). Convert it, for "
            "example with ffmpeg."
        ) from error
    length = round(rate_hz * FRAME_S)
    n_frames = len(samples) // max(length, 1)
    if not n_frames or not length:
        raise DataError(
            f"{path}: {len(samples)} samples at {rate_hz} Hz are shorter than a frame "
            f"of {FRAME_S:g} s. Name another file."
        )
    wave = _full_scale(samples).reshape(len(samples), -1).mean(axis=1)
    frames = wave[: n_frames * length].reshape(n_frames, length)
    time_s = (np.arange(n_frames) + 0.5) * length / rate_hz
    return time_s, np.square(frames).mean(axis=1)


def _full_scale(samples: np.ndarray) -> np.ndarray:
    """Scale samples to -1 … 1; 8-bit WAV is unsigned."""
    if samples.dtype == np.uint8:
        return (samples.astype(np.float64) - 128) / 128
    if samples.dtype.kind == "i":
        return samples / -float(np.iinfo(samples.dtype).min)
    return samples.astype(np.float64)

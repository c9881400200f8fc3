"""Motion energy of clips, by pymoten: spatiotemporal Gabor filters over the frame."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from boldwise.errors import ConfigError, DataError
from boldwise.features.light import (
    averaging_weights,
    lightness,
    linear_light,
    luminance_of,
)
from boldwise.features.records import FeatureSpace, Stimuli

PERCENT = 100  # lightness as pymoten takes it


def motion_energy(
    stimuli: Stimuli,
    *,
    size: int = 48,
    temporal_hz: Sequence[float] = (0.0, 2.0, 4.0),
    cycles_per_image: Sequence[float] = (0.0, 2.0, 4.0, 8.0),
    n_directions: int = 8,
) -> FeatureSpace:
    """Motion energy of each clip, averaged over its frames.

    Quadrature pairs of drifting Gabor filters tile the frame [1]_; the logarithm of
    each pair's amplitude is averaged over the frames that see a whole filter, two
    thirds of a second, within the clip.

    Parameters
    ----------
    stimuli : Stimuli
        With ``frame``, uint8 of shape (n_stimuli, n_frames, H, W, 3), and
        ``frame_rate_hz``; one clip is read at a time.
    size : int
        Rows of the small copy that is filtered; at least 4 per cycle of the finest
        filter.
    temporal_hz : sequence of float
        Temporal frequencies; 0 is what stands still.
    cycles_per_image : sequence of float
        Spatial frequencies, in cycles per height.
    n_directions : int
        Directions over 360 degrees; the first is to the right, the others follow
        counter-clockwise.

    Returns
    -------
    space : FeatureSpace
        float32; ``column`` tells the temporal and spatial frequency, direction and
        place of each filter, in the order of pymoten.

    Raises
    ------
    ConfigError
        If pymoten is not installed.
    DataError
        If clips are too short, or the copy too small.

    Notes
    -----
    pymoten 0.1.3 turns its filters round in time when it applies them, so that one
    named 0 degrees answers to motion to the left. It is given the frames in reverse
    order here: every direction is that of the motion on the screen.

    References
    ----------
    .. [1] Nishimoto, Vu, Naselaris, Benjamini, Yu & Gallant (2011), "Reconstructing
       visual experiences from brain activity evoked by natural movies", Current
       Biology 21:1641.
    """
    frame, rate_hz = stimuli.need("frame"), stimuli.frame_rate_hz
    _check(frame.shape, size, max(cycles_per_image))
    n_frames, height, width = (int(n) for n in frame.shape[1:4])
    columns = round(size * width / height)
    pyramid = _pyramid(
        (size, columns),
        stimulus_fps=_whole(rate_hz),
        temporal_frequencies=[float(hz) for hz in temporal_hz],
        spatial_frequencies=[float(cycles) for cycles in cycles_per_image],
        spatial_directions=[360.0 * k / n_directions for k in range(n_directions)],
    )
    seen = _whole_windows(n_frames, pyramid.definition.filter_temporal_width)
    down, across = averaging_weights(height, size), averaging_weights(width, columns)
    feature = np.empty((len(frame), pyramid.nfilters), np.float32)
    for row in range(len(frame)):
        light = luminance_of(linear_light(frame[row]))
        clip = PERCENT * lightness(down @ light @ across.T)
        energy = pyramid.project_stimulus_batched(clip[::-1])
        feature[row] = energy[seen].mean(axis=0, dtype=np.float64)
    notes = {"frames averaged": str(len(seen))}
    return FeatureSpace(stimuli.stimulus_id, feature, notes, _names(pyramid))


def _names(pyramid: Any) -> np.ndarray:
    """Name each filter: ``2 Hz, 4 cycles, 90 deg, x 0.25, y 0.50``."""
    names = [
        f"{one['temporal_freq']:g} Hz, {one['spatial_freq']:g} cycles, "
        f"{one['direction']:g} deg, x {one['centerh']:.2f}, y {one['centerv']:.2f}"
        for one in pyramid.filters
    ]
    return np.array(names)


def _check(shape: tuple[int, ...], size: int, finest: float) -> None:
    if min(shape[2:4]) < size or size < 4 * finest:
        raise DataError(
            f"{finest:g} cycles per image need a copy of {int(4 * finest)} px or more, "
            f"and clips of at least its size; it has {size} px, the clips have "
            f"{shape[2]} x {shape[3]}. Leave out the finest frequencies, or prepare "
            "larger clips."
        )


def _whole(rate_hz: float | None) -> int:
    """Frames per second as pymoten wants them."""
    if rate_hz is None or abs(rate_hz - round(rate_hz)) > 1e-6:
        raise DataError(
            f"motion energy needs clips of a whole number of frames per second, not "
            f"{rate_hz}. Set dataset.stimuli.frame_rate_hz."
        )
    return round(rate_hz)


def _whole_windows(n_frames: int, width: int) -> range:
    """Frames around which the whole temporal filter lies within the clip."""
    if n_frames < width:
        raise DataError(
            f"clips of {n_frames} frames are shorter than the filters of {width} "
            "frames, two thirds of a second. Take longer clips."
        )
    ahead = -(-width // 2) - 1  # frames after the one that a response stands for
    return range(width - 1 - ahead, n_frames - ahead)


def _pyramid(size_px: tuple[int, int], **options: Any) -> Any:
    try:
        from moten.pyramids import MotionEnergyPyramid
    except ImportError as error:
        raise ConfigError(
            "features of kind motion_energy need the package pymoten, which is not "
            "installed. Install it (pip install 'boldwise[video]'), or leave out the "
            "space."
        ) from error
    return MotionEnergyPyramid(stimulus_vhsize=size_px, **options)

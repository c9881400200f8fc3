"""Motion energy: by direction and speed, as pymoten gives it, clip by clip."""

import sys

import numpy as np
import pytest

from boldwise.errors import ConfigError, DataError
from boldwise.features.backends.motion_energy import motion_energy
from boldwise.features.light import lightness, linear_light, luminance_of
from boldwise.features.records import Stimuli

moten = pytest.importorskip("moten")
RATE, SIDE = 12, 32
OPTIONS = {
    "size": 16,
    "cycles_per_image": (4.0,),
    "temporal_hz": (2.0,),
    "n_directions": 4,
}


def drifting(direction, *, hz=2.0, cycles=4.0, n_frames=16, shape=(SIDE, SIDE)):
    """Grating (n_frames, H, W, 3) that drifts; 0 degrees is to the right."""
    y, x = np.mgrid[: shape[0], : shape[1]] / shape[0]
    angle = np.deg2rad(direction)
    along = np.cos(angle) * x - np.sin(angle) * y
    time = np.arange(n_frames)[:, None, None] / RATE
    wave = 128 + 100 * np.cos(2 * np.pi * (cycles * along - hz * time))
    return np.repeat(np.rint(wave).astype(np.uint8)[..., None], 3, axis=3)


def stimuli_of(*clips, rate=float(RATE)):
    ids = np.array([f"c{i}" for i in range(len(clips))])
    return Stimuli(ids, frame=np.stack(clips), frame_rate_hz=rate)


def pyramid(**changes):
    options = {
        "temporal_frequencies": [2.0],
        "spatial_frequencies": [4.0],
        "spatial_directions": [0.0, 90.0, 180.0, 270.0],
    }
    return moten.pyramids.MotionEnergyPyramid(
        stimulus_vhsize=(16, 16), stimulus_fps=RATE, **{**options, **changes}
    )


@pytest.mark.parametrize("direction", [0, 90, 180, 270])
def test_a_drift_is_seen_in_its_own_direction(direction):
    space = motion_energy(stimuli_of(drifting(direction)), **OPTIONS)

    of_filter = np.array([int(one.split()[4]) for one in space.column])
    mean = {
        one: space.feature[0, of_filter == one].mean() for one in np.unique(of_filter)
    }
    assert max(mean, key=mean.get) == direction
    assert mean[direction] - mean[(direction + 180) % 360] > 0.5


def test_values_are_those_of_pymoten_where_the_whole_filter_fits():
    clip = drifting(45)

    space = motion_energy(stimuli_of(clip), **OPTIONS)

    light = luminance_of(linear_light(clip)).reshape(16, 16, 2, 16, 2).mean((2, 4))
    expected = pyramid().project_stimulus(100 * lightness(light)[::-1])
    # Filters of 8 frames reach 4 back and 3 ahead.
    np.testing.assert_allclose(space.feature[0], expected[4:13].mean(axis=0), rtol=1e-4)
    assert space.feature.dtype == np.float32
    assert space.notes["frames averaged"] == "9"


def test_what_stands_before_and_after_the_clip_does_not_matter():
    """A clip in even grey has the same energy at its start as in its middle."""
    still = np.full((20, SIDE, SIDE, 3), 120, np.uint8)

    space = motion_energy(stimuli_of(still, still + np.uint8(60)), **OPTIONS)

    moving = motion_energy(stimuli_of(drifting(0, n_frames=20)), **OPTIONS)
    assert space.feature.max() < moving.feature.max() - 2


def test_clips_are_seen_one_by_one():
    clips = [drifting(direction) for direction in (0, 40, 200)]

    together = motion_energy(stimuli_of(*clips), **OPTIONS).feature

    alone = motion_energy(stimuli_of(clips[1]), **OPTIONS).feature
    np.testing.assert_array_equal(together[1:2], alone)


def test_wide_clips_have_filters_all_along():
    clip = drifting(0, shape=(32, 64))

    wide = motion_energy(stimuli_of(clip), **OPTIONS)

    square = motion_energy(stimuli_of(drifting(0)), **OPTIONS)
    assert wide.feature.shape[1] > square.feature.shape[1]


def test_clips_shorter_than_a_filter_are_refused():
    with pytest.raises(DataError, match=r"clips of 6 frames are shorter .* 8 frames"):
        motion_energy(stimuli_of(drifting(0, n_frames=6)), **OPTIONS)


@pytest.mark.parametrize("rate", [None, 12.5])
def test_a_rate_that_is_no_whole_number_is_refused(rate):
    with pytest.raises(DataError, match="whole number of frames per second"):
        motion_energy(stimuli_of(drifting(0), rate=rate), **OPTIONS)


def test_small_clips_are_refused():
    with pytest.raises(DataError, match="48 px, the clips have 32 x 32"):
        motion_energy(stimuli_of(drifting(0)))


def test_without_pymoten_the_way_out_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "moten.pyramids", None)

    with pytest.raises(ConfigError, match=r"pip install 'boldwise\[video\]'"):
        motion_energy(stimuli_of(drifting(0)), **OPTIONS)


def test_stimuli_without_clips_say_so():
    with pytest.raises(DataError, match="the 1 stimuli have no frame"):
        motion_energy(Stimuli(np.array(["a"])), **OPTIONS)

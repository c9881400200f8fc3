"""Videos become clips of the frames that were shown, whatever their own rate."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.io.clips import ClipFiles, read_clip
from boldwise.io.stimulus_files import StimulusSource, read_stimulus_files

av = pytest.importorskip("av")
STEP = 8  # grey of a frame: its number times this


@pytest.fixture
def film(tmp_path):
    """Write a video whose frames grow lighter, one by one."""

    def film(name, *, n_frames=24, rate=24, shape=(32, 48)):
        path = tmp_path / name
        with av.open(str(path), "w") as container:
            stream = container.add_stream("mpeg4", rate=rate)
            stream.height, stream.width = shape
            stream.pix_fmt, stream.bit_rate = "yuv420p", 4_000_000
            for number in range(n_frames):
                grey = np.full((*shape, 3), 16 + STEP * number, np.uint8)
                frame = av.VideoFrame.from_ndarray(grey, format="rgb24")
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
        return path

    return film


def numbers(clip):
    """Which frame of the film each frame of a clip is."""
    return np.rint((clip.mean(axis=(1, 2, 3)) - 16) / STEP).astype(int).tolist()


def test_frames_are_those_shown_at_the_asked_times(film):
    path = film("a.mp4")

    assert numbers(read_clip(path, rate_hz=24, n_frames=6, size_px=16)) == [*range(6)]
    assert numbers(read_clip(path, rate_hz=8, n_frames=6, size_px=16)) == [
        *(0, 3, 6, 9, 12, 15)
    ]


def test_a_faster_rate_repeats_what_is_still_shown(film):
    clip = read_clip(film("a.mp4", rate=12), rate_hz=24, n_frames=6, size_px=16)

    assert numbers(clip) == [0, 0, 1, 1, 2, 2]


def test_the_last_frame_is_shown_for_its_own_time(film):
    path = film("a.mp4", n_frames=6, rate=12)

    assert numbers(read_clip(path, rate_hz=12, n_frames=6, size_px=8))[-1] == 5
    with pytest.raises(DataError, match=r"ends after 0.50 s, but 0.58 s are wanted"):
        read_clip(path, rate_hz=12, n_frames=7, size_px=8)


def test_rows_are_decoded_when_they_are_sliced(film):
    paths = [film("a.mp4"), film("b.mp4", rate=12), film("c.mp4")]

    clips = ClipFiles(paths, rate_hz=12, duration_s=0.5, size_px=16)

    assert clips.shape == (3, 6, 16, 16, 3)
    part = clips[1:3]
    assert part.shape == (2, 6, 16, 16, 3)
    assert [numbers(one) for one in part] == [[*range(6)], [0, 2, 4, 6, 8, 10]]


def test_every_file_that_fails_is_named(film, tmp_path):
    (tmp_path / "torn.mp4").write_bytes(b"no video")
    paths = [film("a.mp4", n_frames=2), tmp_path / "torn.mp4", tmp_path / "gone.mp4"]

    with pytest.raises(DataError) as caught:
        ClipFiles(paths, rate_hz=12, duration_s=1, size_px=8)[:]

    said = str(caught.value)
    assert "a.mp4: the video ends after" in said
    assert "torn.mp4: the video does not decode" in said
    assert "gone.mp4: no such video" in said


def test_videos_are_stimuli(film):
    folder = film("a.mp4").parent
    film("b.mp4", rate=12)

    stimuli = read_stimulus_files(
        StimulusSource(root=str(folder), videos=["*.mp4"], clip_s=0.5, frame_rate_hz=12)
    )

    assert stimuli.stimulus_id.tolist() == ["a", "b"]
    assert stimuli.frame.shape == (2, 6, 96, 96, 3)
    assert stimuli.frame_rate_hz == 12

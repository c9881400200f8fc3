"""Mirrors src/boldwise/io/sounds.py."""

import numpy as np
import pytest
from scipy.io import wavfile

from boldwise.errors import DataError
from boldwise.io.sounds import read_power

RATE = 8000


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int32, np.float32])
def test_a_sine_has_half_the_power_of_full_scale_in_every_sample_type(tmp_path, dtype):
    wave = 0.999 * np.sin(2 * np.pi * 400 * np.arange(RATE) / RATE)
    if dtype == np.uint8:
        wave = np.round(wave * 127 + 128)
    elif np.issubdtype(dtype, np.integer):
        wave = wave * np.iinfo(dtype).max
    wavfile.write(tmp_path / "a.wav", RATE, wave.astype(dtype))

    time_s, power = read_power(tmp_path / "a.wav")

    np.testing.assert_allclose(power, 0.5, rtol=0.02)
    np.testing.assert_allclose(time_s[:2], [0.005, 0.015])
    assert len(power) == 100


def test_channels_are_averaged(tmp_path):
    one = np.full(RATE, 0.5, np.float32)
    wavfile.write(tmp_path / "a.wav", RATE, np.stack([one, -one], axis=1))

    assert np.abs(read_power(tmp_path / "a.wav")[1]).max() == 0


def test_what_is_no_sound_is_told(tmp_path):
    (tmp_path / "a.wav").write_bytes(b"RIFFnothing")
    wavfile.write(tmp_path / "b.wav", RATE, np.zeros(5, np.int16))

    with pytest.raises(DataError, match=r"a\.wav: cannot be read as WAV"):
        read_power(tmp_path / "a.wav")
    with pytest.raises(DataError, match=r"5 samples at 8000 Hz are shorter"):
        read_power(tmp_path / "b.wav")
    with pytest.raises(DataError, match="no such file"):
        read_power(tmp_path / "c.wav")

"""Times of volumes come from settings, sidecar and header, in this order."""

import json
from pathlib import Path

import pytest

from boldwise.errors import DataError
from boldwise.io.images import read_grid
from boldwise.io.timing import read_timing, sidecar_of


@pytest.fixture
def timed(files):
    """Read the times of a run with this header and this sidecar."""

    def read(*, header=2.0, unit="sec", sidecar=None, **settings):
        path = files.bold("bold.nii.gz", n_volumes=3, tr_s=header, unit=unit)
        if sidecar is not None:
            text = sidecar if isinstance(sidecar, str) else json.dumps(sidecar)
            files.text("bold.json", text)
        timing = read_timing(read_grid(path), **settings)
        return pytest.approx(timing.tr_s), pytest.approx(timing.start_time_s)

    return read


def test_without_a_sidecar_a_volume_stands_for_its_middle(timed):
    assert timed() == (2.0, 1.0)


def test_a_sidecar_tells_both_times(timed):
    sidecar = {"RepetitionTime": 1.4, "StartTime": 0.55}

    assert timed(header=1.4, sidecar=sidecar) == (1.4, 0.55)


def test_a_sidecar_stands_in_for_a_silent_header(timed):
    assert timed(unit="unknown", sidecar={"RepetitionTime": 1.4}) == (1.4, 0.7)


def test_settings_win(timed):
    sidecar = {"RepetitionTime": 1.4, "StartTime": 0.55}

    assert timed(sidecar=sidecar, tr_s=3.0, start_time_s=0.0) == (3.0, 0.0)


def test_no_repetition_time_anywhere_is_refused(timed):
    with pytest.raises(
        DataError, match=r"no repetition time.*bold.json is absent.*tr_s"
    ):
        timed(unit="unknown")


def test_header_and_sidecar_must_agree(timed):
    with pytest.raises(DataError, match=r"header says.*2 s, bold.json says 2.5 s"):
        timed(sidecar={"RepetitionTime": 2.5})


@pytest.mark.parametrize("sidecar", [None, {"RepetitionTime": 2500}])
def test_milliseconds_are_suspected(timed, sidecar):
    with pytest.raises(DataError, match=r"2500 s looks like milliseconds.*to 2.5"):
        timed(header=2500.0, sidecar=sidecar)


def test_a_broken_sidecar_is_refused_with_its_line(timed):
    with pytest.raises(DataError, match=r"bold.json: not JSON .* in line 2"):
        timed(sidecar='{"RepetitionTime": 2,\n}')


def test_a_sidecar_of_words_is_refused(timed):
    with pytest.raises(DataError, match="'StartTime' is no number"):
        timed(sidecar={"StartTime": "half"})


def test_a_header_of_milliseconds_called_seconds_yields_to_the_sidecar(timed):
    assert timed(header=1500.0, sidecar={"RepetitionTime": 1.5}) == (1.5, 0.75)


def test_volumes_discarded_before_are_told_by_the_start_time(timed):
    assert timed(sidecar={"StartTime": 9.0}) == (2.0, 9.0)


@pytest.mark.parametrize("start", [980, -1])
def test_a_start_that_cannot_be_is_refused(timed, start):
    with pytest.raises(DataError, match=rf"StartTime of {start} s cannot be.*to 1\."):
        timed(sidecar={"StartTime": start})


@pytest.mark.parametrize(
    "name", ["a.nii", "a.nii.gz", "a.func.gii", "a.gii", "a.dtseries.nii"]
)
def test_the_sidecar_has_the_name_of_the_series(name):
    assert sidecar_of(Path("func", name)) == Path("func/a.json")

"""Mirrors src/boldwise/settings/series.py."""

import pytest

from boldwise.settings.series import SeriesDataset
from boldwise.settings.sources import (
    response_files,
    response_source,
    stimulus_files,
    stimulus_source,
)

GIVEN = {
    **{"kind": "series", "name": "s", "root": ".", "subjects": ["1"]},
    **{"series": "s{subject}_{run}.txt", "tr_s": 2, "runs": ["a", "b"]},
}


def test_a_column_is_named_once():
    with pytest.raises(ValueError, match=r"dataset.columns: 'LATL' is listed twice"):
        SeriesDataset(**GIVEN, columns=["LATL", "LATL"])


def test_the_reader_is_told_what_it_needs(tmp_path):
    dataset = SeriesDataset(**{**GIVEN, "root": str(tmp_path)}, confounds="{run}_*.txt")
    for run in "ab":
        (tmp_path / f"{run}_motion.txt").write_text("0")

    source = response_source(dataset)

    assert source["kind"] == "series"
    assert response_files(dataset, "1") == [
        *(f"{tmp_path}/s1_a.txt", f"{tmp_path}/a_motion.txt"),
        *(f"{tmp_path}/s1_b.txt", f"{tmp_path}/b_motion.txt"),
    ]


def test_the_volumes_are_the_stimuli():
    source = stimulus_source(SeriesDataset(**GIVEN), continuous=True)

    assert source["continuous"]
    assert source["series"]["tr_s"] == 2
    assert source["subjects"] == ["1"]


@pytest.mark.parametrize("name", ["series", "confounds"])
@pytest.mark.parametrize("label", ["session", "hemi", "hemisphere", "task"])
def test_a_file_of_time_courses_differs_by_subject_and_run_only(name, label):
    changes = {name: f"s{{subject}}_{{{label}}}.txt"}

    with pytest.raises(
        ValueError,
        match=rf"dataset\.{name}: .* asks for '{label}'; known: subject, run",
    ):
        SeriesDataset(**{**GIVEN, **changes})


def test_a_file_that_serves_all_runs_is_listed_once():
    dataset = SeriesDataset(**{**GIVEN, "series": "s{subject}.txt"})

    assert response_files(dataset, "1") == ["s1.txt"]


def test_stimuli_of_time_courses_are_those_of_all_subjects_and_their_story():
    story = {"story": {"transcript": "{run}.TextGrid", "sound": "all.wav"}}
    changes = {"subjects": ["1", "2"], "series": "s{subject}.txt", "stimuli": story}
    dataset = SeriesDataset(**{**GIVEN, **changes}, confounds="c{subject}.txt")

    files = stimulus_files(dataset, continuous=True)

    told = ["a.TextGrid", "b.TextGrid", "all.wav"]
    assert files == [*told, "s1.txt", "s2.txt"]
    assert stimulus_source(dataset, continuous=True)["story"]["sound"] == "all.wav"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"tr_s": 0}, "greater than 0"),
        ({"start_time_s": -0.1}, "greater than or equal to 0"),
        ({"confounds_skip_rows": -1}, "greater than or equal to 0"),
        ({"runs": []}, "at least 1 item"),
        ({"columns": ["a_b"]}, "should match pattern"),
    ],
)
def test_numbers_and_names_that_cannot_be_are_refused(changes, told):
    with pytest.raises(ValueError, match=told):
        SeriesDataset(**{**GIVEN, **changes})

"""Mirrors src/boldwise/settings/series.py."""

import pytest

from boldwise.settings.series import SeriesDataset
from boldwise.settings.sources import response_files, response_source, stimulus_source

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

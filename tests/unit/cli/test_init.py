"""Mirrors src/boldwise/cli/init.py."""

import csv

import pytest

from boldwise.cli.init import PLACEHOLDER, write_template
from boldwise.errors import ConfigError
from boldwise.settings.files import read_config


def test_the_template_is_a_valid_config_about_its_own_folder(tmp_path):
    write_template(tmp_path / "mine")

    config = read_config(tmp_path / "mine/config.yaml")

    assert config.dataset.root == str(tmp_path / "mine")
    assert PLACEHOLDER not in (tmp_path / "mine/config.yaml").read_text()


def test_all_that_is_written_is_told(tmp_path):
    written = write_template(tmp_path)

    assert written == sorted(tmp_path.iterdir())
    assert {"config.yaml", "stimuli.csv", "sub-01_trials.csv"} == {
        path.name for path in written
    }


def test_the_tables_join_by_id(tmp_path):
    write_template(tmp_path)

    def ids(name):
        with (tmp_path / name).open() as file:
            return {row["stimulus_id"] for row in csv.DictReader(file)}

    assert ids("sub-01_trials.csv") <= ids("stimuli.csv")


def test_what_is_there_is_not_overwritten(tmp_path):
    (tmp_path / "stimuli.csv").write_text("mine")

    with pytest.raises(ConfigError, match=r"1 files are there already: .*nothing was"):
        write_template(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["stimuli.csv"]


@pytest.mark.parametrize("name", ["two words", "a #1", "it's: mine", "50 % {x}", "é"])
def test_any_name_of_a_folder_gives_a_config_that_can_be_read(tmp_path, name):
    write_template(tmp_path / name)

    config = read_config(tmp_path / name / "config.yaml")

    assert config.dataset.root == str(tmp_path / name)


def test_other_files_of_the_folder_stay_as_they_were(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")

    written = write_template(tmp_path)

    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert tmp_path / "notes.txt" not in written


def test_two_studies_differ_in_their_folder_alone(tmp_path):
    texts = []
    for name in ("a", "b"):
        write_template(tmp_path / name)
        text = (tmp_path / name / "config.yaml").read_text()
        texts.append(text.replace(str(tmp_path / name), "HERE"))

    assert texts[0] == texts[1]
    assert "HERE" in texts[0]

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

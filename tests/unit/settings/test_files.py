"""Mirrors src/boldwise/settings/files.py."""

from pathlib import Path

import pytest

from boldwise.errors import ConfigError, DataError
from boldwise.settings.files import read_config

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("path", sorted(ROOT.glob("config/**/*.yaml")), ids=str)
def test_every_config_of_the_repository_is_valid(path):
    assert read_config(path).splits


def test_text_that_is_not_yaml_is_told_with_its_line(tmp_path):
    path = tmp_path / "c.yaml"
    path.write_text("dataset:\n  name: [a, b\nsplits: x\n")

    with pytest.raises(ConfigError, match=r"c\.yaml: not YAML: .* at line 3, column 7"):
        read_config(path)


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words\n"])
def test_a_file_that_holds_no_options_is_refused(tmp_path, text):
    path = tmp_path / "c.yaml"
    path.write_text(text)

    with pytest.raises(ConfigError, match=r"not a mapping of options\. Start"):
        read_config(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"no\.yaml: no such file"):
        read_config(tmp_path / "no.yaml")


def test_text_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "c.yaml"
    path.write_bytes("# für\n".encode("latin-1"))

    with pytest.raises(DataError, match=r"c\.yaml: not UTF-8 text .* in line 1"):
        read_config(path)

"""Mirrors src/boldwise/cli/features.py."""

import pytest
from typer.testing import CliRunner

from boldwise.cli.app import app
from boldwise.errors import ConfigError


def call(*words):
    """Run a command; give what it printed."""
    result = CliRunner().invoke(app, ["features", *words], env={"COLUMNS": "120"})
    if result.exception:
        raise result.exception
    return result.output


def test_every_kind_is_listed_with_what_it_is():
    text = call("list")

    assert "open_clip" in text
    assert "Energy of Gabor filters" in text
    assert all(kind in text for kind in ("timm", "torchvision", "huggingface", "given"))


def test_kinds_that_options_of_others_make_are_not_listed():
    kinds = {line.split()[0] for line in call("list").splitlines() if line[0] != " "}

    assert "pixels" in kinds
    assert not kinds & {"layer", "shuffled"}


def test_a_network_is_described_with_its_layers():
    text = call("describe", "timm", "test_vit", "--weights", "untrained")

    rows = {
        line.split()[1]: line
        for line in text.splitlines()
        if line[:5].strip().isdigit()
    }
    assert "untrained, seed 0" in text
    assert "160 × 160 pixels" in text
    assert "101 × 64" in rows["blocks.0"]
    assert "10 × 10" in rows["blocks.0"]
    assert "class" in rows["blocks.0"]
    assert rows["patch_embed"].split()[0] == "0"


def test_every_module_is_described_on_demand():
    text = call("describe", "timm", "test_vit3", "--weights", "untrained", "--all")

    assert "blocks.1.attn.proj" in text


def test_a_kind_that_is_no_network_is_refused():
    with pytest.raises(ConfigError, match="no kind of network is called 'tfidf'"):
        call("describe", "tfidf", "x")

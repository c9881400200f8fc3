"""Pins are exact, whole, without addresses, and the same in every file."""

import importlib.util
import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

import boldwise

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tool():
    """Load the tool that writes the pins."""
    path = ROOT / "tools/pin_environment.py"
    spec = importlib.util.spec_from_file_location("pin_environment", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_pin_is_exact_and_none_has_an_address(tool):
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", pin) for pin in tool.pins())


def test_the_conda_file_holds_the_same_pins(tool):
    assert tool.CONDA.read_text() == tool.conda(tool.pins())


def test_every_pin_is_needed_and_every_need_is_pinned(tool):
    pinned = {canonicalize_name(pin.partition("==")[0]) for pin in tool.pins()}

    assert pinned == set(tool.installed())


def test_these_tests_run_on_the_pins(tool):
    wrong = [
        pin
        for pin in tool.pins()
        if version(pin.partition("==")[0]) != pin.partition("==")[2]
    ]
    assert wrong == []


def test_the_pins_are_what_the_project_asks_for(tool):
    pins = dict(pin.split("==") for pin in tool.pins())
    pins = {canonicalize_name(name): number for name, number in pins.items()}

    for need in tool.wanted():
        assert need.specifier.contains(pins[canonicalize_name(need.name)])


def test_every_file_tells_the_same_version():
    citation = (ROOT / "CITATION.cff").read_text()
    changes = (ROOT / "CHANGELOG.md").read_text()

    assert f"version: {boldwise.__version__}" in citation
    assert re.search(rf"(?m)^## {re.escape(boldwise.__version__)}", changes)


def test_the_project_states_its_licence_and_python():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert project["license"] == "MIT"
    assert project["requires-python"] == ">=3.11"
    assert "MIT License" in (ROOT / "LICENSE").read_text()

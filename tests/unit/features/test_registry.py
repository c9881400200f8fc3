"""Kinds of the config, the functions behind them, and what a job imports."""

import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import get_args

import pytest

from boldwise.errors import ConfigError
from boldwise.features.registry import EXTRACTORS, extractor_of
from boldwise.provenance import modules_of
from boldwise.settings.continuous import ContinuousSpace
from boldwise.settings.models import FITTED, FeatureSpaceOptions

SCRIPT = Path(__file__).parents[3] / "workflow/scripts/extract_features.py"
OPTIONS = {
    get_args(model.model_fields["kind"].annotation)[0]: model
    for union in (FeatureSpaceOptions, ContinuousSpace)
    for model in get_args(get_args(union)[0])
}


def test_every_kind_of_the_config_has_an_extractor_or_is_given():
    assert set(OPTIONS) == {*EXTRACTORS, "given", "given_volumes"}


@pytest.mark.parametrize("kind", sorted(EXTRACTORS))
def test_an_extractor_takes_the_options_of_its_kind_with_the_same_defaults(kind):
    module, _, function = extractor_of(kind).partition(":")

    stimuli, *parameters = inspect.signature(
        getattr(import_module(module), function)
    ).parameters.values()

    fields = OPTIONS[kind].model_fields
    assert stimuli.name == "stimuli"
    assert {p.name for p in parameters} == set(fields) - {"kind", *FITTED}
    for parameter in parameters:
        default = fields[parameter.name].default
        as_list = list if isinstance(default, list) else (lambda value: value)
        assert as_list(parameter.default) == default


def test_an_unknown_kind_gets_a_hint():
    with pytest.raises(ConfigError, match=r"'gabor_piramid'; did you mean 'gabor_py"):
        extractor_of("gabor_piramid")
    with pytest.raises(ConfigError, match=r"'xyz'; known: category, colour_stat"):
        extractor_of("xyz")


def test_the_extraction_script_reaches_no_extractor():
    reached = {path.stem for path in modules_of(SCRIPT)}

    assert "extraction" in reached
    assert not reached & {"gabor", "colour", "tfidf", "category", "clip", "registry"}


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("boldwise.features.registry", ("numpy", "torch")),
        ("boldwise.features.backends.sources", ("numpy", "torch", "open_clip")),
        ("boldwise.features.gabor", ("torch", "sklearn", "PIL", "skimage")),
        ("boldwise.features.fitting", ("torch", "sklearn", "pandas")),
        ("boldwise.features.backends.clip", ("torch", "open_clip", "PIL")),
    ],
)
def test_a_job_imports_no_more_than_it_needs(module, unwanted):
    asked = f"import sys, {module}; print(*sys.modules)"

    loaded = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    )

    assert not set(unwanted) & set(loaded.stdout.split())

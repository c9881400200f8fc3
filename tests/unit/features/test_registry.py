"""Kinds of the config, the functions behind them, and what a job imports."""

import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import get_args

import pytest

from boldwise.errors import ConfigError
from boldwise.features.registry import (
    EXTRACTORS,
    NETWORKS,
    extractor_of,
    is_network,
)
from boldwise.provenance import modules_of
from boldwise.settings.continuous import ContinuousSpace
from boldwise.settings.feature_options import FITTED
from boldwise.settings.language import LanguageSpace
from boldwise.settings.models import FeatureSpaceOptions

SCRIPT = Path(__file__).parents[3] / "workflow/scripts/extract_features.py"
OPTIONS = {
    get_args(model.model_fields["kind"].annotation)[0]: model
    for union in (FeatureSpaceOptions, ContinuousSpace, LanguageSpace)
    for model in get_args(get_args(union)[0])
}


# Extractors of many options take them as the fields of a record.
RECORDS = {
    "language_model": "boldwise.features.backends.text_reading:LanguageOptions",
    "word_vectors": "boldwise.features.word_vectors:VectorOptions",
}


# What only a network reads that is run layer by layer, not by its extractor.
NETWORK_ONLY = {
    *("layer", "layers", "read", "grid"),
    *("batch_size", "precision", "device"),
}


def _parameters_of(record):
    module, _, name = record.partition(":")
    parameters = inspect.signature(getattr(import_module(module), name)).parameters
    return list(parameters.values())


def test_every_kind_of_the_config_has_an_extractor_or_is_given():
    assert set(OPTIONS) == {*EXTRACTORS, *NETWORKS, "given", "given_volumes"}


@pytest.mark.parametrize("kind", sorted(EXTRACTORS))
def test_an_extractor_takes_the_options_of_its_kind_with_the_same_defaults(kind):
    module, _, function = extractor_of(kind).partition(":")

    stimuli, *parameters = inspect.signature(
        getattr(import_module(module), function)
    ).parameters.values()
    if parameters and parameters[0].kind is inspect.Parameter.VAR_KEYWORD:
        parameters = _parameters_of(RECORDS[kind])

    fields = OPTIONS[kind].model_fields
    assert stimuli.name == "stimuli"
    own = set(fields) - {"kind", *FITTED, *(NETWORK_ONLY if kind in NETWORKS else ())}
    assert {p.name for p in parameters} == own
    for parameter in parameters:
        default = fields[parameter.name].default
        if fields[parameter.name].is_required():
            assert parameter.default is inspect.Parameter.empty
            continue
        as_list = list if isinstance(default, list) else (lambda value: value)
        assert as_list(parameter.default) == default


def test_networks_are_told_from_other_extractors():
    assert is_network({"kind": "timm"})
    assert is_network({"kind": "open_clip", "tower": "image"})
    assert not is_network({"kind": "open_clip", "tower": "text"})
    assert not is_network({"kind": "tfidf"})
    assert extractor_of("timm") == NETWORKS["timm"]


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
        ("boldwise.features.backends.model_files", ("numpy", "torch", "transformers")),
        ("boldwise.features.backends.preparation", ("torch", "PIL")),
        ("boldwise.features.backends.backbone", ("torch", "timm", "torchvision")),
        ("boldwise.features.gabor", ("torch", "sklearn", "PIL", "skimage")),
        ("boldwise.features.fitting", ("torch", "sklearn", "pandas")),
        ("boldwise.features.backends.clip", ("torch", "open_clip", "PIL")),
        ("boldwise.features.backends.text_source", ("numpy", "torch", "transformers")),
        ("boldwise.features.backends.huggingface_text", ("torch", "transformers")),
    ],
)
def test_a_job_imports_no_more_than_it_needs(module, unwanted):
    asked = f"import sys, {module}; print(*sys.modules)"

    loaded = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    )

    assert not set(unwanted) & set(loaded.stdout.split())

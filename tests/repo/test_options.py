"""Every option is documented and read, and every page that code writes is in step."""

import re
from pathlib import Path

import pytest

from boldwise.io.catalogue import outputs_page
from boldwise.settings.config import Config
from boldwise.settings.describe import (
    OPTION_PAGE,
    OUTPUTS,
    SCHEMA,
    _places,
    config_schema,
    option_page,
)
from boldwise.settings.files import read_config

ROOT = Path(__file__).parents[2]
PAGES = {OPTION_PAGE: option_page, SCHEMA: config_schema, OUTPUTS: outputs_page}
OPTIONS = [
    (model, name)
    for model in _places(Config)
    for name in model.model_fields
    if name != "kind"
]
# Whole slices are handed on as keyword arguments: there the parameter is the reader.
READERS = [
    *(ROOT / "src/boldwise").rglob("*.py"),
    *(ROOT / "workflow").rglob("*.smk"),
    *(ROOT / "workflow/scripts").glob("*.py"),
]
TEXT = "\n".join(
    path.read_text() for path in READERS if path.parts[-2:-1] != ("settings",)
)
TEXT += "".join(
    (ROOT / f"src/boldwise/settings/{name}.py").read_text()
    for name in ("controls", "sources")
)


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_that_code_writes_is_in_step(page):
    message = f"{page} is out of step: run make docs-options"
    assert (ROOT / page).read_text() == PAGES[page](), message


def test_every_option_says_what_it_is():
    told = {
        f"{model.__name__}.{name}": model.model_fields[name].description or ""
        for model, name in OPTIONS
    }
    assert [place for place, text in told.items() if not text.endswith(".")] == []


def test_every_option_is_read_somewhere():
    names = {name for _, name in OPTIONS}

    assert {name for name in names if not re.search(rf"\b{name}\b", TEXT)} == set()


def test_every_section_says_what_it_is_for():
    told = {model.__name__: (model.__doc__ or "").strip() for model in _places(Config)}

    assert [name for name, text in told.items() if not text.endswith(".")] == []


def test_the_default_config_has_a_comment_on_every_section():
    text = (ROOT / "config/config.yaml").read_text()
    bare = [
        block.splitlines()[0]
        for block in re.split(r"\n(?=\w)", text)
        if "#" not in block
    ]
    assert bare == []


@pytest.mark.parametrize("path", sorted((ROOT / "config/examples").glob("*.yaml")))
def test_every_example_opens_with_what_it_is(path):
    assert path.read_text().startswith("# ")
    assert read_config(path).dataset.name

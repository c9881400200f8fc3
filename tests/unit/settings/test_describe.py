"""Mirrors src/boldwise/settings/describe.py."""

import jsonschema
import pytest
import yaml

from boldwise.settings.describe import (
    OPTION_PAGE,
    OUTPUTS,
    SCHEMA,
    config_schema,
    option_page,
    write_descriptions,
)
from boldwise.settings.evaluation import EvaluationOptions

SMALL = {
    "dataset": {"name": "s", "kind": "simulated", "subjects": ["01"]},
    "splits": {"main": {"kind": "shared_images"}},
    "feature_spaces": {"w": {"kind": "tfidf"}},
}


def row_of(option, *, section):
    """Find the cells of an option in a section of the page."""
    part = option_page().partition(f"## `{section}`")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith(f"| `{option}`")]
    return [cell.strip() for cell in lines[0].strip("|").split(" | ")]


@pytest.mark.parametrize("name", EvaluationOptions.model_fields)
def test_every_option_of_a_section_has_a_row(name):
    option, values, default, meaning = row_of(name, section="evaluation")

    assert option == f"`{name}`"
    assert values
    assert default
    assert meaning == EvaluationOptions.model_fields[name].description


def test_a_row_tells_values_bounds_unit_and_default():
    row = row_of("high_pass_hz", section="responses")

    assert row[1:3] == ["number, ≥ 0, in Hz", "`0.01`"]


def test_a_choice_lists_what_may_be_chosen():
    row = row_of("hrf", section="responses")

    assert row[1] == "`glover`, `spm`, `none`, `library`"


def test_what_must_be_given_is_said_to_be_needed():
    assert row_of("name", section="dataset` of kind `betas")[2] == "needed"


def test_options_that_serve_two_places_stand_on_the_page_once():
    page = option_page()

    assert "### `encoders.NAME.penalties`, `decoders.NAME.penalties`" in page
    assert page.count("Smallest; penalty") == 1


def test_an_editor_accepts_what_boldwise_accepts():
    jsonschema.validate(SMALL, yaml.safe_load(config_schema()))


@pytest.mark.parametrize("change", [{"splitz": {}}, {"splits": {"a": {"kind": "no"}}}])
def test_an_editor_refuses_what_boldwise_refuses(change):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**SMALL, **change}, yaml.safe_load(config_schema()))


def test_the_pages_are_written_into_a_checkout(tmp_path):
    pages = (OPTION_PAGE, SCHEMA, OUTPUTS)
    for page in pages:
        (tmp_path / page).parent.mkdir(parents=True, exist_ok=True)

    written = write_descriptions(tmp_path)

    assert written == [tmp_path / page for page in pages]
    assert (tmp_path / OPTION_PAGE).read_text() == option_page()

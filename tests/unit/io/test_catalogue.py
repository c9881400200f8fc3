"""Mirrors src/boldwise/io/catalogue.py."""

import pytest

from boldwise.io.catalogue import Field, find_field, outputs_page, read_catalogue


@pytest.mark.parametrize("schema", read_catalogue())
def test_every_field_of_every_kind_says_what_it_is(schema):
    kind = read_catalogue()[schema]

    assert kind.path
    assert kind.rule
    assert kind.meaning
    assert all(field.name and field.axes and field.meaning for field in kind.fields)


def test_a_field_is_found_by_its_name():
    assert find_field("scores", "r").unit == "correlation"


@pytest.mark.parametrize("name", ["voxel/ijk", "voxel/roi/V1", "stimulus_id"])
def test_what_many_stores_hold_is_known_in_all(name):
    assert isinstance(find_field("encoder", name), Field)
    assert isinstance(find_field("a kind of tomorrow", name), Field)


def test_a_kind_may_say_more_of_a_common_name():
    assert "test stimulus" in find_field("encoder", "stimulus_id").meaning


def test_the_more_exact_of_two_patterns_wins():
    assert find_field("truth", "hrf/time_s").unit == "s"
    assert find_field("truth", "hrf/semantic").unit == "peak 1"


def test_what_is_not_known_is_none():
    assert find_field("scores", "unheard_of") is None


def test_the_page_lists_every_field_of_every_store():
    page = outputs_page()

    for schema, kind in read_catalogue().items():
        assert f"## `{kind.path}`" in page
        assert f"Schema `{schema}`" in page
        assert all(
            f"| `{field.name}` | {field.axes} |" in page for field in kind.fields
        )

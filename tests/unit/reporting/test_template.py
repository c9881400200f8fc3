"""The template is loaded once, and garbage collection spared."""

import gc

import pytest

from boldwise.reporting.template import little_garbage, load_template


def test_the_template_is_loaded_once():
    assert load_template() is load_template()


def test_the_template_is_a_volume_of_the_head():
    template = load_template()

    assert len(template.shape) == 3
    assert template.header.get_zooms()[:3] == (3, 3, 3)


def test_objects_are_spared_within_the_block_only():
    with little_garbage():
        within = gc.get_freeze_count()

    assert within > 1000
    assert gc.get_freeze_count() == 0


def test_objects_are_no_longer_spared_after_an_error():
    with pytest.raises(ValueError, match="halted"), little_garbage():
        raise ValueError("halted")

    assert gc.get_freeze_count() == 0

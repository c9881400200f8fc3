"""The section about chosen layers: there where an encoder chose."""

from dataclasses import replace

from boldwise.reporting.blocks import Heading, Pictures
from boldwise.reporting.sections_layers import layer_section
from boldwise.reporting.shelf import Shelf


def with_choices(study):
    figures = [
        replace(one, name="layer_choice")
        for one in study.figures
        if one.name == "penalties"
    ]
    return replace(study, figures=figures, captions={"layer_choice": "Shares."})


def test_choices_of_all_subjects_stand_under_one_caption(study):
    chosen = with_choices(study)

    (block,) = layer_section(chosen, Shelf(chosen)).blocks

    assert isinstance(block, Pictures)
    assert [one.title for one in block.pictures] == ["Subject 01", "Subject 02"]
    assert "Shares." in block.caption


def test_where_nothing_was_chosen_there_is_no_section(study):
    assert layer_section(study, Shelf(study)).blocks == []


def test_splits_are_told_apart_where_there_are_several(study):
    chosen = with_choices(study)
    twice = replace(chosen, splits={**chosen.splits, "b": chosen.splits["main"]})

    blocks = layer_section(twice, Shelf(twice)).blocks

    assert [type(one) for one in blocks] == [Heading, Pictures]

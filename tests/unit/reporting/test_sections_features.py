"""Pages about features alone: what is said, and what is left out."""

from dataclasses import replace

from tiny_study import tiny_config

from boldwise.reporting.blocks import Table, Text
from boldwise.reporting.page import build_sections
from boldwise.reporting.sections_features import (
    category_check_section,
    feature_methods,
)
from boldwise.reporting.shelf import Shelf

ROW = {
    "feature_space": "gabor",
    "n_features": "1120",
    "n_stimuli": "1980",
    "n_categories": "99",
    "accuracy": "0.349",
    "low": "0.32",
    "high": "0.378",
    "chance": "0.0101",
    "shuffled_high": "0.0167",
    "p": "0.000999",
}


def checked(study, **changes):
    splits = {
        name: replace(one, category_check=[ROW]) for name, one in study.splits.items()
    }
    return replace(study, splits=splits, **changes)


def test_the_table_gives_accuracy_chance_and_null(study):
    section = category_check_section(checked(study), Shelf(study))

    (table,) = [block for block in section.blocks if isinstance(block, Table)]
    row = ("gabor", "1120", "34.9 % [32.0, 37.8]", "1.0 %", "1.7 %", "< .001")
    assert table.rows == [row]
    assert all(table.numeric[1:])


def test_without_a_check_nothing_is_said(study):
    assert not category_check_section(study, Shelf(study)).blocks


def test_a_study_without_subjects_has_a_page_about_its_features(study):
    nobody = checked(study, subjects={}, figures=[])

    sections = build_sections(nobody, tiny_config(), versions={}, commit="-")

    anchors = [section.anchor for section in sections]
    assert anchors[:2] == ["run", "category-check"]
    assert anchors[-2:] == ["methods", "again"]
    texts = [t for b in sections[0].blocks if isinstance(b, Text) for t in b.paragraphs]
    assert "no brain responses" in texts[0]


def test_methods_list_what_made_each_space():
    config = {
        "feature_spaces": {"edges": {"kind": "hog", "cells": 8, "n_components": None}}
    }

    (table,) = feature_methods(config).blocks

    assert table.rows == [("edges", "hog", "cells 8")]

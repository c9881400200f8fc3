"""Known answers, methods and versions: what stands in their sections."""

from dataclasses import replace

import pytest
import yaml

from boldwise.reporting.blocks import Code, References, Table
from boldwise.reporting.sections_known import (
    methods_section,
    reproducibility_section,
    tiny_clip_section,
    truth_section,
)
from boldwise.reporting.shelf import Shelf

RECIPE = {
    "n_parameters": 1344641,
    "n_training_scenes": 256000,
    "held_out": {
        **{"seed": 1900000000, "n_captions": 1000},
        **{"image_to_text_top1": 0.984, "image_to_text_top5": 1.0},
        **{"text_to_image_top1": 0.973, "text_to_image_top5": 0.999},
    },
}


def tables(section):
    return {b.title: b for b in section.blocks if isinstance(b, Table)}


def test_what_must_hold_stands_apart_from_all_findings(study):
    found = tables(truth_section(study, Shelf(study)))

    assert len(found["What must hold"].rows) == 3
    assert len(found["All findings"].rows) == 4
    assert found["All findings"].folded


def test_findings_are_rounded_but_counts_are_not(study):
    rows = tables(truth_section(study, Shelf(study)))["What must hold"].rows

    assert rows[0][3:] == ["45", "0.520", "0.5000 ± 0.03", "yes"]
    assert rows[1][5] == "≥ 0.8"


def test_real_data_have_no_truth_to_recover(study):
    real = replace(study, recovery=(), figures=())

    assert truth_section(real, Shelf(real)).blocks == []


def test_retrieval_stands_beside_chance():
    table = tables(tiny_clip_section(RECIPE))[""]

    assert table.rows == [
        ("caption found for an image", "98.4 %", "100.0 %"),
        ("image found for a caption", "97.3 %", "99.9 %"),
        ("chance", "0.1 %", "0.5 %"),
    ]
    assert "1900000000" in table.note


def test_each_stage_has_its_heading_and_the_references_come_last(study, config):
    section = methods_section(study, config)

    headings = [b.text for b in section.blocks if b.kind == "heading"]
    assert headings[0] == "Data"
    assert headings[-1] == "References"
    assert isinstance(section.blocks[-1], References)


@pytest.fixture
def again(study, config):
    return reproducibility_section(
        study, config, versions={"numpy": "2.4"}, commit="abc123"
    )


def test_commit_versions_and_seeds_are_told(again):
    assert again.blocks[0].paragraphs[0].startswith("Commit: abc123.")
    assert tables(again)["Versions"].rows == [("numpy", "2.4")]
    assert ("dataset.seed", "1") in tables(again)["Seeds"].rows


def test_the_code_of_each_rule_is_told(again):
    assert tables(again)["Code of each rule"].rows == [("tiny_rule", "c0de")]


def test_the_config_reads_back_as_it_was(again, config):
    (code,) = [block for block in again.blocks if isinstance(block, Code)]

    assert yaml.safe_load(code.text) == config

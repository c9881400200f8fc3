"""Mirrors src/boldwise/reporting/unfinished.py."""

from types import SimpleNamespace

import yaml

from boldwise.reporting.blocks import Code, Table, Text
from boldwise.reporting.page import render_page
from boldwise.reporting.unfinished import (
    first_reasons,
    left_out_lines,
    unfinished_section,
)

HOSTILE = 'a "b": <script>alert(1)</script>\n- c: \\d\x07'


def failed(subject="02", why="a.tsv: no rows.", rule="prepare_responses"):
    return SimpleNamespace(subject=subject, why=why, rule=rule, log="logs/a.log")


def test_the_first_reason_of_each_subject_counts():
    found = [failed(), failed(why="later"), failed("03", "x"), failed("")]

    assert first_reasons(found) == {"02": "a.tsv: no rows.", "03": "x"}


def test_the_lines_for_the_config_are_yaml_whatever_the_reason_holds():
    lines = left_out_lines({"02": HOSTILE, "1e3": "x"})

    assert yaml.safe_load(lines) == {"left_out": {"02": HOSTILE, "1e3": "x"}}


def test_the_page_names_who_is_missing_and_why_and_what_to_do():
    section = unfinished_section([failed(), failed("", "disk full", "make_split")])

    texts = [p for b in section.blocks if isinstance(b, Text) for p in b.paragraphs]
    table = next(block for block in section.blocks if isinstance(block, Table))
    code = next(block for block in section.blocks if isinstance(block, Code))
    assert texts[0] == "sub-02 is missing: a.tsv: no rows."
    assert [row[:3] for row in table.rows] == [
        ("02", "prepare_responses", "a.tsv: no rows."),
        ("all", "make_split", "disk full"),
    ]
    assert code.text == 'left_out:\n  "02": "a.tsv: no rows."'


def test_without_a_subject_nobody_is_to_be_left_out():
    section = unfinished_section([failed("")])

    assert not any(isinstance(block, Code) for block in section.blocks)


def test_words_of_files_are_escaped_on_the_page():
    page = render_page([unfinished_section([failed(why=HOSTILE)])], title="<b>")

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert "<title><b>" not in page

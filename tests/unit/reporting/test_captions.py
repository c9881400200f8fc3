"""Captions as HTML: marked up as written, and harmless."""

import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from boldwise.errors import DataError
from boldwise.reporting.captions import render_caption

CAPTIONS = sorted(Path(__file__).parents[3].glob("workflow/report/*.rst"))


def test_paragraphs_and_emphasis_become_html():
    html = render_caption("**Expect** a *line*.\n\nSecond.")

    assert html == ("<p><strong>Expect</strong> a <em>line</em>.</p>\n<p>Second.</p>\n")


def test_the_split_is_filled_in():
    html = render_caption("Split {{ snakemake.wildcards.split }}.", split="main")

    assert "Split main." in html


@pytest.mark.parametrize("hostile", ["*a*", "a_b_", "|x|", "`code`", "<b>", "a\\b"])
def test_a_name_is_shown_as_it_is_and_marks_nothing_up(hostile):
    html = render_caption("{{ snakemake.wildcards.split }} end", split=hostile)

    escaped = hostile.replace("<", "&lt;").replace(">", "&gt;")
    assert html == f"<p>{escaped} end</p>\n"


@pytest.mark.parametrize(
    "hostile",
    [
        '<script>alert("x")</script>',
        ".. raw:: html\n\n   <script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
    ],
)
def test_html_in_a_caption_is_text(hostile):
    html = render_caption(f"Before.\n\n{hostile}\n\nAfter.")

    assert not re.search(r"<(script|img)", html)
    assert "Before." in html
    assert "After." in html


def test_a_caption_reads_no_files(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")

    html = render_caption(f"Before.\n\n.. include:: {secret}\n")

    assert "the secret" not in html


def test_a_caption_runs_no_python():
    with pytest.raises(SecurityError):
        render_caption("{{ ''.__class__.__mro__ }}")


def test_an_unknown_name_is_an_error_not_a_gap():
    with pytest.raises(UndefinedError, match="no attribute 'sesion'"):
        render_caption("{{ snakemake.wildcards.sesion }}")


def test_broken_markup_names_the_text_and_the_folder():
    with pytest.raises(DataError, match=r"Unknown directive.*workflow/report"):
        render_caption("Start.\n\n.. no_such_thing::\n\n   x\n")


@pytest.mark.parametrize("path", CAPTIONS, ids=lambda path: path.stem)
def test_every_caption_of_the_workflow_can_be_rendered(path):
    html = render_caption(path.read_text(), split="main")

    assert html.startswith("<p>")
    assert "{{" not in html
    assert "main" in html or "split }}" not in path.read_text()


@pytest.mark.parametrize(
    "path", [p for p in CAPTIONS if p.stem != "workflow"], ids=lambda path: path.stem
)
def test_every_caption_says_what_is_shown_what_to_expect_and_what_is_wrong(path):
    parts = re.findall(r"<p><strong>(.*?)</strong>", render_caption(path.read_text()))

    assert parts == ["What it shows.", "Expect", "Wrong"]

"""The page: whole, escaped, equal for equal input, and in the right order."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from markupsafe import Markup
from tiny_study import HOSTILE

from boldwise.reporting.blocks import (
    Frame,
    Picture,
    Pictures,
    Section,
    Table,
    Text,
)
from boldwise.reporting.page import build_page, build_sections, render_page
from boldwise.reporting.study import StudyFigure

VERSIONS = {"numpy": "2.4"}


class Page(HTMLParser):
    """What a browser would see: tags, ids, addresses and texts."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.ids, self.links, self.sources, self.alts = [], [], [], [], []
        self.frames = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        """Note what a tag brings."""
        own = dict(attrs)
        self.tags.append(tag)
        self.ids += [own["id"]] if "id" in own else []
        self.links += [own["href"]] if tag == "a" else []
        fetched = ("src", "srcset", "data", *(["href"] if tag == "link" else []))
        self.sources += [own[key] for key in fetched if key in own]
        self.alts += [own.get("alt")] if tag == "img" else []
        self.frames += [own] if tag == "iframe" else []


@pytest.fixture(scope="module")
def html(study, tiny):
    return build_page(study, tiny.config, versions=VERSIONS, commit="abc")


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def test_sections_come_in_the_order_of_a_readers_questions(study, config):
    sections = build_sections(study, config, versions=VERSIONS, commit="abc")

    assert [section.anchor for section in sections] == [
        *("glance", "run", "quality", "split", "ceilings", "accuracy", "penalties"),
        *("comparison", "identification", "truth", "methods", "again"),
    ]


def test_the_contents_link_to_every_section_and_nowhere_else(page):
    assert set(page.links) <= {f"#{name}" for name in page.ids}
    assert {"#glance", "#methods", "#again"} <= set(page.links)


def test_ids_are_unique(page):
    assert len(set(page.ids)) == len(page.ids)


def test_equal_input_gives_an_equal_page(study, config, html):
    assert build_page(study, config, versions=VERSIONS, commit="abc") == html


def test_nothing_is_fetched_from_elsewhere(page, html):
    assert page.sources
    assert all(source.startswith("data:") for source in page.sources)
    assert "default-src 'none'" in html


def test_every_picture_has_words(page):
    assert page.alts
    assert all(page.alts)


def test_hostile_text_is_shown_and_never_run(page, html):
    """It stands in a caption of a stimulus, in notes and in descriptions."""
    assert "script" not in page.tags
    assert HOSTILE not in html
    assert html.count("&lt;script&gt;alert") >= 2


def test_hostile_names_of_regions_are_escaped(page, html):
    assert "V1&lt;i&gt;&amp;" in html
    assert "i" not in page.tags


def test_the_view_is_shut_in_a_frame_that_may_only_run_its_own_scripts(page):
    (frame,) = page.frames

    assert frame["sandbox"] == "allow-scripts"
    assert frame["loading"] == "lazy"
    assert frame["srcdoc"] == "<p>view of main/sub-01_interactive_map.html</p>"


def test_a_frame_cannot_break_out_of_its_attribute():
    document = '"></iframe><script>alert(1)</script>'
    section = Section("a", "A", [Frame(document, "view", "caption")])

    page = Page(render_page([section], title="x"))

    assert "script" not in page.tags
    assert page.frames[0]["srcdoc"] == document


@pytest.mark.parametrize(("cell", "mark"), [("yes", "✓ yes"), ("no", "✗ no")])
def test_yes_and_no_are_told_by_more_than_colour(cell, mark):
    section = Section("a", "A", [Table(("what", "holds"), [("x", cell)])])

    assert mark in render_page([section], title="x")


def test_columns_of_numbers_are_set_flush_right():
    section = Section("a", "A", [Table(("what", "r"), [("x", "0.5"), ("y", "0.6")])])

    html = render_page([section], title="x")

    assert html.count('class="number"') == 3  # the heading and two cells


def test_a_folded_table_waits_behind_its_title():
    table = Table(("what",), [("x",)], title="Details", folded=True)

    html = render_page([Section("a", "A", [table])], title="x")

    assert "<summary>Details</summary>" in html


def test_pictures_beyond_the_first_wait_behind_their_number():
    one = Picture("data:,x", "words", "Subject", "figures/a.png", 100)
    section = Section("a", "A", [Pictures([one] * 5, Markup("caption"), n_open=2)])

    html = render_page([section], title="x")

    assert "<summary>3 more</summary>" in html
    assert html.count("<img") == 5
    assert 'style="max-width: 100px"' in html


def test_sections_without_anything_to_say_are_left_out(study, config):
    bare = replace(study.splits["main"], scores={}, identification=(), ceilings={})
    quiet = replace(study, splits={"main": bare}, recovery=(), figures=(), quality={})

    sections = build_sections(quiet, config, versions=VERSIONS, commit="abc")

    assert [section.anchor for section in sections] == [
        *("glance", "run", "split", "methods", "again"),
    ]


def test_figures_that_do_not_fit_are_listed_at_the_end(study, config):
    large = StudyFigure(
        "stimuli", "main", "", "figures/main/stimuli.png", "image/png", b"x" * 7_000_000
    )
    others = [one for one in study.figures if one.name != "stimuli"]

    html = build_page(
        replace(study, figures=[large, *others]),
        config,
        versions=VERSIONS,
        commit="abc",
    )

    assert len(html) < 8_000_000
    assert "1 figures are left out" in html
    assert "see figures/main/stimuli.png" in html


def test_the_tiny_clip_has_a_section_where_it_was_used(study, config):
    recipe = {
        "n_parameters": 1,
        "n_training_scenes": 2,
        "held_out": {
            "seed": 3,
            "n_captions": 10,
            **{
                f"{way}_{top}": 0.5
                for way in ("image_to_text", "text_to_image")
                for top in ("top1", "top5")
            },
        },
    }

    sections = build_sections(
        replace(study, tiny_clip=recipe), config, versions=VERSIONS, commit="abc"
    )

    assert "tiny-clip" in [section.anchor for section in sections]


def test_text_is_escaped_once():
    html = render_page([Section("a", "A & B", [Text(["1 < 2 & 3"])])], title="x")

    assert "1 &lt; 2 &amp; 3" in html
    assert "A &amp; B" in html
    assert "&amp;amp;" not in html


def test_the_page_speaks_its_language_and_fits_small_screens(html):
    assert re.search(r'<html lang="en">', html)
    assert 'name="viewport"' in html
    assert "prefers-color-scheme: dark" in html


def test_no_date_stands_on_the_page(html):
    text = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)

    assert not re.search(r"\b20\d\d-\d\d-\d\d\b|\b\d\d:\d\d:\d\d\b", text)

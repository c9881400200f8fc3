"""Names, captions and notes that hold HTML are shown as text."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from boldwise.reporting.captions import render_caption
from boldwise.reporting.page import build_page

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>"
CAPTION = """A map. `a <javascript:alert(3)>`_ and

.. raw:: html

   <script>alert(4)</script>

.. include:: /etc/passwd
"""


class Reader(HTMLParser):
    """Collects tags with what they may do."""

    def __init__(self):
        super().__init__()
        self.scripts, self.handlers, self.links = 0, [], []

    def handle_starttag(self, tag, attrs):
        """Note scripts, handlers of events, and addresses."""
        self.scripts += tag == "script"
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.links += [value for name, value in attrs if name in ("href", "src")]


def read(page):
    reader = Reader()
    reader.feed(page)
    return reader


@pytest.fixture
def pages(study, config):
    """Build the page as it is, and with a hostile text wherever a user writes one."""
    told = {"versions": {"numpy": "2"}, "commit": "abc"}
    usual = build_page(study, config, **told)
    facts = {
        name: replace(one, unit=HOSTILE, space=HOSTILE, regions={HOSTILE: 3})
        for name, one in study.subjects.items()
    }
    figures = [replace(one, description=HOSTILE) for one in study.figures]
    other = replace(
        study, subjects=facts, figures=figures, stimulus_columns=[HOSTILE, "caption"]
    )
    dataset = {**config["dataset"], "name": HOSTILE}
    spoilt = {**config, "dataset": dataset, "left_out": {"09": HOSTILE}}
    return usual, build_page(other, spoilt, versions={"x": HOSTILE}, commit=HOSTILE)


def test_no_text_of_a_user_becomes_a_tag(pages):
    usual, hostile = map(read, pages)

    assert "<script>alert" not in pages[1]
    assert "&lt;script&gt;alert(1)" in pages[1]
    assert hostile.scripts == usual.scripts
    assert hostile.handlers == usual.handlers
    assert not [one for one in hostile.links if re.match(r"\s*javascript:", one or "")]


def test_no_page_fetches_anything(pages):
    for page in pages:
        links = read(page).links
        loaded = r"(https?:)?//\S+\.(js|css|png|svg|woff2?)\b"
        assert not [one for one in links if re.match(loaded, one or "")]


def test_a_caption_runs_nothing_and_reads_no_file():
    try:
        html = str(render_caption(CAPTION))
    except ValueError as refused:
        html = str(refused)

    assert "<script>" not in html
    assert "root:" not in html
    assert not re.search(r'href="\s*javascript:', html)


def test_a_split_of_a_hostile_name_stays_text_in_captions():
    html = str(render_caption("{{ snakemake.wildcards.split }}", split=HOSTILE))

    assert "<script>" not in html
    assert "<img" not in html

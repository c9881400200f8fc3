"""Numbers of references, given in the order of first use."""

import re

import pytest

from boldwise.reporting.citations import REFERENCES, Bibliography


def test_numbers_follow_first_use():
    sources = Bibliography()

    marks = [
        sources.cite("owen2007"),
        sources.cite("kay2008"),
        sources.cite("owen2007"),
    ]

    assert marks == ["[1]", "[2]", "[1]"]
    assert sources.entries == [REFERENCES["owen2007"], REFERENCES["kay2008"]]


def test_several_at_once_are_sorted():
    sources = Bibliography()
    sources.cite("owen2007")

    assert sources.cite("kay2008", "owen2007") == "[1, 2]"


def test_nothing_cited_means_no_references():
    assert Bibliography().entries == []


@pytest.mark.parametrize("key", sorted(REFERENCES))
def test_every_reference_has_authors_year_and_an_address(key):
    text = REFERENCES[key]

    assert re.match(r"[A-Zé][\w -]+ [A-Z]+", text)
    assert f"({key[-4:]})" in text
    assert re.search(r"doi:10\.\d{4,}/\S+$|arXiv:\d{4}\.\d{5}$|\d+–\d+$", text)


def test_keys_are_sorted():
    assert list(REFERENCES) == sorted(REFERENCES)

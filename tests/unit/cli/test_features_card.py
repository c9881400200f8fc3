"""A card as it is printed: facts that are known, a row for each layer."""

import io

import pytest
from rich.console import Console

from boldwise.cli.features import show_card
from boldwise.features.backends.cards import Card, LayerCard

LAYERS = (
    LayerCard("[b]stem", (8, 3, 4), "map", (3, 4)),
    LayerCard("block", (13, 5), "tokens", (3, 4), n_class=1, has_class=True),
    LayerCard("last", (17, 5), "tokens", (3, 4), n_class=5, has_class=True),
    LayerCard("marks", (14, 5), "tokens", (3, 4), n_class=2),
)
CARD = Card("timm", "net", "[tag]", "abc", "{}", (30, 40), "MIT", 6, LAYERS)


def printed(layers=None):
    """Lines of the card, each without the space around it."""
    console = Console(file=io.StringIO(), width=100, color_system=None)
    show_card(CARD, console, layers)
    return [line.strip() for line in console.file.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("input", "30 × 40 pixels"),
        ("weights", "[tag]"),
        ("embedding", "6 (`read: pooled`)"),
    ],
)
def test_facts_are_printed_as_they_are(fact, value):
    (line,) = [one for one in printed() if one.startswith(f"{fact} ")]

    assert line.removeprefix(fact).strip() == value


def test_a_fact_that_is_not_known_takes_no_line():
    assert not [one for one in printed() if one.startswith("notes")]


def test_layers_tell_shape_places_and_leading_tokens():
    rows = [line.split(maxsplit=2) for line in printed()[-len(LAYERS) :]]

    assert [row[:2] for row in rows] == [
        *(["0", "[b]stem"], ["1", "block"], ["2", "last"], ["3", "marks"]),
    ]
    told = [" ".join(row[2].split()) for row in rows]
    assert told == [
        "8 × 3 × 4 3 × 4",
        "13 × 5 3 × 4 class",
        "17 × 5 3 × 4 class, 4 others",
        "14 × 5 3 × 4 2 others",
    ]


def test_other_modules_have_no_index():
    assert printed([LayerCard("inner", (7,), "vector")])[-1].split() == ["inner", "7"]

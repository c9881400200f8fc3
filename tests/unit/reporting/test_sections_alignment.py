"""Every alignment stands beside anatomy, in the same subjects."""

import pytest

from boldwise.reporting.blocks import NO_NUMBER
from boldwise.reporting.sections_alignment import alignment_tables, describe
from boldwise.settings.alignment import AcrossSubjects

NAMES = ("1", "2", "3")


def decoder(**alignment):
    return AcrossSubjects(kind="across_subjects", alignment=alignment).model_dump()


DECODERS = {
    "plain": decoder(kind="anatomical"),
    "shared": decoder(kind="shared_response", readout="ridge", whiten=True),
    "reader": {"kind": "ridge"},
}


def rows(**top1):
    found = []
    for name, values in top1.items():
        subjects = {**dict(zip(NAMES, values, strict=True)), "all": sum(values) / 3}
        for subject, value in subjects.items():
            for metric in ("top1", "two_way"):
                cells = {"value": str(value), "low": "0.1", "high": "0.9"}
                one = {"subject": subject, "decoder": name, "metric": metric}
                found.append({**one, **cells})
    return found


ROWS = rows(plain=(0.2, 0.3, 0.4), shared=(0.3, 0.4, 0.7), reader=(0.5, 0.5, 0.5))


def test_the_difference_from_anatomy_is_paired_over_subjects():
    (table,) = alignment_tables(ROWS, DECODERS)

    assert [row[0] for row in table.rows] == ["plain", "shared"]
    # Differences .1, .1, .3: mean .167, t interval ± 4.303 * .0667.
    assert table.rows[1][4:] == ("16.7 % [−12.0, 45.4]", "3 of 3")
    assert table.rows[0][4:] == (NO_NUMBER, NO_NUMBER)


def test_without_a_plain_decoder_there_is_no_difference():
    decoders = {name: one for name, one in DECODERS.items() if name != "plain"}

    (table,) = alignment_tables(ROWS, decoders)

    assert table.rows[0][4:] == (NO_NUMBER, NO_NUMBER)


@pytest.mark.parametrize("kept", [("plain",), ("reader",), ()])
def test_nothing_is_told_where_nothing_is_aligned(kept):
    assert alignment_tables(ROWS, {name: DECODERS[name] for name in kept}) == []


def test_decoders_without_scores_in_a_split_are_left_out():
    assert alignment_tables([], DECODERS) == []


@pytest.mark.parametrize(
    ("alignment", "text"),
    [
        ({"kind": "anatomical"}, "anatomy"),
        ({"kind": "procrustes", "scale": True}, "procrustes, scaled"),
        ({"kind": "ridge", "n_parcels": 20}, "ridge, 20 parcels"),
        (
            {"kind": "shared_response", "readout": "ridge", "whiten": True},
            "shared response (40), ridge, whitened",
        ),
    ],
)
def test_an_alignment_is_named_in_a_few_words(alignment, text):
    assert describe(decoder(**alignment)) == text

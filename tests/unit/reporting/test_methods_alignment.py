"""The methods text tells every alignment that was fitted, and cites it."""

import pytest

from boldwise.reporting.citations import Bibliography
from boldwise.reporting.methods_alignment import describe_alignments
from boldwise.settings.alignment import AcrossSubjects


def told(**alignment):
    one = AcrossSubjects(kind="across_subjects", alignment=alignment).model_dump()
    return " ".join(describe_alignments({"mine": one}, Bibliography()))


def test_plain_anatomy_and_other_decoders_need_no_words():
    assert told(kind="anatomical") == ""
    assert describe_alignments({"words": {"kind": "ridge"}}, Bibliography()) == []


def test_components_readout_and_whitening_are_told():
    text = told(kind="shared_response", n_components=30, readout="ridge", whiten=True)

    for part in ("'mine'", "training stimuli", "30 components", "ridge", "whitened"):
        assert part in text


@pytest.mark.parametrize(
    "kind", ["procrustes", "hyperalignment", "shared_response", "optimal_transport"]
)
def test_methods_of_others_are_cited(kind):
    assert "1" in told(kind=kind)


def test_parcels_are_told():
    assert "within each of 20 parcels" in told(kind="ridge", n_parcels=20)

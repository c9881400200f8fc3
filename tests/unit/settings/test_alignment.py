"""Alignments say what they need; what they do not know is refused."""

import pytest
from pydantic import ValidationError

from boldwise.settings.alignment import AcrossSubjects


def read(**alignment):
    return AcrossSubjects(kind="across_subjects", alignment=alignment)


def test_without_a_word_anatomy_is_compared():
    plain = AcrossSubjects(kind="across_subjects")

    assert plain.alignment.kind == "anatomical"
    assert plain.needs_places


@pytest.mark.parametrize(
    ("alignment", "needs"),
    [
        ({"kind": "anatomical", "readout": "ridge"}, True),
        ({"kind": "procrustes"}, False),
        ({"kind": "procrustes", "n_parcels": 20}, True),
        ({"kind": "shared_response"}, False),
        ({"kind": "hyperalignment"}, False),
    ],
)
def test_only_what_joins_voxels_by_place_needs_a_common_space(alignment, needs):
    assert read(**alignment).needs_places == needs


def test_a_readout_is_for_templates_alone():
    with pytest.raises(ValidationError, match="readout"):
        read(kind="procrustes", readout="ridge")

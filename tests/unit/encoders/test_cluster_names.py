"""Parcels are named after the regions that they cover, as far as they do."""

import numpy as np
import pytest

from boldwise.encoders.cluster_names import Parcel, describe_parcels

LABEL = {"01": np.array([0, 0, 0, 1]), "02": np.array([0, 1, 1])}
REGIONS = {
    "01": {"V1": np.array([1, 1, 1, 0], bool), "FFA": np.array([0, 0, 0, 1], bool)},
    "02": {"V1": np.array([1, 0, 0], bool)},
}


def test_voxels_are_counted_by_subject_and_overlap_is_dice():
    first, second = describe_parcels(LABEL, REGIONS)

    assert (first.number, first.n_voxels) == (1, {"01": 3, "02": 1})
    assert first.overlap == {"V1": 1.0, "FFA": 0.0}
    assert second.overlap["FFA"] == pytest.approx(2 * 1 / (3 + 1))
    assert [first.name, second.name] == ["1: V1", "2: FFA"]


def test_a_parcel_that_covers_nothing_has_no_name():
    assert Parcel(3, {"01": 5}, {"V1": 0.05}).name == "3: no region"
    assert Parcel(3, {"01": 5}, {}).name == "3: no region"


def test_a_parcel_without_voxels_overlaps_nothing():
    (first, empty, third) = describe_parcels(
        {"01": np.array([0, 2])}, {"01": {"V1": np.zeros(2, bool)}}
    )

    assert empty.n_voxels == {"01": 0}
    assert (first.overlap["V1"], empty.overlap["V1"], third.number) == (0.0, 0.0, 3)

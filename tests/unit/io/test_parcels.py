"""Parcels: read by subject from the store of the model, told in a table."""

import numpy as np
import pytest

from boldwise.encoders.cluster_names import Parcel
from boldwise.errors import StoreError
from boldwise.io.parcels import COLUMNS, read_embeddings, tabulate_parcels
from boldwise.io.records import voxel_datasets
from boldwise.io.stores import write_store
from boldwise.responses.records import Voxels


def stores(folder, *subjects):
    voxels = Voxels(np.zeros((2, 3), int), (1, 1, 1), None, {"V1": np.ones(2, bool)})
    found = {
        f"found/fold-{fold}/{name}/embedding": np.full((2, 3), fold + 1.0)
        for name in subjects
        for fold in (0, 1)
    }
    write_store(folder / "shared.h5", found, schema="training")
    paths = [folder / f"sub-{name}.h5" for name in ("01", "02")]
    for path in paths:
        write_store(path, voxel_datasets(voxels), schema="encoder")
    return folder / "shared.h5", paths


def test_embeddings_are_those_of_the_first_fold(tmp_path):
    embedding, voxels = read_embeddings(*stores(tmp_path, "01", "02"))

    assert list(embedding) == list(voxels) == ["01", "02"]
    assert (embedding["02"] == 1).all()
    assert list(voxels["01"].roi) == ["V1"]


def test_a_subject_without_embeddings_is_told(tmp_path):
    with pytest.raises(StoreError, match=r"no embeddings of subject 02. Delete it and"):
        read_embeddings(*stores(tmp_path, "01"))


def test_the_table_names_the_region_and_counts_by_subject():
    parcels = [
        Parcel(1, {"01": 4, "02": 5}, {"V1": 0.2, "FFA": 0.6}),
        Parcel(2, {"01": 1, "02": 0}, {}),
    ]

    rows = list(tabulate_parcels(parcels))

    assert all(set(row) == set(COLUMNS) for row in rows)
    assert [row["n_voxels"] for row in rows] == [4, 5, 1, 0]
    assert (rows[1]["region"], rows[1]["dice"]) == ("FFA", 0.6)
    assert rows[2]["region"] == "n/a"
    assert np.isnan(rows[2]["dice"])

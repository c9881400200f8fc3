"""Atlases of nilearn: labels at the nearest place, and a way out without a network."""

from types import SimpleNamespace

import nibabel as nib
import numpy as np
import pandas as pd
import pytest

from boldwise.errors import DataError
from boldwise.io.fetched_atlases import SURFACE_SIZE, fetch_labels
from boldwise.io.grids import place_vertices
from boldwise.responses.records import Voxels

LUT = pd.DataFrame({"index": [1, 2], "name": ["left", "right"]})


@pytest.fixture
def voxels():
    """Voxels of 3 mm, of which the last lies outside the atlas."""
    affine = np.diag([3.0, 3, 3, 1])
    affine[0, 3] = -6
    return Voxels(np.array([[0, 0, 0], [3, 1, 0], [9, 9, 9]]), (10, 10, 10), affine)


@pytest.fixture
def served(monkeypatch):
    """Stand in for the fetchers, as there is no network here."""

    def serve(name, found):
        def fetch(verbose, n_rois=400):
            assert (verbose, n_rois) == (0, 100)
            if isinstance(found, Exception):
                raise found
            return found

        monkeypatch.setattr(f"nilearn.datasets.{name}", fetch)

    return serve


def test_each_voxel_gets_the_label_of_the_nearest(served, voxels):
    data = np.ones((8, 4, 4), np.uint8)
    data[4:] = 2
    affine = np.diag([2.0, 2, 2, 1])
    affine[0, 3] = -8  # x = 0 mm is where the right half starts
    served(
        "fetch_atlas_schaefer_2018",
        SimpleNamespace(maps=nib.Nifti1Image(data, affine), lut=LUT),
    )

    values, names = fetch_labels(
        "schaefer_2018", {"n_rois": 100}, voxels, space="MNI152NLin2009cAsym"
    )

    assert values.tolist() == [1, 2, 0]
    assert names == {1: "left", 2: "right"}


def test_labels_of_vertices_come_from_their_hemisphere(served):
    voxels = place_vertices((SURFACE_SIZE, SURFACE_SIZE)).take(
        np.array([5, SURFACE_SIZE + 7])
    )
    maps = {"map_left": np.arange(SURFACE_SIZE), "map_right": -np.arange(SURFACE_SIZE)}
    served("fetch_atlas_surf_destrieux", SimpleNamespace(**maps, lut=LUT))

    values, _ = fetch_labels(
        "destrieux_surface", {"n_rois": 100}, voxels, space="fsaverage5"
    )

    assert values.tolist() == [5, -7]


@pytest.mark.parametrize(
    ("name", "space"), [("schaefer_2018", "T1w"), ("destrieux_surface", "MNI152")]
)
def test_an_atlas_of_another_space_is_refused(voxels, name, space):
    with pytest.raises(DataError, match=rf"atlas '{name}' lies in .*'{space}'"):
        fetch_labels(name, {}, voxels, space=space)


def test_without_a_network_the_ways_out_are_named(served, voxels):
    served("fetch_atlas_schaefer_2018", OSError("Name or service not known"))

    with pytest.raises(DataError, match=r"cannot be fetched \(Name or.*NILEARN_DATA"):
        fetch_labels("schaefer_2018", {"n_rois": 100}, voxels, space="MNI152")


def test_options_that_the_fetcher_does_not_know_are_told(served, voxels):
    served("fetch_atlas_schaefer_2018", None)

    with pytest.raises(DataError, match=r"unexpected keyword.*Mend its `options`"):
        fetch_labels("schaefer_2018", {"rois": 100}, voxels, space="MNI152")

"""Scores as volumes: values where their voxels are."""

from types import SimpleNamespace

import nibabel as nib
import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.io.score_maps import write_score_maps
from boldwise.responses.records import Voxels

AFFINE = np.array([[2.0, 0, 0, -9], [0, 3, 0, 4], [0, 0, 4, 1], [0, 0, 0, 1]])


@pytest.fixture
def scores():
    return {
        "gabor": SimpleNamespace(r=np.array([0.1, 0.2]), q=np.array([0.5, 0.01])),
        "words": SimpleNamespace(r=np.array([0.3, np.nan]), q=np.array([0.2, 0.3])),
    }


@pytest.fixture
def voxels():
    return Voxels(np.array([[0, 1, 2], [2, 0, 0]]), (3, 2, 4), AFFINE)


def test_each_volume_holds_the_score_of_its_name(tmp_path, scores, voxels):
    paths = [
        tmp_path / "words/sub-01_r.nii.gz",
        tmp_path / "gabor/sub-01_q.nii.gz",
    ]

    write_score_maps(paths, scores, voxels)

    words, gabor = (nib.load(path).get_fdata() for path in paths)
    assert words[0, 1, 2] == pytest.approx(0.3)
    assert np.isnan(words[2, 0, 0])
    assert gabor[2, 0, 0] == pytest.approx(0.01)


def test_where_there_is_no_voxel_the_volume_is_nan(tmp_path, scores, voxels):
    path = tmp_path / "gabor/sub-01_r.nii.gz"

    write_score_maps([path], scores, voxels)

    assert np.isfinite(nib.load(path).get_fdata()).sum() == 2


def test_positions_in_mm_are_kept(tmp_path, scores, voxels):
    path = tmp_path / "gabor/sub-01_r.nii.gz"

    write_score_maps([path], scores, voxels)

    np.testing.assert_array_equal(nib.load(path).affine, AFFINE)


def test_an_unknown_position_is_marked(tmp_path, scores):
    path = tmp_path / "gabor/sub-01_r.nii.gz"

    write_score_maps([path], scores, Voxels(np.zeros((2, 3), int), (1, 1, 1)))

    image = nib.load(path)
    np.testing.assert_array_equal(image.affine, np.eye(4))
    assert b"unknown" in image.header["descrip"].item()


def test_scores_with_an_underscore_in_their_name_are_found(tmp_path, voxels):
    scores = {"gabor": SimpleNamespace(noise_ceiling=np.array([0.5, 0.6]))}
    path = tmp_path / "gabor/sub-01_noise_ceiling.nii.gz"

    write_score_maps([path], scores, voxels)

    assert nib.load(path).get_fdata()[0, 1, 2] == pytest.approx(0.5)


@pytest.mark.parametrize("name", ["gabor/sub-01_rr.nii.gz", "gabr/sub-01_r.nii.gz"])
def test_a_name_that_means_nothing_is_refused(tmp_path, scores, voxels, name):
    with pytest.raises(DataError, match=r"no score .* of encoder .*Mend the name"):
        write_score_maps([tmp_path / name], scores, voxels)

    assert not list(tmp_path.rglob("*.nii.gz"))

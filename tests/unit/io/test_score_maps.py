"""Scores as volumes: values where their voxels are."""

from types import SimpleNamespace

import nibabel as nib
import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.io.grids import place_vertices
from boldwise.io.score_maps import write_maps_of, write_score_maps
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


@pytest.fixture
def surface():
    """Lay two vertices out on meshes of 4 and 5."""
    return place_vertices((4, 5)).take(np.array([2, 7]))


def test_vertices_go_back_to_the_mesh_of_their_hemisphere(tmp_path, scores, surface):
    paths = [tmp_path / f"gabor/sub-01_hemi-{side}_r.func.gii" for side in "LR"]

    write_score_maps(paths, scores, surface)

    left, right = (nib.load(path).darrays[0].data for path in paths)
    np.testing.assert_array_equal(np.isfinite(left), [False, False, True, False])
    assert left[2] == pytest.approx(0.1)
    assert (len(right), right[3]) == (5, pytest.approx(0.2))


def test_nilearn_opens_what_was_written(tmp_path, scores, surface):
    from nilearn.surface import load_surf_data

    path = tmp_path / "gabor/sub-01_hemi-L_r.func.gii"
    write_score_maps([path], scores, surface)

    assert load_surf_data(path)[2] == pytest.approx(0.1)


def test_grayordinates_go_back_to_cifti(tmp_path, scores, surface):
    path = tmp_path / "words/sub-01_q.dscalar.nii"

    write_score_maps([path], scores, surface)

    image = nib.load(path)
    rows, columns = (image.header.get_axis(i) for i in (0, 1))
    assert list(rows.name) == ["words: q"]
    assert columns.vertex.tolist() == [2, 3]
    assert columns.nvertices == {
        "CIFTI_STRUCTURE_CORTEX_LEFT": 4,
        "CIFTI_STRUCTURE_CORTEX_RIGHT": 5,
    }
    np.testing.assert_allclose(image.get_fdata()[0], [0.2, 0.3], rtol=1e-6)


def test_the_space_is_told_in_the_header(tmp_path, scores, voxels):
    path = tmp_path / "gabor/sub-01_r.nii.gz"

    write_score_maps([path], scores, voxels, space="MNI152NLin2009cAsym")

    assert nib.load(path).header["sform_code"] == 4


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("sub-01_r.nii.gz", "surface"),
        ("sub-01_r.func.gii", "surface"),
        ("sub-01_hemi-L_r.func.gii", "voxels"),
        ("sub-01_r.dscalar.nii", "voxels"),
    ],
)
def test_a_kind_that_cannot_hold_the_voxels_is_refused(
    tmp_path, scores, name, places, request
):
    with pytest.raises(DataError, match=r"of 2 voxels are vertices, which `"):
        write_score_maps(
            [tmp_path / "gabor" / name], scores, request.getfixturevalue(places)
        )


def test_maps_of_several_subjects_go_to_the_file_of_each(tmp_path, voxels):
    paths = [tmp_path / f"sub-{name}_parcel.nii.gz" for name in ("01", "02")]
    values = {"01": np.array([1.0, 2.0]), "02": np.array([3.0, 4.0])}

    write_maps_of(paths, values, dict.fromkeys(values, voxels), name="parcel")

    for path, (first, _) in zip(paths, values.values(), strict=True):
        volume = nib.load(path).get_fdata()
        assert volume[0, 1, 2] == first
        assert np.isfinite(volume).sum() == 2

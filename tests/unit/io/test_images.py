"""Volumes go to NIfTI files and come back; files that are no volumes are refused."""

import nibabel as nib
import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.io.images import (
    fill_volume,
    grid_problems,
    holds_plain_integers,
    read_grid,
    read_mask,
    read_volume,
    write_volume,
)

SHAPE = (4, 3, 2)
AFFINE = np.diag([3.0, 3.0, 3.5, 1.0])


@pytest.mark.parametrize("name", ["map.nii", "map.nii.gz"])
def test_what_is_written_is_what_nibabel_reads(tmp_path, rng, name):
    data = rng.normal(size=(*SHAPE, 5)).astype(np.float32)

    write_volume(tmp_path / name, data, AFFINE, tr_s=1.5)

    image = nib.load(tmp_path / name)
    np.testing.assert_array_equal(image.get_fdata(), data)
    np.testing.assert_array_equal(image.affine, AFFINE)
    assert image.header.get_zooms()[3] == 1.5
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_equal_data_give_equal_bytes(tmp_path, rng):
    data = rng.normal(size=SHAPE)

    for name in ("a.nii.gz", "b.nii.gz"):
        write_volume(tmp_path / name, data, AFFINE)

    one, other = (tmp_path / name for name in ("a.nii.gz", "b.nii.gz"))
    assert one.read_bytes() == other.read_bytes()


def test_masks_become_zeros_and_ones(tmp_path):
    mask = np.zeros(SHAPE, bool)
    mask[0] = True

    write_volume(tmp_path / "mask.nii.gz", mask, AFFINE)

    np.testing.assert_array_equal(read_mask(tmp_path / "mask.nii.gz"), mask)


def test_an_unknown_position_is_the_identity_and_says_so(tmp_path, rng):
    write_volume(tmp_path / "map.nii", rng.normal(size=SHAPE))

    image = nib.load(tmp_path / "map.nii")
    np.testing.assert_array_equal(image.affine, np.eye(4))
    assert b"position unknown" in image.header["descrip"].item()


@pytest.mark.parametrize(("unit", "step"), [("sec", 2.0), ("msec", 2000.0)])
def test_headers_tell_seconds_whatever_their_unit(files, unit, step):
    grid = read_grid(files.bold("bold.nii.gz", n_volumes=7, tr_s=step, unit=unit))

    assert grid.tr_s == pytest.approx(2.0)
    assert (grid.shape, grid.n_volumes) == (SHAPE, 7)


@pytest.mark.parametrize(("unit", "step"), [("unknown", 2.0), ("sec", 0.0)])
def test_a_header_without_time_tells_none(files, unit, step):
    path = files.bold("bold.nii.gz", n_volumes=7, tr_s=step, unit=unit)

    assert read_grid(path).tr_s is None


def test_values_are_scaled_as_the_header_says(tmp_path):
    image = nib.Nifti1Image(np.full(SHAPE, 3, np.int16), AFFINE)
    image.header.set_slope_inter(0.5, 1)
    nib.save(image, tmp_path / "map.nii")

    data, _ = read_volume(tmp_path / "map.nii")

    assert data.dtype == np.float32
    np.testing.assert_array_equal(data, nib.load(tmp_path / "map.nii").get_fdata())


def test_voxels_go_back_to_their_places():
    ijk = np.array([[0, 1, 1], [3, 2, 0]])

    volume = fill_volume(np.array([5.0, 7.0]), ijk, SHAPE)

    assert volume[0, 1, 1] == 5
    assert volume[3, 2, 0] == 7
    assert np.isnan(volume).sum() == volume.size - 2


def test_absent_files_are_named(tmp_path):
    with pytest.raises(DataError, match=r"gone.nii: no such file"):
        read_grid(tmp_path / "gone.nii")


@pytest.mark.parametrize("name", ["text.nii", "text.nii.gz"])
def test_files_that_are_no_images_are_refused(files, name):
    path = files.text(name, *["not an image"] * 100)

    with pytest.raises(DataError, match=rf"{name}: cannot be read as NIfTI"):
        read_grid(path)


@pytest.mark.parametrize("name", ["cut.nii", "cut.nii.gz"])
def test_truncated_images_are_refused(files, rng, name):
    path = files.nifti(name, rng.normal(size=(20, 20, 20)))
    path.write_bytes(path.read_bytes()[:-2000])

    with pytest.raises(DataError, match=r"promises \(20, 20, 20\) values"):
        read_volume(path)


def test_a_header_of_a_negative_size_is_refused(files):
    path = files.nifti("minus.nii", np.zeros((3, 3, 3)))
    content = bytearray(path.read_bytes())
    content[42:44] = (-3).to_bytes(2, "little", signed=True)  # dim[1] of NIfTI-1
    path.write_bytes(content)

    with pytest.raises(DataError, match=r"promises a shape of \(-3, 3, 3\), which"):
        read_grid(path)


def test_a_time_unit_that_nobody_knows_tells_no_repetition_time(files):
    path = files.bold("unit.nii", n_volumes=3, tr_s=2.0, unit="sec")
    content = bytearray(path.read_bytes())
    content[123] = 184  # xyzt_units of NIfTI-1
    path.write_bytes(content)

    assert read_grid(path).tr_s is None


def test_a_header_that_cannot_be_mended_is_refused(files):
    path = files.nifti("offset.nii", np.zeros((3, 3, 3)))
    content = bytearray(path.read_bytes())
    content[108:112] = np.float32(88).tobytes()  # vox_offset, within the header itself
    path.write_bytes(content)

    with pytest.raises(DataError, match="cannot be read as NIfTI"):
        read_grid(path)


def test_images_of_other_dimensions_are_refused(files):
    path = files.nifti("flat.nii", np.zeros((3, 3)))

    with pytest.raises(DataError, match="2-D, but 3-D or 4-D is needed"):
        read_grid(path)


def test_masks_of_another_shape_or_place_are_refused(files):
    grid = read_grid(files.bold("bold.nii"))
    small = files.nifti("small.nii", np.ones((2, 2, 2), np.uint8))
    moved = AFFINE.copy()
    moved[0, 3] = 1.5
    shifted = files.mask("shifted.nii", slice(None), affine=moved)

    with pytest.raises(DataError, match=r"small.nii: shape \(2, 2, 2\).*\(4, 3, 2\)"):
        read_mask(small, grid)
    with pytest.raises(DataError, match=r"shifted.nii.*another affine.*up to 1.5 mm"):
        read_mask(shifted, grid)


def test_rounded_affines_are_the_same_place(files):
    bold = files.bold("bold.nii")
    near = files.mask("near.nii", 1, affine=AFFINE + 1e-5)

    assert grid_problems(read_grid(near), read_grid(bold)) == []


def test_empty_and_four_dimensional_masks_are_refused(files):
    empty = files.nifti("empty.nii", np.full(SHAPE, np.nan))
    deep = files.nifti("deep.nii", np.ones((*SHAPE, 3)))

    with pytest.raises(DataError, match=r"mask is empty \(none of 24 voxels is > 0"):
        read_mask(empty)
    with pytest.raises(DataError, match="a mask is one volume, this has 3"):
        read_mask(deep)


TURN = np.array([[0.9, -0.3, 0.1], [0.32, 0.94, 0.05], [-0.1, 0.0, 1.0]])
ORIENTATIONS = {
    "RAS": np.diag([2.0, 2, 3, 1]),
    "LAS": np.diag([-2.0, 2, 3, 1]),
    "LPI": np.diag([-2.0, -2, -3, 1]),
    "oblique": np.block(
        [
            [np.linalg.qr(TURN)[0] * [2, 2, 3], np.array([[-7.0], [3], [1]])],
            [np.zeros((1, 3)), np.ones((1, 1))],
        ]
    ),
}


@pytest.mark.parametrize("name", ORIENTATIONS)
@pytest.mark.parametrize(("space", "code"), [("MNI152NLin6Asym", 4), ("T1w", 2)])
def test_position_and_orientation_are_written_in_both_forms(
    tmp_path, name, space, code
):
    affine = ORIENTATIONS[name]
    data = np.arange(24, dtype=np.float32).reshape(SHAPE)

    write_volume(tmp_path / "a.nii.gz", data, affine, space=space)

    image = nib.load(tmp_path / "a.nii.gz")
    for form, coded in (image.get_sform(coded=True), image.get_qform(coded=True)):
        np.testing.assert_allclose(form, affine, atol=1e-5)
        assert coded == code
    assert image.get_data_dtype() == np.float32
    assert nib.aff2axcodes(image.affine) == nib.aff2axcodes(affine)
    np.testing.assert_array_equal(image.get_fdata(), data)


def test_a_shear_is_left_to_the_form_that_can_hold_it(tmp_path):
    affine = np.diag([2.0, 2, 2, 1])
    affine[0, 1] = 0.7

    write_volume(tmp_path / "a.nii.gz", np.ones(SHAPE, np.float32), affine)

    image = nib.load(tmp_path / "a.nii.gz")
    np.testing.assert_allclose(image.affine, affine)
    assert image.get_qform(coded=True)[1] == 0


def test_a_mask_of_minus_one_is_outside(files):
    values = np.full(files.shape, -1, np.int16)
    values[1] = 1

    mask = read_mask(files.nifti("roi.nii.gz", values))

    assert mask.any((1, 2)).tolist() == [False, True, False, False]


@pytest.mark.parametrize(
    ("kind", "scale", "plain"),
    [
        (np.int16, (1, 0), True),
        (np.int16, (0.003, 0), False),
        (np.float32, None, False),
    ],
)
def test_whole_numbers_without_a_scale_are_noticed(files, kind, scale, plain):
    image = nib.Nifti1Image(np.ones(files.shape, kind), files.affine)
    if scale:
        image.header.set_slope_inter(*scale)
    nib.save(image, files.folder / "b.nii.gz")

    assert holds_plain_integers(files.folder / "b.nii.gz") == plain

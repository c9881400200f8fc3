"""Grayordinates keep their place on the way in and on the way out."""

import nibabel as nib
import numpy as np
import pytest
from derivatives import AFFINE, MESH, N_VOLUMES, SHAPE, TR_S, brain_axis

from boldwise.errors import DataError
from boldwise.io.cifti import (
    open_cifti,
    read_cifti,
    read_cifti_grid,
    read_cifti_labels,
    write_cifti,
)


@pytest.fixture
def run(fmriprep):
    stem = fmriprep.run("cifti")
    return stem.with_name(f"{stem.name}_space-fsLR_den-91k_bold.dtseries.nii")


def test_cortex_keeps_vertices_and_the_rest_keeps_voxels(run):
    grid = read_cifti_grid(run)

    voxels = grid.voxels
    assert (grid.n_volumes, grid.tr_s) == (N_VOLUMES, TR_S)
    assert voxels.n_vertices == dict(
        zip(("CORTEX_LEFT", "CORTEX_RIGHT"), MESH.values(), strict=True)
    )
    assert voxels.volume_shape == SHAPE
    np.testing.assert_array_equal(voxels.affine, AFFINE)
    below = voxels.structure == "THALAMUS_LEFT"
    assert (voxels.vertex[below] == -1).all()
    assert sorted(map(tuple, voxels.ijk[below])) == [
        (i, 1, k) for i in (1, 2) for k in (0, 1)
    ]
    assert 3 not in voxels.vertex[voxels.structure == "CORTEX_LEFT"]
    assert set(voxels.hemisphere) == {"L", "R"}


def test_values_are_those_that_nibabel_reads(run):
    np.testing.assert_array_equal(read_cifti(run), nib.load(run).get_fdata())


def test_a_map_comes_back_at_its_places(tmp_path, run):
    voxels = read_cifti_grid(run).voxels
    kept = np.arange(len(voxels)) % 3 != 0
    values = np.arange(len(voxels), dtype=float)
    path = tmp_path / "r.dscalar.nii"

    write_cifti(path, values[kept], voxels.take(kept), name="gabor: r")

    image = nib.load(path)
    rows, columns = (image.header.get_axis(i) for i in (0, 1))
    assert list(rows.name) == ["gabor: r"]
    assert columns == brain_axis()[np.flatnonzero(kept)]
    np.testing.assert_array_equal(image.get_fdata()[0], values[kept])
    assert image.get_data_dtype() == np.float32
    assert image.nifti_header.get_intent()[0] == "ConnDenseScalar"


def test_structures_lie_together_whatever_the_order(tmp_path, run):
    voxels = read_cifti_grid(run).voxels
    order = np.random.default_rng(0).permutation(len(voxels))
    path = tmp_path / "r.dscalar.nii"

    write_cifti(path, order.astype(float), voxels.take(order), name="r")

    back = read_cifti_grid(path).voxels
    place = dict(zip(voxels.place.tolist(), range(len(voxels)), strict=True))
    expected = [place[one] for one in back.place.tolist()]
    np.testing.assert_array_equal(read_cifti(path)[0], expected)


def test_cortex_alone_needs_no_volume(tmp_path, run):
    voxels = read_cifti_grid(run).voxels
    cortex = voxels.take(voxels.on_surface)
    path = tmp_path / "r.dscalar.nii"

    write_cifti(path, np.ones(len(cortex)), cortex, name="r")

    assert read_cifti_grid(path).voxels.volume_shape == (0, 0, 0)
    np.testing.assert_array_equal(read_cifti_grid(path).voxels.vertex, cortex.vertex)


def test_labels_are_read_with_their_values(tmp_path):
    axis = brain_axis()
    table = {0: ("???", (0, 0, 0, 0)), 3: ("V1", (1, 0, 0, 1))}
    labels = nib.cifti2.LabelAxis(["areas"], [table])
    data = np.zeros((1, len(axis)), np.float32)
    nib.save(nib.Cifti2Image(data, header=(labels, axis)), tmp_path / "a.dlabel.nii")

    assert read_cifti_labels(tmp_path / "a.dlabel.nii") == {0: "???", 3: "V1"}


def test_a_series_has_no_labels(run):
    assert read_cifti_labels(run) == {}


def test_parcels_are_no_grayordinates(tmp_path):
    parcels = nib.cifti2.ParcelsAxis.from_brain_models([("all", brain_axis())])
    image = nib.Cifti2Image(
        np.ones((4, 1), np.float32),
        header=(nib.cifti2.SeriesAxis(0, 1, 4), parcels),
    )
    nib.save(image, tmp_path / "a.ptseries.nii")

    with pytest.raises(DataError, match=r"columns are ParcelsAxis, not gray"):
        read_cifti_grid(tmp_path / "a.ptseries.nii")


def test_other_files_are_refused(tmp_path, files):
    with pytest.raises(DataError, match="no such file"):
        open_cifti(tmp_path / "none.dtseries.nii")
    with pytest.raises(DataError, match="without CIFTI's table"):
        open_cifti(files.bold("a.dtseries.nii", n_volumes=3))
    with pytest.raises(DataError, match="cannot be read as CIFTI"):
        open_cifti(files.text("b.dtseries.nii", "x"))


def test_a_truncated_file_is_refused(run):
    run.write_bytes(run.read_bytes()[:-800])

    with pytest.raises(DataError, match="the header promises"):
        read_cifti(run)

"""Values on vertices: read as others write them, written as others read them."""

import nibabel as nib
import numpy as np
import pytest
from derivatives import MESH, N_VOLUMES, write_gifti

from boldwise.errors import DataError
from boldwise.io.surfaces import (
    open_surface,
    read_surface,
    read_surface_grid,
    write_surface,
)


@pytest.fixture
def run(fmriprep):
    stem = fmriprep.run("surface")
    names = [f"{stem.name}_hemi-{side}_space-fsaverage5_bold.func.gii" for side in "LR"]
    return tuple(stem.with_name(name) for name in names)


def test_the_head_of_a_file_tells_its_size(run):
    grid = read_surface_grid(run)

    assert grid.n_vertices == tuple(MESH.values())
    assert grid.n_volumes == N_VOLUMES
    assert grid.path == run[0]


def test_values_are_those_that_nibabel_reads(run):
    expected = np.stack([array.data for array in nib.load(run[1]).darrays])

    np.testing.assert_array_equal(read_surface(run[1]), expected)


def test_a_series_in_one_array_is_turned(tmp_path):
    data = np.arange(12, dtype=np.float32).reshape(4, 3)  # vertices, volumes
    for side in "LR":
        write_gifti(tmp_path / f"{side}.gii", [data], side)

    grid = read_surface_grid((tmp_path / "L.gii", tmp_path / "R.gii"))

    assert (grid.n_vertices, grid.n_volumes) == ((4, 4), 3)
    np.testing.assert_array_equal(read_surface(grid.path), data.T)


def test_files_of_freesurfer_are_read(tmp_path):
    data = np.arange(10, dtype=">f4").reshape(5, 1, 1, 2)
    nib.save(nib.MGHImage(data.astype(np.float32), np.eye(4)), tmp_path / "lh.b.mgh")

    np.testing.assert_array_equal(read_surface(tmp_path / "lh.b.mgh"), data[:, 0, 0].T)


@pytest.mark.parametrize("suffix", ["func", "shape"])
def test_a_map_comes_back_with_type_and_structure(tmp_path, suffix):
    path = tmp_path / f"hemi-R_r.{suffix}.gii"
    values = np.array([0.5, np.nan, -1], np.float64)

    write_surface(path, values, structure="CORTEX_RIGHT", name="gabor: r")

    image = nib.load(path)
    (array,) = image.darrays
    np.testing.assert_array_equal(array.data, values.astype(np.float32))
    assert array.data.dtype == np.float32
    assert image.meta["AnatomicalStructurePrimary"] == "CortexRight"
    assert array.meta["Name"] == "gabor: r"
    code = {"func": "NIFTI_INTENT_NONE", "shape": "NIFTI_INTENT_SHAPE"}[suffix]
    assert array.intent == nib.nifti1.intent_codes[code]


def test_equal_maps_give_equal_bytes(tmp_path):
    for name in ("a.func.gii", "b.func.gii"):
        write_surface(tmp_path / name, np.ones(9), structure="CORTEX_LEFT", name="r")

    one, other = ((tmp_path / f"{n}.func.gii").read_bytes() for n in "ab")
    assert one == other


def test_one_file_for_both_hemispheres_is_refused(run):
    with pytest.raises(DataError, match=r"one file for both.*\{hemisphere\}"):
        read_surface_grid(run[:1])


def test_hemispheres_of_other_lengths_are_refused(run, fmriprep):
    write_gifti(run[1], np.zeros((3, MESH["R"])), "R")

    with pytest.raises(DataError, match=r"60 volumes, but .*hemi-R.* has 3"):
        read_surface_grid(run)


def test_absent_and_damaged_files_are_refused(tmp_path, files):
    path = files.text("L.gii", "no gifti at all")
    for read in (lambda p: read_surface_grid((p, p)), open_surface):
        with pytest.raises(DataError, match="no such file"):
            read(tmp_path / "none.gii")
    with pytest.raises(DataError, match="not a GIfTI file of values"):
        read_surface_grid((path, path))
    with pytest.raises(DataError, match="cannot be read as GIfTI or FreeSurfer"):
        read_surface(path)


def test_a_truncated_file_is_refused(run):
    run[0].write_bytes(run[0].read_bytes()[:4000])

    with pytest.raises(DataError, match="cannot be read as GIfTI"):
        read_surface(run[0])


@pytest.mark.parametrize("suffix", [".mgh", ".mgz"])
def test_a_cut_file_of_freesurfer_is_refused(tmp_path, suffix):
    path = tmp_path / f"lh.x{suffix}"
    data = np.random.default_rng(0).normal(size=(500, 1, 1)).astype(np.float32)
    nib.save(nib.MGHImage(data, np.eye(4)), path)
    path.write_bytes(path.read_bytes()[:700])

    with pytest.raises(DataError, match=rf"lh\.x\{suffix}: cannot be read as GIfTI or"):
        read_surface(path)


def test_a_map_that_cannot_be_written_leaves_the_old_one(tmp_path):
    path = tmp_path / "a.func.gii"
    write_surface(path, np.ones(3), structure="CORTEX_LEFT", name="r")
    before = path.read_bytes()

    with pytest.raises(KeyError):
        write_surface(path, np.zeros(3), structure="THALAMUS", name="r")

    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]

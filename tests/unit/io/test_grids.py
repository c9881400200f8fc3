"""Runs on any grid are read alike, and keep the places of their columns."""

import numpy as np
import pytest
from derivatives import MESH, N_VOLUMES, SHAPE

from boldwise.io.bold_source import BoldSource
from boldwise.io.grids import (
    all_columns,
    any_grid_problems,
    place_vertices,
    read_any_grid,
    read_columns_of,
    voxels_of,
)

SPACES = {"volume": "T1w", "surface": "fsaverage5", "cifti": "fsLR"}


@pytest.fixture(params=SPACES)
def grid(request, fmriprep):
    fmriprep.run(request.param)
    source = BoldSource("", query=fmriprep.query(space=SPACES[request.param]))
    return read_any_grid(source.run_files("01")[0].bold)


def test_columns_and_their_places_go_together(grid):
    every = all_columns(grid)
    some = every.copy()
    some.ravel()[::2] = False

    whole, part = (read_columns_of(grid, one) for one in (every, some))
    places, kept = (voxels_of(grid, one) for one in (every, some))

    assert whole.shape == (N_VOLUMES, len(places))
    assert whole.dtype == np.float32
    np.testing.assert_array_equal(part, whole[:, some.ravel()])
    np.testing.assert_array_equal(kept.place, places.place[some.ravel()])
    assert len(np.unique(places.place)) == len(places)


def test_a_grid_agrees_with_itself(grid):
    assert any_grid_problems(grid, grid) == []


def test_other_meshes_and_kinds_are_told(fmriprep):
    grids = []
    for form, space in SPACES.items():
        fmriprep.run(form)
        source = BoldSource("", query=fmriprep.query(space=space))
        grids.append(read_any_grid(source.run_files("01")[0].bold))
    volume, surface, cifti = grids
    finer = type(surface)(surface.paths, (99, 99), 5)
    fewer = type(cifti)(cifti.path, cifti.voxels.take(np.arange(9)), 5)

    assert "meshes of (99, 99) vertices" in any_grid_problems(finer, surface)[0]
    assert "9 grayordinates, but" in any_grid_problems(fewer, cifti)[0]
    assert "another kind of file" in any_grid_problems(volume, surface)[0]


def test_vertices_are_laid_out_left_then_right():
    voxels = place_vertices(tuple(MESH.values()))

    assert voxels.hemisphere.tolist() == ["L"] * MESH["L"] + ["R"] * MESH["R"]
    assert voxels.vertex[MESH["L"]] == 0
    assert voxels.on_surface.all()
    assert (voxels.ijk == -1).all()


def test_voxels_of_a_volume_keep_their_indices(fmriprep):
    fmriprep.run("volume")
    source = BoldSource("", query=fmriprep.query())
    grid = read_any_grid(source.run_files("01")[0].bold)

    assert voxels_of(grid, all_columns(grid)).ijk[-1].tolist() == [n - 1 for n in SHAPE]

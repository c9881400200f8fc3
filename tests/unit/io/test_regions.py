"""Regions from files of every kind fall on the voxels and vertices that they mean."""

from dataclasses import replace

import nibabel as nib
import numpy as np
import pytest
from derivatives import AFFINE, MESH, SHAPE, brain_axis, write_gifti

from boldwise.errors import DataError
from boldwise.io.cifti import read_cifti_grid
from boldwise.io.grids import place_vertices
from boldwise.io.regions import read_regions, values_at
from boldwise.io.run_files import fill_sides
from boldwise.responses.records import Voxels


@pytest.fixture
def volume():
    inside = np.random.default_rng(1).random(SHAPE) < 0.6
    return Voxels(np.argwhere(inside), SHAPE, AFFINE)


@pytest.fixture
def surface():
    every = place_vertices(tuple(MESH.values()))
    return every.take(every.vertex % 3 > 0)


@pytest.fixture
def read(tmp_path):
    def regions(voxels, rois=None, atlases=None, space="T1w"):
        return read_regions(
            rois or {},
            atlases or {},
            voxels,
            locate=lambda t: tuple(tmp_path / one for one in fill_sides(t, {})),
            space=space,
        )

    return regions


def save_volume(path, values, affine=AFFINE):
    nib.save(nib.Nifti1Image(values.astype(np.float32), affine), path)


def test_a_mask_is_looked_up_at_each_voxel(tmp_path, read, volume):
    values = np.arange(np.prod(SHAPE)).reshape(SHAPE) % 4 - 1  # -1 is outside, too
    save_volume(tmp_path / "m.nii.gz", values)

    roi = read(volume, {"m": "m.nii.gz"})

    np.testing.assert_array_equal(roi["m"], values[tuple(volume.ijk.T)] > 0)


def test_labels_in_the_style_of_nsd_are_named_by_their_table(tmp_path, read, volume):
    values = np.arange(np.prod(SHAPE)).reshape(SHAPE) % 4 - 1
    save_volume(tmp_path / "prf-visualrois.nii.gz", values)
    (tmp_path / "rois.ctab").write_text("0 Unknown\n1 V1v\n2 V1d\n")
    atlas = {"path": "prf-visualrois.nii.gz", "lookup": "rois.ctab"}

    roi = read(volume, atlases={"prf": atlas})

    assert list(roi) == ["V1v", "V1d"]
    np.testing.assert_array_equal(roi["V1d"], values[tuple(volume.ijk.T)] == 2)
    joined = read(volume, atlases={"p": {**atlas, "regions": {"V1": ["V1v", "V1d"]}}})
    np.testing.assert_array_equal(joined["V1"], roi["V1v"] | roi["V1d"])


def test_names_that_occur_twice_are_led_by_their_atlas(tmp_path, read, volume):
    save_volume(tmp_path / "m.nii.gz", np.ones(SHAPE))
    (tmp_path / "n.tsv").write_text("index\tname\n1\tV1\n")
    atlas = {"path": "m.nii.gz", "lookup": "n.tsv"}

    assert list(read(volume, {"V1": "m.nii.gz"}, {"a": atlas})) == ["V1", "a-V1"]


@pytest.mark.parametrize("kind", ["label.gii", "annot", "mgz"])
def test_labels_on_vertices_are_looked_up_in_their_hemisphere(
    tmp_path, read, surface, kind
):
    values = {side: np.arange(n) % 3 for side, n in MESH.items()}
    names = ["unknown", "V1", "V2"]
    for side, path in zip("LR", fill_sides(f"{{hemi}}.a.{kind}", {}), strict=True):
        if kind == "annot":
            colours = np.array([[i, i, i, 0, 0] for i in (1, 2, 3)])
            nib.freesurfer.write_annot(tmp_path / path, values[side], colours, names)
        elif kind == "mgz":
            data = values[side].astype(np.int32).reshape(-1, 1, 1)
            nib.save(nib.MGHImage(data, np.eye(4)), tmp_path / path)
        else:
            labels = dict(enumerate(names))
            write_gifti(
                tmp_path / path, [values[side]], side, intent="LABEL", labels=labels
            )
    (tmp_path / "names.tsv").write_text("index\tname\n1\tV1\n2\tV2\n")
    lookup = {"lookup": "names.tsv"} if kind == "mgz" else {}

    roi = read(surface, atlases={"a": {"path": f"{{hemi}}.a.{kind}", **lookup}})

    expected = [
        values[h][v] for h, v in zip(surface.hemisphere, surface.vertex, strict=True)
    ]
    np.testing.assert_array_equal(roi["V1"], np.array(expected) == 1)
    np.testing.assert_array_equal(roi["V2"], np.array(expected) == 2)


def test_a_dlabel_file_falls_on_its_grayordinates(tmp_path, read, fmriprep):
    axis = brain_axis()
    values = np.arange(len(axis)) % 3
    table = {0: ("?", (0,) * 4), 1: ("A", (0,) * 4), 2: ("B", (0,) * 4)}
    image = nib.Cifti2Image(
        values[None].astype(np.float32),
        header=(nib.cifti2.LabelAxis(["x"], [table]), axis),
    )
    nib.save(image, tmp_path / "a.dlabel.nii")
    stem = fmriprep.run("cifti")
    path = stem.with_name(f"{stem.name}_space-fsLR_den-91k_bold.dtseries.nii")
    voxels = read_cifti_grid(path).voxels
    order = np.random.default_rng(0).permutation(len(voxels))[:40]

    roi = read(voxels.take(order), atlases={"a": {"path": "a.dlabel.nii"}})

    np.testing.assert_array_equal(roi["B"], values[order] == 2)


def test_volume_masks_reach_only_voxels_and_surface_masks_only_vertices(
    tmp_path, fmriprep
):
    stem = fmriprep.run("cifti")
    path = stem.with_name(f"{stem.name}_space-fsLR_den-91k_bold.dtseries.nii")
    voxels = read_cifti_grid(path).voxels
    save_volume(tmp_path / "m.nii.gz", np.ones(SHAPE))
    for side, n in MESH.items():
        write_gifti(tmp_path / f"{side}.gii", [np.ones(n)], side)

    below = np.nan_to_num(values_at((tmp_path / "m.nii.gz",), voxels)) > 0
    cortex = np.nan_to_num(values_at((tmp_path / "L.gii", tmp_path / "R.gii"), voxels))

    np.testing.assert_array_equal(below, ~voxels.on_surface)
    np.testing.assert_array_equal(cortex > 0, voxels.on_surface)


def test_a_small_rounding_of_the_affine_is_forgiven(tmp_path, read, volume):
    save_volume(tmp_path / "m.nii.gz", np.ones(SHAPE), AFFINE + 1e-5)

    assert read(volume, {"m": "m.nii.gz"})["m"].all()


def test_other_grids_and_meshes_are_told_together(tmp_path, read, volume, surface):
    shifted = AFFINE.copy()
    shifted[0, 3] += 2
    save_volume(tmp_path / "a.nii.gz", np.ones(SHAPE), shifted)
    save_volume(tmp_path / "b.nii.gz", np.ones((5, 5, 5)))
    for side in "LR":
        write_gifti(tmp_path / f"{side}.gii", [np.ones(9)], side)

    with pytest.raises(DataError) as caught:
        read(volume, {"a": "a.nii.gz", "b": "b.nii.gz"})
    one, two = str(caught.value).splitlines()
    assert "another affine (they differ by up to 2 mm)" in one
    assert f"shape (5, 5, 5), but the volume of the responses has shape {SHAPE}" in two
    with pytest.raises(DataError, match=r"9 vertices, but .* mesh of 30. Resample"):
        read(surface, {"a": "{hemisphere}.gii"})


def test_a_volume_says_nothing_of_vertices(tmp_path, read, surface):
    save_volume(tmp_path / "m.nii.gz", np.ones(SHAPE))

    with pytest.raises(DataError, match=r"none of the \d+ voxels or vertices"):
        read(surface, {"m": "m.nii.gz"})


def test_grayordinates_of_another_mesh_are_told(tmp_path, fmriprep):
    stem = fmriprep.run("cifti")
    path = stem.with_name(f"{stem.name}_space-fsLR_den-91k_bold.dtseries.nii")
    voxels = read_cifti_grid(path).voxels
    finer = replace(voxels, n_vertices={**voxels.n_vertices, "CORTEX_LEFT": 99})

    with pytest.raises(DataError, match=r"30 vertices in CORTEX_LEFT, but .* have 99"):
        values_at((path,), finer)


def test_a_region_outside_the_mask_is_told(tmp_path, read, volume):
    save_volume(tmp_path / "m.nii.gz", np.zeros(SHAPE))

    with pytest.raises(DataError, match="no voxel of 'm' lies inside the mask"):
        read(volume, {"m": "m.nii.gz"})


def test_an_atlas_comes_from_somewhere(read, volume):
    with pytest.raises(DataError, match="atlas 'a': give `path`, or `fetch`"):
        read(volume, atlases={"a": {}})


def write_tables(folder, kind, values, names):
    """Write labels of both hemispheres, each with a table of its own."""
    lookup = {}
    for side, path in zip("LR", fill_sides(f"{{hemi}}.s.{kind}", {}), strict=True):
        table = dict(enumerate(["unknown", *names[side]]))
        if kind == "annot":
            colours = np.array([[i, i, i, 0, 0] for i in range(1, len(table) + 1)])
            texts = list(table.values())
            nib.freesurfer.write_annot(folder / path, values[side], colours, texts)
        elif kind == "mgz":
            data = values[side].astype(np.int32).reshape(-1, 1, 1)
            nib.save(nib.MGHImage(data, np.eye(4)), folder / path)
            rows = [f"{value} {name}" for value, name in table.items()]
            (folder / f"{path[:2]}.ctab").write_text("\n".join(rows) + "\n")
            lookup = {"lookup": "{hemi}.ctab"}
        else:
            write_gifti(
                folder / path, [values[side]], side, intent="LABEL", labels=table
            )
    return {"path": f"{{hemi}}.s.{kind}", **lookup}


@pytest.mark.parametrize("kind", ["label.gii", "annot", "mgz"])
def test_one_value_may_mean_another_region_in_each_hemisphere(
    tmp_path, read, surface, kind
):
    """In Schaefer's parcellation value 1 is LH_Vis_1 on the left, RH_Vis_1 right."""
    values = {side: np.arange(n) % 4 for side, n in MESH.items()}
    names = {s: [f"{s}H_Vis_1", "Shared", f"{s}H_Vis_2"] for s in "LR"}
    atlas = write_tables(tmp_path, kind, values, names)

    roi = read(surface, atlases={"s": atlas})

    assert sorted(roi) == ["LH_Vis_1", "LH_Vis_2", "RH_Vis_1", "RH_Vis_2", "Shared"]
    here = np.where(surface.hemisphere == "L", values["L"][surface.vertex % 30], 0)
    right = surface.hemisphere == "R"
    here[right] = values["R"][surface.vertex[right]]
    np.testing.assert_array_equal(roi["LH_Vis_1"], (here == 1) & ~right)
    np.testing.assert_array_equal(roi["RH_Vis_1"], (here == 1) & right)
    np.testing.assert_array_equal(roi["Shared"], here == 2)
    joined = {**atlas, "regions": {"Vis": ["LH_Vis_1", "RH_Vis_1"]}}
    np.testing.assert_array_equal(
        read(surface, atlases={"s": joined})["Vis"], here == 1
    )

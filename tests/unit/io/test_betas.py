"""Betas of a subject: stacked blocks, an id per row, a place per column."""

from dataclasses import replace

import h5py
import numpy as np
import pytest
from scipy.io import savemat

from boldwise.errors import DataError
from boldwise.io.betas import BetaSource, read_betas

N_VOXELS = 5


@pytest.fixture
def betas(tmp_path, rng):
    """Write two sets of three trials, voxels first, as one struct."""
    sets = {}
    for name in ("set1", "set2"):
        ids = [f"{word}_{name}_cropped" for word in ("Cat", "Dog", "Cat")]
        matrix = rng.normal(size=(N_VOXELS, 3)).astype(np.float32)
        sets[name] = {"betas": matrix, "names": np.array(ids, object)}
    save(tmp_path, sets)
    coords = np.column_stack([np.arange(1, 6), np.ones((5, 2), int)])
    savemat(tmp_path / "voxels.mat", {"coords": coords, "dims": [5, 1, 1]})
    return sets


def save(folder, sets):
    savemat(folder / "sub-7.mat", {"B": sets})


def fields(folder, **changes):
    blocks = [
        {
            "response": f"B/{name}/betas",
            "stimulus_id": f"B/{name}/names",
            "voxels_first": True,
            "session": name,
        }
        for name in ("set1", "set2")
    ]
    voxels = {"path": "voxels.mat", "ijk": "coords", "volume_shape": "dims"}
    whole = {
        "root": str(folder),
        "path": "sub-{subject}.mat",
        "blocks": blocks,
        "voxels": {**voxels, "one_based": True},
        "unit": "beta",
        "id_rule": {"drop": ["_cropped"], "lower": True},
    }
    return BetaSource(**{**whole, **changes})


def test_blocks_are_stacked_with_their_ids_and_labels(betas, tmp_path):
    responses = read_betas(fields(tmp_path), "7")

    expected = np.hstack([betas["set1"]["betas"], betas["set2"]["betas"]]).T
    np.testing.assert_array_equal(responses.response, expected)
    assert responses.trials.stimulus_id[2:4].tolist() == ["cat_set1", "cat_set2"]
    assert responses.trials.session.tolist() == ["set1"] * 3 + ["set2"] * 3
    assert responses.trials.repeat.tolist() == [0, 0, 1, 0, 0, 1]
    assert responses.unit == "beta"
    np.testing.assert_array_equal(responses.voxels.ijk[:, 0], np.arange(5))


def test_constant_and_nan_voxels_are_left_out_and_counted(betas, tmp_path):
    for one in betas.values():
        one["betas"][1] = 0
    betas["set2"]["betas"][3, 0] = np.nan
    save(tmp_path, betas)

    responses = read_betas(fields(tmp_path), "7")

    assert responses.voxels.ijk[:, 0].tolist() == [0, 2, 4]
    assert responses.notes["voxels_dropped"].startswith("2 of 5")
    assert np.isfinite(responses.response).all()


def test_a_constant_subject_is_refused_by_name(betas, tmp_path):
    for one in betas.values():
        one["betas"][:] = 1
    save(tmp_path, betas)

    with pytest.raises(DataError, match=r"sub-7.mat: subject 7 has no usable voxel"):
        read_betas(fields(tmp_path), "7")


def test_without_a_voxel_table_voxels_are_numbered(betas, tmp_path):
    responses = read_betas(fields(tmp_path, voxels=None), "7")

    assert responses.voxels.volume_shape == (5, 1, 1)


def test_ids_may_come_from_a_table_with_labels(betas, tmp_path, files):
    files.text(
        "ids.csv", "stimulus_id,session,run,onset_s", "a,1,2,0.5", "b,1,2,4", "a,2,1,"
    )
    block = {"response": "B/set1/betas", "stimulus_id": "ids.csv", "voxels_first": True}

    trials = read_betas(fields(tmp_path, blocks=[block]), "7").trials

    assert trials.stimulus_id.tolist() == ["a", "b", "a"]
    assert trials.session.tolist() == ["1", "1", "2"]
    assert trials.run.tolist() == ["2", "2", "1"]
    np.testing.assert_array_equal(trials.onset_s, [0.5, 4, np.nan])


def test_nifti_betas_have_a_volume_per_trial(tmp_path, files, rng):
    data = rng.normal(size=(*files.shape, 3)).astype(np.float32)
    files.nifti("sub-7_betas.nii.gz", data)
    files.mask("sub-7_mask.nii.gz", slice(1, 3))
    files.mask("region.nii.gz", 2)
    files.text("sub-7_ids.tsv", "stimulus_id", "a", "b", "a")
    source = BetaSource(
        root=str(tmp_path),
        path="sub-{subject}_betas.nii.gz",
        blocks=[{"response": "volumes", "stimulus_id": "sub-{subject}_ids.tsv"}],
        mask="sub-{subject}_mask.nii.gz",
        rois={"v4": "region.nii.gz"},
    )

    responses = read_betas(source, "7")

    at = tuple(responses.voxels.ijk.T)
    np.testing.assert_array_equal(responses.response, data[at].T)
    np.testing.assert_array_equal(responses.voxels.roi["v4"], at[0] == 2)
    np.testing.assert_array_equal(responses.voxels.affine, files.affine)


def test_nifti_betas_need_their_ids_in_a_table(tmp_path, files):
    files.bold("sub-7.nii.gz", n_volumes=3)
    blocks = [{"response": "volumes", "stimulus_id": "B/names"}]

    with pytest.raises(DataError, match="NIfTI betas need one block"):
        read_betas(fields(tmp_path, path="sub-{subject}.nii.gz", blocks=blocks), "7")


def test_a_turned_matrix_is_refused_with_the_setting(betas, tmp_path):
    blocks = [{**one, "voxels_first": False} for one in fields(tmp_path).blocks]

    with pytest.raises(DataError, match=r"5 trials of 3 voxels.*voxels_first: true"):
        read_betas(fields(tmp_path, blocks=blocks), "7")


def test_all_blocks_that_do_not_fit_are_told_together(betas, tmp_path):
    for one in betas.values():
        one["names"] = one["names"][:2]
    save(tmp_path, betas)

    with pytest.raises(DataError) as caught:
        read_betas(fields(tmp_path), "7")

    lines = str(caught.value).splitlines()
    assert len(lines) == 2
    assert "'B/set1/betas' holds 3 trials of 5 voxels, but there are 2" in lines[0]


def test_trials_without_a_name_are_refused(betas, tmp_path):
    betas["set1"]["names"][1] = "_cropped"
    save(tmp_path, betas)

    with pytest.raises(DataError, match=r"1 trials have no stimulus id \(number '2'\)"):
        read_betas(fields(tmp_path), "7")


def test_what_is_no_matrix_is_refused(betas, tmp_path):
    blocks = [{**fields(tmp_path).blocks[0], "response": "B/set1/names"}]

    with pytest.raises(DataError, match=r"'B/set1/names' has shape \(3,\) and type <U"):
        read_betas(fields(tmp_path, blocks=blocks), "7")


@pytest.fixture
def stored(tmp_path, files, rng):
    """Write betas of NSD's kind: percent signal change times 300, as int16."""
    percent = rng.normal(0, 2, size=(*files.shape, 3)).round(2)

    def write(kind):
        name = "sub-7_betas.nii.gz" if kind == "nifti" else "sub-7_betas.h5"
        whole = np.round(300 * percent).astype(np.int16)
        if kind == "nifti":
            files.nifti(name, whole)
        else:
            with h5py.File(tmp_path / name, "w") as file:
                file["betas"] = whole.reshape(-1, 3).T
                file["volumes"] = whole.T
        files.text("sub-7_ids.tsv", "stimulus_id", "a", "b", "a")
        place = {"response": "betas", "stimulus_id": "sub-{subject}_ids.tsv"}
        source = BetaSource(root=str(tmp_path), path=name, blocks=[place])
        return source, percent.reshape(-1, 3).T

    return write


@pytest.mark.parametrize("kind", ["nifti", "hdf5"])
def test_whole_numbers_need_their_factor(stored, kind):
    source, percent = stored(kind)

    with pytest.raises(DataError, match=r"whole numbers up to \d+ without.*divide_by"):
        read_betas(source, "7")
    found = read_betas(replace(source, divide_by=300), "7").response
    np.testing.assert_allclose(found, percent, atol=1 / 300)
    assert read_betas(replace(source, divide_by=1), "7").response.max() > 150


def test_volumes_in_hdf5_are_refused_with_the_way_out(stored):
    source, _ = stored("hdf5")
    blocks = [{**source.blocks[0], "response": "volumes"}]

    with pytest.raises(DataError, match=r"shape \(3, 2, 3, 4\).*give the NIfTI files"):
        read_betas(replace(source, blocks=blocks), "7")


def test_label_images_name_regions_of_betas(stored, files):
    source, _ = stored("nifti")
    labels = np.full(files.shape, -1, np.int16)
    labels[1], labels[2] = 1, 2
    files.nifti("prf-visualrois.nii.gz", labels)
    files.text("prf.ctab", "0 Unknown", "1 V1v", "2 V1d")
    atlas = {"path": "prf-visualrois.nii.gz", "lookup": "prf.ctab"}

    voxels = read_betas(
        replace(source, divide_by=300, atlases={"prf": atlas}), "7"
    ).voxels

    np.testing.assert_array_equal(voxels.roi["V1d"], voxels.ijk[:, 0] == 2)
    assert list(voxels.roi) == ["V1v", "V1d"]

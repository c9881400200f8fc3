"""A subject's runs become responses in the voxels of the mask."""

import nibabel as nib
import numpy as np
import pytest
from derivatives import MESH, N_VOLUMES, write_gifti, write_tsv

from boldwise.errors import DataError
from boldwise.io.bold import read_bold
from boldwise.io.bold_plan import BoldSource
from boldwise.io.images import read_volume
from boldwise.io.scrubbing import Scrub
from boldwise.responses.records import Voxels
from boldwise.responses.runs import Recipe, Run, estimate_responses

RECIPE = Recipe("least_squares_all", high_pass_hz=0)


def read(fields, *, recipe=RECIPE, **changes):
    source = BoldSource(**{**fields, **changes})
    return read_bold(source, "s1", recipe=recipe, confounds=[])


def test_responses_are_those_of_the_core(bold_fields, files):
    """Same numbers as when every array is handed over by hand."""
    inside = np.zeros(files.shape, bool)
    inside[1:3] = True
    runs = []
    for run in ("01", "02"):
        data, _ = read_volume(files.folder / f"sub-s1_run-{run}_bold.nii.gz")
        ids = np.array([f"{letter}-{run}" for letter in "abcde"])
        onset_s = 6 + 20.0 * np.arange(5)
        runs.append(
            Run(run, "1", data[inside].T, ids, onset_s, np.full(5, 3.0), 2.0, 0.9)
        )
    voxels = Voxels(np.argwhere(inside), files.shape)

    responses = read(bold_fields)

    expected = estimate_responses(runs, voxels, RECIPE)
    np.testing.assert_array_equal(responses.response, expected.response)
    np.testing.assert_array_equal(responses.voxels.ijk, expected.voxels.ijk)


def test_place_and_time_are_recorded(bold_fields, files):
    responses = read(bold_fields)

    np.testing.assert_array_equal(responses.voxels.affine, files.affine)
    assert responses.voxels.volume_shape == files.shape
    assert responses.tr_s == 2.0
    assert responses.space == "native"
    assert responses.notes["start_time_s"] == "0.9"
    assert responses.voxels.roi["region"].sum() == 6


def test_confounds_change_the_responses(bold_fields):
    source = BoldSource(**bold_fields)

    without = read(bold_fields)
    cleaned = read_bold(source, "s1", recipe=RECIPE, confounds=["motion"])

    assert np.abs(without.response - cleaned.response).max() > 0.01
    assert cleaned.notes["confounds"] == "motion"


def test_without_a_mask_the_background_is_left_out(bold_fields, files):
    for run in ("01", "02"):
        data = files.rng.normal(1000, 10, size=(*files.shape, 60)).astype(np.float32)
        data[0] = 0
        files.nifti(f"sub-s1_run-{run}_bold.nii.gz", data)

    responses = read(bold_fields, mask=None)

    assert responses.voxels.ijk[:, 0].min() == 1
    assert responses.response.shape == (10, 18)
    assert responses.notes["voxels_dropped"].startswith("6 of 24")


def test_volumes_come_with_their_ids(bold_fields):
    responses = read(bold_fields, recipe=Recipe("timeseries"))

    assert responses.response.shape == (120, 12)
    assert responses.trials.stimulus_id[60] == "run-02_volume-0000"


def test_a_subject_of_constant_voxels_is_refused_by_name(bold_fields, files):
    constant = np.full((*files.shape, 60), 100, np.float32)
    files.nifti("sub-s1_run-02_bold.nii.gz", constant)

    with pytest.raises(DataError, match="subject s1, run 02: none of 12 voxels"):
        read(bold_fields)


def test_events_at_one_time_are_refused_with_run_and_subject(bold_fields, files):
    files.events("sub-s1_run-02_events.tsv", (6, 3, "a"), (6, 3, "b"))

    with pytest.raises(DataError, match="subject s1, run 02: 2 trials cannot be told"):
        read(bold_fields)


SPACES = {"volume": "T1w", "surface": "fsaverage5", "cifti": "fsLR"}


def read_derivatives(fmriprep, form, *, recipe=RECIPE, scrub=None, **changes):
    space = SPACES[form]
    source = BoldSource(
        str(fmriprep.root), query=fmriprep.query(space=space), space=space, **changes
    )
    return read_bold(source, "01", recipe=recipe, confounds=["motion"], scrub=scrub)


@pytest.mark.parametrize("form", SPACES)
def test_derivatives_of_every_kind_become_responses(fmriprep, form):
    for run in ("1", "2"):
        fmriprep.run(form, run)

    responses = read_derivatives(fmriprep, form)

    assert responses.response.shape == (20, len(responses.voxels))
    assert np.isfinite(responses.response).all()
    assert responses.trials.run.tolist() == ["1"] * 10 + ["2"] * 10
    assert responses.space == SPACES[form]
    assert responses.notes["volumes_left_out"].startswith("4 of 120: before the steady")
    assert responses.notes["start_time_s"] == "0.98"


def test_vertices_without_values_are_left_out_and_counted(fmriprep):
    fmriprep.run("surface")

    responses = read_derivatives(fmriprep, "surface")

    for side, n_vertices in MESH.items():
        vertex = responses.voxels.vertex[responses.voxels.hemisphere == side]
        lost = sorted(set(range(n_vertices)) - set(vertex.tolist()))
        assert lost == [2, 4]  # the medial wall, and one with a NaN
    assert responses.notes["voxels_dropped"].startswith("4 of 62")


def test_volumes_that_do_not_count_are_as_if_never_taken(fmriprep):
    stem = fmriprep.run("volume")
    table = fmriprep.confounds(stem, non_steady=0)
    moved = np.full(N_VOLUMES, 0.1)
    moved[[20, 21]] = 5
    table |= {"framewise_displacement": moved, "std_dvars": np.ones(N_VOLUMES)}
    write_tsv(f"{stem}_desc-confounds_timeseries.tsv", table)
    scrub = Scrub(min_volumes=1)
    before = read_derivatives(fmriprep, "volume", scrub=scrub)

    path = stem.with_name(f"{stem.name}_space-T1w_desc-preproc_bold.nii.gz")
    image = nib.load(path)
    data = image.get_fdata(dtype=np.float32)
    data[..., 20:22] = 1e6
    nib.save(nib.Nifti1Image(data, image.affine, image.header), path)
    after = read_derivatives(fmriprep, "volume", scrub=scrub)

    np.testing.assert_array_equal(after.response, before.response)
    assert "2 of 60: " in after.notes["volumes_left_out"]
    assert not np.allclose(
        read_derivatives(fmriprep, "volume").response, before.response
    )


def test_rows_of_continuous_data_keep_the_numbers_of_their_volumes(fmriprep):
    fmriprep.run("volume")
    recipe = Recipe("timeseries", high_pass_hz=0)

    trials = read_derivatives(fmriprep, "volume", recipe=recipe).trials

    assert trials.stimulus_id[0] == "run-1_volume-0002"
    np.testing.assert_allclose(trials.onset_s, 0.98 + 2 * np.arange(2, N_VOLUMES))


@pytest.mark.parametrize(
    ("value", "told"), [(0, "are 0 or not finite"), (7, "changes over 60 volumes")]
)
@pytest.mark.parametrize("form", ["volume", "surface"])
def test_a_run_that_was_never_filled_is_named(fmriprep, form, value, told):
    for run in ("1", "2"):
        fmriprep.run(form, run)
    fmriprep._noise = lambda *shape: np.full(shape, value, np.float32)
    stem = fmriprep.run(form, "2")
    if form == "surface":
        for side, n_vertices in MESH.items():
            path = f"{stem}_hemi-{side}_space-fsaverage5_bold.func.gii"
            write_gifti(path, np.full((60, n_vertices), value), side)

    with pytest.raises(DataError, match=rf"run 2: .* voxels of sub-01_.*{told}"):
        read_derivatives(fmriprep, form)


def test_runs_of_other_lengths_and_repetition_times_become_trials(fmriprep):
    fmriprep.run("volume", "1")
    fmriprep.run("volume", "2", tr_s=1.5, n_volumes=90)

    responses = read_derivatives(fmriprep, "volume")

    assert len(responses.trials) == 20
    assert responses.tr_s is None


def test_regions_are_those_of_the_vertices_that_are_left(fmriprep):
    fmriprep.run("surface")
    labels = {0: "none", 1: "V1"}
    for side, n_vertices in MESH.items():
        values = np.arange(n_vertices) < 10
        path = fmriprep.root / f"{side}.label.gii"
        write_gifti(path, [values], side, intent="LABEL", labels=labels)

    responses = read_derivatives(
        fmriprep, "surface", atlases={"a": {"path": "{hemisphere}.label.gii"}}
    )

    np.testing.assert_array_equal(
        responses.voxels.roi["V1"], responses.voxels.vertex < 10
    )

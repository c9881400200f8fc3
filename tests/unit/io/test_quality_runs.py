"""Runs are opened as measured, one at a time, with motion as their files tell it."""

import gc
import weakref

import nibabel as nib
import numpy as np
import pytest

from boldwise.io.quality_runs import MOTION, N_BACKGROUND, open_runs

OPTIONS = {"estimate": "least_squares_all", "confounds": [], "scrub": None}
TIME_SERIES = {**OPTIONS, "estimate": "timeseries"}


@pytest.fixture
def opened(bold_fields):
    """Open the two runs of a subject; tests change files first."""

    def run_of(options=OPTIONS, **changes):
        return open_runs({"kind": "bold", **bold_fields, **changes}, "s1", options)

    return run_of


def power_fd(motion):
    """Calculate the displacement of Power et al. (2012) on a sphere of 50 mm."""
    steps = np.abs(np.diff(motion, axis=0))
    return steps[:, :3].sum(axis=1) + 50 * steps[:, 3:].sum(axis=1)


def write_table(files, run, names, values):
    rows = ["\t".join(f"{x:.9f}" for x in row) for row in values]
    files.text(f"sub-s1_run-{run}_confounds.tsv", "\t".join(names), *rows)


@pytest.mark.parametrize("seed", range(3))
def test_motion_is_found_by_name_whatever_the_order_of_columns(opened, files, seed):
    rng = np.random.default_rng(seed)
    motion = rng.normal(size=(60, 6)) * [0.2, 0.2, 0.2, 0.002, 0.002, 0.002]
    order = rng.permutation(6)
    write_table(files, "01", [MOTION[k] for k in order], motion[:, order])

    first = next(opened().runs)

    np.testing.assert_allclose(first.displacement_mm[1:], power_fd(motion), atol=1e-6)
    for name, column in zip(MOTION, motion.T, strict=True):
        np.testing.assert_allclose(first.motion[name], column, atol=1e-8)


def test_a_table_that_lacks_a_parameter_tells_no_displacement(opened, files):
    write_table(files, "01", MOTION[:5], np.zeros((60, 5)))

    first, second = opened().runs

    assert first.displacement_mm is None
    assert first.motion == {}
    assert second.displacement_mm.shape == (60,)


def test_a_displacement_alone_is_believed(opened, files):
    told = np.linspace(0, 1, 60)
    write_table(files, "01", ["framewise_displacement"], told[:, None])

    first = next(opened().runs)

    np.testing.assert_allclose(first.displacement_mm, told, atol=1e-8)
    assert first.motion == {}


def test_motion_is_measured_even_where_nothing_is_regressed_out(opened):
    assert next(opened().runs).motion.keys() == set(MOTION)
    assert next(opened(confounds=None).runs).motion == {}


def test_the_series_are_those_of_the_file_inside_the_mask(opened, files):
    mask = nib.load(files.folder / "sub-s1_mask.nii.gz").get_fdata() > 0

    found = opened()

    assert len(found.voxels) == mask.sum()
    np.testing.assert_array_equal(found.voxels.ijk, np.argwhere(mask))
    for run in found.runs:
        path = files.folder / f"sub-s1_run-{run.run.run}_bold.nii.gz"
        expected = nib.load(path).get_fdata(dtype=np.float32)[mask].T
        np.testing.assert_array_equal(run.run.bold, expected)
        assert run.run.tr_s == files.tr_s


def test_the_background_is_the_mean_of_the_first_volumes_of_the_first_run(
    opened, files
):
    data = nib.load(files.folder / "sub-s1_run-01_bold.nii.gz").get_fdata()

    first, second = opened().runs

    expected = data[..., :N_BACKGROUND].mean(axis=-1)
    np.testing.assert_allclose(first.background, expected, rtol=1e-5)
    assert second.background is None


def test_a_short_run_has_a_background_of_all_its_volumes(opened, files):
    for run in ("01", "02"):
        files.bold(f"sub-s1_run-{run}_bold.nii.gz", n_volumes=N_BACKGROUND - 4)
        files.motion(f"sub-s1_run-{run}_confounds.tsv", n_volumes=N_BACKGROUND - 4)
    data = nib.load(files.folder / "sub-s1_run-01_bold.nii.gz").get_fdata()

    first = next(opened(TIME_SERIES).runs)

    np.testing.assert_allclose(first.background, data.mean(axis=-1), rtol=1e-5)


def test_a_run_is_freed_when_the_next_is_asked_for(opened):
    runs = opened().runs
    first = weakref.ref(next(runs).run.bold)

    next(runs)
    gc.collect()

    assert first() is None


def test_time_series_need_no_events(opened, files):
    for run in ("01", "02"):
        (files.folder / f"sub-s1_run-{run}_events.tsv").unlink()

    runs = list(opened(TIME_SERIES).runs)

    assert [len(one.run.onset_s) for one in runs] == [0, 0]


def test_volumes_that_moved_are_marked_and_kept_in_the_series(opened, files):
    moved = np.zeros((60, 2))
    moved[30] = 3, 0
    names = ["framewise_displacement", "std_dvars"]
    for run in ("01", "02"):
        write_table(files, run, names, moved)
    scrub = {"fd_mm": 0.5, "std_dvars": 1.5, "min_volumes": 1}

    first = next(opened({**OPTIONS, "scrub": scrub}).runs)

    assert np.flatnonzero(~first.run.kept).tolist() == [30]
    assert len(first.run.bold) == 60


@pytest.mark.parametrize(("n_columns", "wanted"), [(6, "motion"), (5, "all")])
def test_time_courses_tell_their_motion_by_six_columns_only(
    files, rng, n_columns, wanted
):
    series, motion = rng.normal(100, 1, (40, 2)), rng.normal(size=(40, n_columns))
    np.savetxt(files.folder / "s1.txt", series)
    np.savetxt(files.folder / "m1.txt", motion)
    source = {
        **{"kind": "series", "root": str(files.folder), "runs": ["1"], "tr_s": 2.0},
        **{"series": "{subject}.txt", "confounds": "m1.txt", "columns": ["l", "r"]},
    }

    found = open_runs(source, "s1", {**TIME_SERIES, "confounds": [wanted]})
    (run,) = found.runs

    assert (run.displacement_mm is not None) == (n_columns == 6)
    assert run.background is None
    assert {k: v.tolist() for k, v in found.voxels.roi.items()} == {
        "l": [True, False],
        "r": [False, True],
    }

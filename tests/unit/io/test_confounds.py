"""Confounds are found by name, group or pattern, in tables with and without header."""

import json

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.io.confounds import GROUPS, read_columns, read_confounds


@pytest.fixture
def plain(files, rng):
    """Write six columns without a header, as FSL and PyMVPA do."""
    motion = rng.normal(size=(20, 6)).round(6)
    rows = ["  ".join(map(str, row)) + "  " for row in motion]
    return files.text("moest.txt", *rows), motion


@pytest.fixture
def tabled(files, rng):
    names = [*GROUPS["motion24"], "csf", "white_matter", "motion_outlier00", "fd"]
    names += [f"a_comp_cor_{i:02d}" for i in range(8)]
    values = rng.normal(size=(10, len(names))).round(6)
    rows = [[str(value) for value in row] for row in values]
    for column, name in enumerate(names):
        if "derivative" in name or name == "fd":
            rows[0][column] = "n/a"
    path = files.text("c.tsv", "\t".join(names), *("\t".join(row) for row in rows))
    return path, dict(zip(names, values.T, strict=True))


@pytest.mark.parametrize("group", ["motion", "compcor", "wm_csf"])
def test_a_group_is_its_columns(tabled, group):
    path, values = tabled

    confounds = read_confounds(path, [group])

    expected = np.column_stack([values[name] for name in GROUPS[group]])
    np.testing.assert_array_equal(confounds, expected)


def test_the_first_volume_of_a_derivative_gets_the_mean_of_the_others(tabled):
    path, values = tabled

    confounds = read_confounds(path, ["trans_y_derivative1"])[:, 0]

    assert confounds[0] == pytest.approx(values["trans_y_derivative1"][1:].mean())
    np.testing.assert_array_equal(confounds[1:], values["trans_y_derivative1"][1:])


def test_patterns_may_match_nothing(tabled):
    path, _ = tabled

    assert read_confounds(path, ["motion_outlier*"]).shape == (10, 1)
    assert read_confounds(path, ["non_steady*"]).shape == (10, 0)


def test_columns_asked_for_twice_come_once(tabled):
    path, _ = tabled

    assert read_confounds(path, ["motion", "trans_x", "motion24"]).shape == (10, 24)


def test_all_is_every_column(tabled):
    path, values = tabled

    assert read_confounds(path, ["all"]).shape == (10, len(values))


def test_six_columns_without_a_header_are_motion(plain):
    path, motion = plain

    np.testing.assert_array_equal(read_confounds(path, ["motion"]), motion)


def test_derivatives_and_squares_are_made_where_there_are_none(plain):
    path, motion = plain

    confounds = read_confounds(path, ["motion24"])

    change = np.diff(motion, axis=0)
    np.testing.assert_allclose(confounds[1:, 6:12], change)
    np.testing.assert_allclose(confounds[1:, 18:], change**2)
    np.testing.assert_allclose(confounds[:, 12:18], motion**2)
    assert np.isfinite(confounds).all()


def test_other_numbers_of_columns_are_taken_whole(files):
    path = files.text("c.txt", "1 2", "3 4", "5 7")

    np.testing.assert_array_equal(
        read_confounds(path, ["all"]), [[1, 2], [3, 4], [5, 7]]
    )


def test_an_unknown_confound_is_refused_with_the_nearest(tabled):
    path, _ = tabled

    with pytest.raises(DataError, match=r"no confound 'trans_w'.*did you mean 'trans_"):
        read_confounds(path, ["trans_w"])


def test_an_unlike_confound_is_refused_with_some_that_there_are(files):
    path = files.text("c.tsv", "csf\tfd", "1\t2")

    with pytest.raises(DataError, match=r"'trans_x' among 2 columns; .*csf, fd"):
        read_confounds(path, ["motion"])


def test_values_missing_beyond_the_first_are_refused(files):
    path = files.text("c.tsv", "csf", "1", "n/a", "n/a", "4")

    with pytest.raises(DataError, match="'csf' has no value in 2 of 4 volumes"):
        read_confounds(path, ["csf"])


def test_ragged_columns_are_refused(files):
    with pytest.raises(DataError, match="rows hold 1 to 2 values"):
        read_confounds(files.text("c.txt", "1 2", "3"), ["all"])


def test_an_empty_table_is_refused(files):
    with pytest.raises(DataError, match="the confounds table is empty"):
        read_confounds(files.text("c.txt", ""), ["all"])


STRATEGIES = {
    ("motion",): {"strategy": ("motion",), "motion": "basic"},
    ("motion12",): {"strategy": ("motion",), "motion": "derivatives"},
    ("motion24",): {"strategy": ("motion",), "motion": "full"},
    ("wm_csf", "motion"): {"strategy": ("wm_csf", "motion"), "motion": "basic"},
    ("global_signal",): {"strategy": ("global_signal",)},
    ("high_pass",): {"strategy": ("high_pass",)},
    ("compcor",): {"strategy": ("compcor", "high_pass"), "n_compcor": 6},
}


@pytest.mark.parametrize("wanted", STRATEGIES, ids="-".join)
def test_nilearn_loads_the_same_columns(fmriprep, wanted):
    from nilearn.interfaces.fmriprep import load_confounds

    stem = fmriprep.run("volume")
    theirs, _ = load_confounds(
        f"{stem}_space-T1w_desc-preproc_bold.nii.gz",
        demean=False,
        **STRATEGIES[wanted],
    )

    ours = read_confounds(f"{stem}_desc-confounds_timeseries.tsv", wanted)

    expected = theirs.to_numpy().T
    assert ours.shape == theirs.shape
    # The first volume of a derivative is unknown, and filled in otherwise.
    gap = np.abs(ours.T[None, :, 1:] - expected[:, None, 1:]).max(2)
    assert sorted(gap.argmin(1)) == list(range(len(expected)))
    assert gap.min(1).max() < 1e-8


def test_components_come_with_their_cosines_or_not_at_all(files):
    names = [f"a_comp_cor_{i:02d}" for i in range(6)]
    path = files.text("c.tsv", "\t".join(names), "\t".join(["1"] * 6))

    assert read_confounds(path, ["compcor"], run_length_s=100).shape == (1, 6)
    with pytest.raises(DataError, match=r"`compcor` without a cosine column among 6"):
        read_confounds(path, ["compcor"], run_length_s=128)


def test_components_of_the_joint_mask_are_chosen_where_masks_are_told(fmriprep):
    stem = fmriprep.run("volume")
    path = stem.with_name(f"{stem.name}_desc-confounds_timeseries.json")
    about = {f"a_comp_cor_{i:02d}": {"Mask": "combined"} for i in (2, 3)}
    path.write_text(json.dumps({**about, "a_comp_cor_00": {"Mask": "CSF"}}))
    table = path.with_suffix(".tsv")

    found = read_confounds(table, ["compcor"])

    expected = read_confounds(
        table, ["a_comp_cor_02", "a_comp_cor_03", "cosine00", "cosine01"]
    )
    np.testing.assert_array_equal(found, expected)
    path.write_text("{")
    with pytest.raises(DataError, match=r"not JSON \(.* in line 1\). Mend it"):
        read_confounds(table, ["compcor"])


def test_all_leaves_out_the_marks_of_the_unsteady_start(fmriprep):
    stem = fmriprep.run("volume")
    table = read_columns(f"{stem}_desc-confounds_timeseries.tsv")
    marks = [name for name in table if name.startswith("non_steady")]

    found = read_confounds(f"{stem}_desc-confounds_timeseries.tsv", ["all"])

    assert len(marks) == 2
    assert found.shape[1] == len(table) - 2

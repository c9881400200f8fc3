"""Confounds are found by name, group or pattern, in tables with and without header."""

import numpy as np
import pytest

from boldwise.errors import DataError
from boldwise.io.confounds import GROUPS, read_confounds


@pytest.fixture
def plain(files, rng):
    """Write six columns without a header, as FSL and PyMVPA do."""
    motion = rng.normal(size=(20, 6)).round(6)
    rows = ["  ".join(map(str, row)) + "  " for row in motion]
    return files.text("moest.txt", *rows), motion


@pytest.fixture
def fmriprep(files, rng):
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
def test_a_group_is_its_columns(fmriprep, group):
    path, values = fmriprep

    confounds = read_confounds(path, [group])

    expected = np.column_stack([values[name] for name in GROUPS[group]])
    np.testing.assert_array_equal(confounds, expected)


def test_the_first_volume_of_a_derivative_gets_the_mean_of_the_others(fmriprep):
    path, values = fmriprep

    confounds = read_confounds(path, ["trans_y_derivative1"])[:, 0]

    assert confounds[0] == pytest.approx(values["trans_y_derivative1"][1:].mean())
    np.testing.assert_array_equal(confounds[1:], values["trans_y_derivative1"][1:])


def test_patterns_may_match_nothing(fmriprep):
    path, _ = fmriprep

    assert read_confounds(path, ["motion_outlier*"]).shape == (10, 1)
    assert read_confounds(path, ["non_steady*"]).shape == (10, 0)


def test_columns_asked_for_twice_come_once(fmriprep):
    path, _ = fmriprep

    assert read_confounds(path, ["motion", "trans_x", "motion24"]).shape == (10, 24)


def test_all_is_every_column(fmriprep):
    path, values = fmriprep

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


def test_an_unknown_confound_is_refused_with_the_nearest(fmriprep):
    path, _ = fmriprep

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

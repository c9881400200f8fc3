"""Volumes that do not count are those that nilearn leaves out."""

import numpy as np
import pytest
from derivatives import segments

from boldwise.errors import DataError
from boldwise.io.confounds import read_columns
from boldwise.io.scrubbing import Scrub, find_kept


@pytest.fixture
def moved():
    """Move volumes 3, 20, 23 and 56 of 60, by either measure."""
    displacement, dvars = np.full(60, 0.1), np.ones(60)
    displacement[[0, 3, 20, 56]] = np.nan, 2, 0.6, 0.51
    dvars[[0, 23]] = np.nan, 1.6
    return {"framewise_displacement": displacement, "std_dvars": dvars}


def test_without_scrubbing_only_the_unsteady_start_is_left_out(moved):
    first = np.eye(60)[0]

    kept = find_kept({**moved, "non_steady_state_outlier00": first}, None, where="c")

    assert np.flatnonzero(~kept).tolist() == [0]


def test_short_stretches_between_moved_volumes_go_with_them(moved):
    kept = find_kept(moved, Scrub(), where="c")

    assert np.flatnonzero(~kept).tolist() == [
        0,
        1,
        2,
        3,
        *range(20, 24),
        *range(56, 60),
    ]
    assert min(segments(kept)) >= 5
    longer = find_kept(moved, Scrub(min_volumes=1), where="c")
    assert np.flatnonzero(~longer).tolist() == [3, 20, 23, 56]


@pytest.mark.parametrize("seed", range(4))
def test_nilearn_leaves_out_the_same_volumes(fmriprep, seed):
    from nilearn.interfaces.fmriprep import load_confounds

    fmriprep.rng = np.random.default_rng(seed)
    stem = fmriprep.run("volume")
    wanted = {"fd_mm": 0.3, "std_dvars": 0.9, "min_volumes": 4}
    image = f"{stem}_space-T1w_desc-preproc_bold.nii.gz"

    _, theirs = load_confounds(
        image,
        strategy=("motion", "scrub"),
        scrub=wanted["min_volumes"],
        fd_threshold=wanted["fd_mm"],
        std_dvars_threshold=wanted["std_dvars"],
    )
    table = read_columns(f"{stem}_desc-confounds_timeseries.tsv")
    ours = np.flatnonzero(find_kept(table, Scrub(**wanted), where="c"))

    assert len(ours) < 50
    np.testing.assert_array_equal(ours, theirs)


def test_missing_measures_are_told():
    with pytest.raises(DataError, match=r"no column 'std_dvars', which `responses.sc"):
        find_kept({"framewise_displacement": np.zeros(9)}, Scrub(), where="c.tsv")


def test_a_run_that_never_lay_still_is_refused(moved):
    with pytest.raises(DataError, match="of 60 volumes none is left"):
        find_kept(moved, Scrub(fd_mm=0.01, min_volumes=60), where="c.tsv")

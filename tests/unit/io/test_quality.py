"""Quality is measured from a subject's files: runs, motion, mask, features, repeats."""

import numpy as np
import pytest

from boldwise.features.records import FeatureSpace
from boldwise.io.quality import read_quality
from boldwise.io.quality_runs import open_runs
from boldwise.io.records import write_features, write_responses
from boldwise.io.subjects import read_subject

OPTIONS = {
    "estimate": "least_squares_all",
    "hrf": "glover",
    "high_pass_hz": 0.0,
    "detrend_order": 1,
    "confounds": ["motion"],
    "block_delay_s": 5.0,
    "standardize": "none",
    "scrub": None,
}
IDS = [f"{letter}-{run}" for run in ("01", "02") for letter in "abcde"]


@pytest.fixture
def prepare(bold_fields, files):
    """Write the responses and features of a subject; give what a job would pass."""

    def write(**changes):
        options = {**OPTIONS, **changes}
        source = {"kind": "bold", **bold_fields}
        responses = files.folder / "responses.h5"
        write_responses(responses, read_subject(source, "s1", options), provenance={})
        feature = files.rng.normal(size=(len(IDS), 20)).astype(np.float32)
        space = FeatureSpace(np.array(IDS), feature, {})
        write_features(files.folder / "words.h5", space, provenance={})
        more = {"responses": responses, "features": [files.folder / "words.h5"]}
        return source, options, more

    return write


def read(prepared):
    source, options, more = prepared
    return read_quality(source, "s1", options, **more)


def test_runs_are_measured_with_their_motion(prepare, files):
    motion = np.hstack([files.rng.normal(0, size, (60, 3)) for size in (0.2, 0.002)])
    for order, run in (([0, 1, 2, 3, 4, 5], "01"), ([3, 4, 5, 0, 1, 2], "02")):
        rows = (" ".join(f"{x:.6f}" for x in row) for row in motion[:, order])
        files.text(f"sub-s1_run-{run}_confounds.tsv", *rows)  # without names

    series = read(prepare()).series

    change = np.abs(np.diff(motion, axis=0))
    expected = change[:, :3].sum(axis=1) + 50 * change[:, 3:].sum(axis=1)
    assert [run.run for run in series.runs] == ["01", "02"]
    for run in series.runs:
        np.testing.assert_allclose(run.displacement_mm[1:], expected, atol=1e-3)
    assert series.runs[0].tsnr.shape == (12,)


def test_told_displacement_wins_over_motion_parameters(prepare, files):
    path = files.folder / "sub-s1_run-01_confounds.tsv"
    header, *rows = path.read_text().splitlines()
    told = ["n/a", *(f"{k / 100:.2f}" for k in range(1, 60))]
    lines = [f"{row}\t{fd}" for row, fd in zip(rows, told, strict=True)]
    files.text(path.name, f"{header}\tframewise_displacement", *lines)

    series = read(prepare()).series

    np.testing.assert_allclose(
        series.runs[0].displacement_mm[1:], np.arange(1, 60) / 100
    )


def test_the_mean_volume_reaches_beyond_the_mask(prepare, files):
    series = read(prepare()).series

    assert series.background.shape == files.shape
    assert abs(series.background.mean() - 1000) < 10
    assert len(series.voxels) == 12
    assert series.voxels.roi["region"].sum() == 6


def test_features_are_joined_by_id_and_confounds_by_name(prepare):
    task = read(prepare()).series.task

    assert task.features == ["task", "words 1", "words 2"]
    assert task.confounds[:3] == ["trans_x", "trans_y", "trans_z"]
    assert task.confounds[-3:] == ["displacement", "DVARS", "mean signal"]
    assert task.r.shape == (9, 3)
    assert 0 < task.expected < 0.2


def test_a_space_that_lacks_a_stimulus_is_left_out(prepare, files):
    source, options, more = prepare()
    space = FeatureSpace(np.array(IDS[:-1]), np.ones((9, 3), np.float32), {})
    write_features(files.folder / "words.h5", space, provenance={})

    task = read_quality(source, "s1", options, **more).series.task

    assert task.features == ["task"]


def test_the_design_is_that_of_the_first_run(prepare):
    design = read(prepare()).series.design

    assert design.run == "01"
    assert design.groups == [("trials", 5), ("drifts", 2), ("confounds", 6)]


def test_time_series_have_no_trials_to_repeat(prepare):
    quality = read(prepare(estimate="timeseries"))

    assert quality.kind == "continuous"
    assert quality.reliability is None
    assert [name for name, _ in quality.series.design.groups] == ["drifts", "confounds"]


def test_without_confounds_motion_is_unknown_but_jumps_are_not(prepare, bold_fields):
    bold_fields["confounds"] = None

    series = read(prepare()).series

    assert np.isnan(series.runs[0].mean_displacement_mm)
    assert series.task.confounds == ["DVARS", "mean signal"]


def test_given_betas_have_no_series(prepare):
    source, options, more = prepare()

    quality = read_quality({**source, "kind": "betas"}, "s1", options, **more)

    assert quality.series is None
    assert quality.carpet.shape == (12, 10)


def test_what_the_full_recipe_chose_is_kept_by_name(prepare):
    source, options, more = prepare()
    responses = read_subject(source, "s1", options)
    fit = {"hrf_index_odd": np.arange(12), "hrf_index_even": np.arange(12) + 5}
    fit |= {"fraction": np.full(12, 0.5), "mean_bold": np.ones(12)}
    responses.fit.update(fit)
    write_responses(more["responses"], responses, provenance={})

    quality = read_quality(source, "s1", options, **more)

    assert list(quality.maps) == ["hrf_index", "fraction"]
    assert quality.maps["hrf_index"].tolist() == list(range(12))


def test_runs_are_opened_one_at_a_time(bold_fields):
    opened = open_runs({"kind": "bold", **bold_fields}, "s1", OPTIONS)

    first = next(opened.runs)

    assert first.run.bold.shape == (60, 12)
    assert first.background is not None
    assert next(opened.runs).background is None


def test_time_courses_without_a_volume_are_measured_too(files):
    rng = np.random.default_rng(1)
    courses = rng.normal(100, 1, (80, 2))
    files.text("s1.txt", *(" ".join(f"{x:.5f}" for x in row) for row in courses))
    source = {
        "kind": "series",
        "root": str(files.folder),
        "runs": ["1"],
        "series": "{subject}.txt",
        "tr_s": 2.0,
        "columns": ["left", "right"],
    }
    options = {**OPTIONS, "estimate": "timeseries", "confounds": []}
    responses = files.folder / "responses.h5"
    write_responses(responses, read_subject(source, "s1", options), provenance={})

    quality = read_quality(source, "s1", options, responses=responses, features=[])

    assert quality.series.background is None
    assert quality.series.groups == [("left", 1), ("right", 1)]
    assert abs(np.median(quality.series.tsnr) - 100) < 25
    assert quality.series.task is None


def test_runs_that_differ_in_what_is_known_are_not_compared(prepare, files):
    path = files.folder / "sub-s1_run-02_confounds.tsv"
    header, *rows = path.read_text().splitlines()
    files.text(path.name, header.replace("trans_x", "other"), *rows)

    quality = read(prepare(confounds=["rot_x"]))

    assert quality.series.task is None

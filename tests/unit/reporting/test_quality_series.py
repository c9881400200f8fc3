"""Traces and carpets: every volume once, runs and regions where they are."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure
from tiny_quality import N_VOLUMES, tiny_quality

from boldwise.reporting.quality_series import (
    MAX_COLUMNS,
    MAX_NAMES,
    SPREAD,
    draw_series,
    name_groups,
    thin_out,
)
from boldwise.responses.quality import MOVED_MM


@pytest.fixture(scope="module")
def series():
    """Two runs of sixty volumes."""
    return tiny_quality().series


@pytest.fixture
def axis():
    """Give an empty axis."""
    return Figure().subplots()


def repeat_runs(series, n_runs):
    """Make runs out of the first one, named from 01 on."""
    runs = [replace(series.runs[0], run=f"{k + 1:02d}") for k in range(n_runs)]
    return replace(series, runs=runs)


def ticks(axis):
    """Read the names along the rows."""
    return [text.get_text() for text in axis.get_yticklabels()]


@pytest.mark.parametrize("n_volumes", [1, 7, 8, 9, 16, 23, 100])
def test_thinned_columns_are_means_of_their_volumes(n_volumes):
    carpet = np.random.default_rng(0).normal(size=(3, n_volumes))

    thinned = thin_out(carpet, n_columns=8)

    step = -(-n_volumes // 8)
    expected = [
        carpet[:, start : start + step].mean(axis=1)
        for start in range(0, n_volumes, step)
    ]
    assert thinned.shape[1] <= 8
    np.testing.assert_allclose(thinned, np.transpose(expected))


def test_thinning_keeps_the_carpet_as_it_was():
    carpet = np.arange(24.0).reshape(2, 12)
    before = carpet.copy()

    thin_out(carpet, n_columns=5)

    np.testing.assert_array_equal(carpet, before)


def test_names_stand_in_the_middle_of_their_rows_with_lines_between(axis):
    name_groups(axis, [("V1", 40), ("V2", 20), ("", 40)])

    assert ticks(axis) == ["V1", "V2", "other"]
    np.testing.assert_allclose(axis.get_yticks(), [20, 50, 80])
    assert [line.get_ydata()[0] for line in axis.lines] == [40, 60]


def test_regions_of_few_rows_have_a_line_but_no_name(axis):
    name_groups(axis, [("large", 98), ("tiny", 2)])

    assert ticks(axis) == ["large"]
    assert len(axis.lines) == 1


def test_without_regions_rows_are_voxels(axis):
    name_groups(axis, [("", 160)])

    assert ticks(axis) == ["voxels"]
    assert len(axis.lines) == 0


def test_traces_join_the_runs_in_their_order(series):
    displacement, dvars, mean, _ = draw_series(series).axes

    for axis, name in (
        (displacement, "displacement_mm"),
        (dvars, "dvars"),
        (mean, "mean_signal"),
    ):
        joined = np.concatenate([getattr(run, name) for run in series.runs])
        np.testing.assert_array_equal(axis.lines[0].get_ydata(), joined)


def test_the_limit_of_displacement_is_marked(series):
    axis = draw_series(series).axes[0]

    assert axis.lines[1].get_ydata() == [MOVED_MM, MOVED_MM]


def test_traces_that_cannot_be_negative_start_at_zero(series):
    displacement, dvars, mean, _ = draw_series(series).axes

    assert displacement.get_ylim()[0] == dvars.get_ylim()[0] == 0
    assert mean.get_ylim()[0] < 0


def test_a_motionless_run_still_has_an_axis(series):
    still = [replace(one, displacement_mm=np.zeros(N_VOLUMES)) for one in series.runs]

    figure = draw_series(replace(series, runs=still))

    low, high = figure.axes[0].get_ylim()
    assert low == 0 < high
    assert "0 moved by more than 0.5 mm" in figure.get_label()


def test_rows_of_the_carpet_have_one_spread_and_constant_ones_stay_zero(series):
    flat = [run.carpet.copy() for run in series.runs]
    for carpet in flat:
        carpet[0] = 0
    runs = [
        replace(run, carpet=carpet)
        for run, carpet in zip(series.runs, flat, strict=True)
    ]

    image = draw_series(replace(series, runs=runs)).axes[3].images[0]

    spread = np.asarray(image.get_array()).std(axis=1)
    assert np.sum(spread == 0) == 1
    np.testing.assert_allclose(spread[spread > 0], 1, rtol=1e-5)
    assert image.get_clim() == (-SPREAD, SPREAD)


def test_drawing_leaves_the_carpets_as_they_were(series):
    before = [run.carpet.copy() for run in series.runs]

    draw_series(series)

    for run, carpet in zip(series.runs, before, strict=True):
        np.testing.assert_array_equal(run.carpet, carpet)


def test_a_long_session_is_thinned_but_keeps_its_axis(series):
    n_runs = MAX_COLUMNS // N_VOLUMES + 2

    figure = draw_series(repeat_runs(series, n_runs))

    image = figure.axes[3].images[0]
    assert image.get_array().shape[1] <= MAX_COLUMNS
    assert image.get_extent()[:2] == [-0.5, n_runs * N_VOLUMES - 0.5]
    assert figure.axes[0].get_xlim() == (-0.5, n_runs * N_VOLUMES - 0.5)


def test_lines_stand_between_runs_only(series):
    axis = draw_series(repeat_runs(series, 3)).axes[3]

    upright = [
        line.get_xdata()[0]
        for line in axis.lines
        if line.get_xdata()[0] == line.get_xdata()[1]
    ]
    assert upright == [N_VOLUMES - 0.5, 2 * N_VOLUMES - 0.5]


@pytest.mark.parametrize(
    ("n_runs", "named"),
    [
        (1, ["run 01"]),
        (3, ["run 01", "02", "03"]),
        (MAX_NAMES + 2, ["run 01", "03", "05", "07", "09", "11", "13", "15"]),
    ],
)
def test_runs_are_named_at_their_start_as_far_as_there_is_room(series, n_runs, named):
    axis = draw_series(repeat_runs(series, n_runs)).axes[0]

    assert [text.get_text() for text in axis.texts] == named
    starts = [text.get_position()[0] for text in axis.texts]
    assert starts == [N_VOLUMES * (int(name[-2:]) - 1) for name in named]


def test_volumes_that_do_not_count_are_marked_in_the_traces_alone(series):
    kept = np.ones(N_VOLUMES, bool)
    kept[[5, 6]] = False
    runs = [series.runs[0], replace(series.runs[1], kept=kept)]
    runs[0] = replace(runs[0], kept=np.ones(N_VOLUMES, bool))

    figure = draw_series(replace(series, runs=runs))

    marked = [
        [line.get_xdata()[0] for line in axis.lines if line.get_zorder() == 0]
        for axis in figure.axes
    ]
    lost = [N_VOLUMES + 5, N_VOLUMES + 6]
    assert marked == [lost, lost, lost, []]
    assert "2 do not count" in figure.get_label()

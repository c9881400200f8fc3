"""The design drawn: every column in its group, every correlation in its cell."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from tiny_quality import tiny_quality

from boldwise.reporting.quality_design import LEAST_LIMIT, LEAST_WIDTH, draw_design
from boldwise.responses.design_picture import DesignMatrix
from boldwise.responses.task_confounds import TaskConfounds


@pytest.fixture(scope="module")
def series():
    """Two runs with a design and correlations."""
    return tiny_quality().series


def make_task(r, *, removed=None, expected=0.1):
    """Name the confounds and features of correlations."""
    r = np.array(r, float)
    confounds = [f"confound {k}" for k in range(r.shape[0])]
    features = [f"feature {k}" for k in range(r.shape[1])]
    removed = np.full(len(features), 0.2) if removed is None else np.array(removed)
    return TaskConfounds(confounds, features, r, removed, expected)


def make_design(*groups):
    """Give noise for (name, number of columns)."""
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(30, sum(count for _, count in groups)))
    return DesignMatrix("07", matrix, groups)


def draw_heat(series, task):
    """Draw correlations; give their axis."""
    figure = draw_design(replace(series, design=None, task=task))
    figure.draw_without_rendering()
    return figure.axes[1]


def labels(ticks):
    """Read the names along an axis."""
    return [text.get_text() for text in ticks]


def test_groups_of_columns_follow_one_another_without_gaps(series):
    design = make_design(("trials", 12), ("drifts", 3), ("confounds", 5))

    axis = draw_design(replace(series, design=design)).axes[0]

    edges = [image.get_extent()[:2] for image in axis.images]
    assert [image.get_array().shape[1] for image in axis.images] == [12, 3, 5]
    assert edges[0][0] == 0
    assert all(a[1] == b[0] for a, b in pairwise(edges))
    assert axis.get_xlim() == (0, edges[-1][1])


def test_every_group_is_named_with_its_number_of_columns_at_its_middle(series):
    design = make_design(("trials", 12), ("drifts", 8))

    axis = draw_design(replace(series, design=design)).axes[0]

    assert labels(axis.get_xticklabels()) == ["trials\n(12)", "drifts\n(8)"]
    np.testing.assert_allclose(axis.get_xticks(), [0.3, 0.8])


def test_a_narrow_group_gets_room_for_its_name(series):
    design = make_design(("trials", 99), ("drifts", 1))

    axis = draw_design(replace(series, design=design)).axes[0]

    left, right = axis.images[1].get_extent()[:2]
    assert right - left == pytest.approx(LEAST_WIDTH)


def test_columns_are_scaled_to_their_own_largest_value_and_zeros_stay(series):
    matrix = np.array([[1e-6, 0, 4000.0], [-2e-6, 0, 1000.0]])
    design = DesignMatrix("01", matrix, [("a", 3)])

    image = draw_design(replace(series, design=design)).axes[0].images[0]

    np.testing.assert_allclose(image.get_array(), [[0.5, 0, 1], [-1, 0, 0.25]])
    assert image.get_clim() == (-1, 1)


def test_drawing_leaves_the_design_as_it_was(series):
    before = series.design.matrix.copy()

    draw_design(series)

    np.testing.assert_array_equal(series.design.matrix, before)


def test_without_a_design_the_correlations_stand_alone(series):
    figure = draw_design(replace(series, design=None))

    bars, heat, *_ = figure.axes
    assert len(bars.patches) == 2
    assert heat.images[0].get_array().shape == (2, 2)


def test_confounds_are_rows_and_features_columns(series):
    r = [[0.1, 0.2, 0.3], [0.4, -0.5, 0.6]]

    axis = draw_heat(series, make_task(r))

    np.testing.assert_allclose(axis.images[0].get_array(), r)
    assert labels(axis.get_yticklabels()) == ["confound 0", "confound 1"]
    assert labels(axis.get_xticklabels()) == ["feature 0", "feature 1", "feature 2"]


def test_only_correlations_worth_reading_are_written_out(series):
    task = make_task([[0.09, -0.31, np.nan], [0.1, 1.0, -0.02]])

    axis = draw_heat(series, task)

    written = {text.get_position(): text.get_text() for text in axis.texts}
    assert written == {(1, 0): "−.3", (0, 1): ".1", (1, 1): "1.0"}


@pytest.mark.parametrize(("r", "limit"), [(0.05, LEAST_LIMIT), (-0.8, 0.8)])
def test_colours_are_symmetric_and_make_no_finding_of_noise(series, r, limit):
    axis = draw_heat(series, make_task([[r, np.nan]]))

    assert axis.images[0].get_clim() == (-limit, limit)


def test_bars_are_the_percent_removed_beside_what_chance_removes(series):
    task = make_task([[0.1, 0.2]], removed=[0.35, 0.05], expected=0.08)

    bars = draw_design(replace(series, design=None, task=task)).axes[0]

    np.testing.assert_allclose([bar.get_height() for bar in bars.patches], [35, 5])
    np.testing.assert_allclose(bars.lines[0].get_ydata(), 8)
    assert bars.get_ylim()[1] > 35


def test_features_that_never_vary_are_unknown_and_still_drawn(series):
    task = make_task([[np.nan, np.nan]], removed=[np.nan, np.nan])

    figure = draw_design(replace(series, task=task))

    assert "features, at most unknown; confounds take away unknown %" in (
        figure.get_label()
    )
    assert figure.axes[1].get_ylim() == (0, 10)


def test_one_feature_that_varies_is_told_among_others_that_do_not(series):
    task = make_task([[np.nan, -0.25]], removed=[np.nan, 0.5])

    label = draw_design(replace(series, task=task)).get_label()

    assert "1 confounds with 2 features, at most 0.25" in label
    assert "50 % of a feature at most, 10 % expected" in label

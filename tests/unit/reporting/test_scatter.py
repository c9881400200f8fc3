"""Score against ceiling: every voxel in its place, those beyond the line counted."""

import numpy as np
import pytest

from boldwise.reporting.scatter import (
    MANY,
    MAX_PANELS,
    draw_score_against_ceiling,
    share_above,
)
from boldwise.reporting.style import GREY, PALETTE

CEILING = np.array([0.0, 0.25, 0.64, 1.0])


def draw(scores, ceiling=CEILING, rois=None):
    return draw_score_against_ceiling(scores, ceiling, rois or {}, min_ceiling=0.1)


def test_a_voxel_lies_at_the_root_of_its_ceiling():
    r = np.array([0.1, 0.2, 0.5, 0.9])

    figure = draw({"a": r})

    points = figure.axes[0].collections[0].get_offsets()
    np.testing.assert_allclose(points, np.column_stack([[0, 0.5, 0.8, 1], r]))


def test_voxels_without_score_or_ceiling_are_left_out():
    ceiling = np.array([0.25, np.nan, 0.25, 0.25])

    figure = draw({"a": np.array([0.1, 0.2, np.nan, 0.3])}, ceiling)

    assert len(figure.axes[0].collections[0].get_offsets()) == 2


def test_a_negative_ceiling_lies_at_zero():
    figure = draw({"a": np.array([0.1])}, np.array([-0.2]))

    np.testing.assert_allclose(figure.axes[0].collections[0].get_offsets(), [[0, 0.1]])


def test_the_line_is_y_equal_to_x():
    figure = draw({"a": np.zeros(4)})

    line = figure.axes[0].lines[0]
    np.testing.assert_array_equal(line.get_xdata(), line.get_ydata())


def test_dots_take_the_colour_of_their_region():
    rois = {"V1": np.array([True, False, False, False])}

    figure = draw({"a": np.zeros(4)}, rois=rois)

    from matplotlib.colors import to_rgba

    colours = figure.axes[0].collections[0].get_facecolors()[:, :3]
    np.testing.assert_allclose(colours[0], to_rgba(PALETTE[0])[:3])
    np.testing.assert_allclose(colours[1], to_rgba(GREY)[:3])


def test_each_encoder_gets_a_panel_up_to_a_number():
    scores = {f"e{k}": np.zeros(4) for k in range(MAX_PANELS + 3)}

    figure = draw(scores)

    assert sum(axis.axison for axis in figure.axes) == MAX_PANELS


def test_very_many_voxels_are_drawn_as_counts():
    rng = np.random.default_rng(0)
    ceiling = rng.random(MANY + 1)

    figure = draw({"a": rng.random(MANY + 1)}, ceiling)

    assert figure.axes[0].collections[0].get_array().sum() == MANY + 1


@pytest.mark.parametrize(
    ("r", "share"),
    [
        ([0.9, 0.4, 0.7, 0.9], 0.0),
        ([0.9, 0.6, 0.7, 0.9], 1 / 3),
        ([0.9, 0.6, 0.9, 1.1], 1.0),
    ],
)
def test_voxels_above_the_line_are_counted_where_there_is_a_ceiling(r, share):
    """The first voxel has a ceiling of 0: whatever it scores, it does not count."""
    found = share_above(np.array(r), CEILING, min_ceiling=0.1)

    assert found == pytest.approx(share)


def test_undefined_scores_do_not_count_as_below():
    found = share_above(np.array([0, np.nan, 0.9, 0.9]), CEILING, min_ceiling=0.1)

    assert found == pytest.approx(0.5)


def test_without_any_ceiling_the_share_is_unknown():
    assert np.isnan(share_above(np.ones(4), np.zeros(4), min_ceiling=0.1))


def test_without_any_ceiling_the_scores_are_counted():
    unknown = np.full(3, np.nan)

    figure = draw({"a": np.array([-0.2, 0.4, np.nan])}, unknown)

    assert sum(patch.get_height() for patch in figure.axes[0].patches) == 2
    assert "no noise ceiling was estimated" in figure.get_label()


def test_the_description_gives_the_share_of_each_encoder():
    label = draw({"a": np.zeros(4), "b": np.ones(4) * 0.95}).get_label()

    assert "a 0.0%" in label
    assert "b 66.7%" in label

"""Penalties counted: each choice on its step, edges told apart."""

import numpy as np
import pytest

from boldwise.reporting.penalties import (
    MAX_PANELS,
    count_choices,
    draw_penalties,
    share_at_edges,
)

GRID = np.array([0.1, 1.0, 10.0, 100.0])


def test_each_choice_is_counted_on_its_step():
    counts = count_choices(np.array([[0.1, 1.0, 1.0, 100.0]]), GRID)

    assert counts.tolist() == [1, 2, 0, 1]


def test_rounding_to_float32_does_not_move_a_choice():
    grid = np.logspace(-1, 6, 22)

    counts = count_choices(grid.astype(np.float32), grid)

    assert counts.tolist() == [1] * 22


def test_undefined_choices_are_not_counted():
    assert count_choices(np.array([np.nan, 10.0]), GRID).tolist() == [0, 0, 1, 0]


def test_a_grid_of_one_penalty_takes_all():
    assert count_choices(np.array([3.0, 3.0]), np.array([3.0])).tolist() == [2]


@pytest.mark.parametrize(
    ("alpha", "low", "high"),
    [
        ([0.1, 0.1, 1, 10], 0.5, 0.0),
        ([1, 10, 10, 100], 0.0, 0.25),
        ([1, 1, 10, 10], 0.0, 0.0),
    ],
)
def test_shares_at_the_edges_are_those_of_the_first_and_last_step(alpha, low, high):
    assert share_at_edges(np.array([alpha]), GRID) == (low, high)


def test_without_choices_the_shares_are_unknown():
    assert np.isnan(share_at_edges(np.empty((1, 0)), GRID)).all()


def test_predicted_voxels_are_stacked_below_the_others():
    alpha = np.array([[0.1, 1.0, 1.0, 100.0]])
    predicted = np.array([True, True, False, False])

    figure = draw_penalties({"a": alpha}, {"a": GRID}, {"a": predicted})

    heights = [patch.get_height() for patch in figure.axes[0].patches]
    assert heights == [1, 1, 0, 0, *(0, 1, 0, 1)]


def test_only_predicted_voxels_make_the_edge_alarming():
    alpha = np.array([[1.0, 1.0, 100.0, 100.0]])
    predicted = np.array([True, True, False, False])

    label = draw_penalties({"a": alpha}, {"a": GRID}, {"a": predicted}).get_label()

    assert "a 0% lowest, 0% highest" in label


def test_where_nothing_is_predicted_there_is_no_share_to_write():
    figure = draw_penalties(
        {"a": np.full((1, 4), 10.0)}, {"a": GRID}, {"a": np.zeros(4, bool)}
    )

    assert [text.get_text() for text in figure.axes[0].texts] == ["–", "–"]
    assert "nan" not in figure.get_label()


def test_choices_of_all_folds_are_counted():
    alpha = np.full((3, 4), 10.0)

    figure = draw_penalties({"a": alpha}, {"a": GRID}, {"a": np.ones(4, bool)})

    assert sum(patch.get_height() for patch in figure.axes[0].patches) == 12


def test_the_edges_of_the_grid_are_marked():
    figure = draw_penalties(
        {"a": np.full((1, 4), 10.0)}, {"a": GRID}, {"a": np.ones(4, bool)}
    )

    edges = [line.get_xdata()[0] for line in figure.axes[0].lines]
    assert edges == [-0.5, 3.5]


def test_each_encoder_gets_a_panel_up_to_a_number():
    names = [f"e{k}" for k in range(MAX_PANELS + 2)]

    figure = draw_penalties(
        dict.fromkeys(names, np.full((1, 2), 1.0)),
        dict.fromkeys(names, GRID),
        dict.fromkeys(names, np.ones(2, bool)),
    )

    assert sum(axis.axison for axis in figure.axes) == MAX_PANELS

"""Ranks drawn: every item counted, chance where it belongs."""

import numpy as np
import pytest

from boldwise.reporting.ranks import MAX_PANELS, N_BINS, draw_ranks


def test_every_item_is_counted_once_even_at_the_ends_and_at_ties():
    rank = np.array([1, 1, 1.5, 50, 100, 100])

    figure = draw_ranks({"a": rank}, {"a": np.full(6, 100)})

    assert sum(patch.get_height() for patch in figure.axes[0].patches) == 6
    assert len(figure.axes[0].patches) == N_BINS


def test_a_small_pool_has_a_bar_for_each_rank():
    rank = np.array([1, 2, 2, 4])

    figure = draw_ranks({"a": rank}, {"a": np.full(4, 4)})

    assert [patch.get_height() for patch in figure.axes[0].patches] == [1, 2, 0, 1]


def test_chance_is_the_mean_height_of_the_bars():
    rng = np.random.default_rng(0)
    rank = rng.integers(1, 101, 500)

    figure = draw_ranks({"a": rank}, {"a": np.full(500, 100)})

    heights = [patch.get_height() for patch in figure.axes[0].patches]
    assert figure.axes[0].lines[0].get_ydata()[0] == pytest.approx(np.mean(heights))


def test_the_description_gives_median_and_pool():
    label = draw_ranks({"a": np.array([1, 3, 9])}, {"a": np.full(3, 12)}).get_label()

    assert "a 3 of 12" in label


def test_each_decoder_gets_a_panel_up_to_a_number():
    names = [f"d{k}" for k in range(MAX_PANELS + 1)]

    figure = draw_ranks(
        dict.fromkeys(names, np.array([1, 2])), dict.fromkeys(names, np.array([2, 2]))
    )

    assert sum(axis.axison for axis in figure.axes) == MAX_PANELS

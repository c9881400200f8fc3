"""Attention lies on the pictures that it was paid to."""

import numpy as np
import pytest

from boldwise.reporting.attention_maps import (
    AttentionMaps,
    concentration,
    draw_attention_maps,
    pick,
)


def maps(n_queries=3, n_pictures=4):
    attention = np.full((n_pictures, n_queries, 2, 2), 0.25)
    attention[:, 0] = [[1, 0], [0, 0]]
    return AttentionMaps(
        encoder="queries",
        query=np.array([f"region {i}" for i in range(n_queries)]),
        attention=attention,
        picture=np.zeros((n_pictures, 8, 8, 3), np.uint8),
        stimulus_id=np.array([f"s{i}" for i in range(n_pictures)]),
    )


def test_picks_are_even_and_no_more_than_there_are():
    assert pick(100, 3).tolist() == [0, 50, 99]
    assert pick(2, 8).tolist() == [0, 1]
    assert pick(1, 8).tolist() == [0]


def test_concentration_counts_places():
    spread = np.full(16, 1 / 16)

    assert concentration(spread) == pytest.approx(16)
    assert concentration(np.eye(4)[2]) == pytest.approx(1)


def test_a_row_for_each_query_below_the_pictures():
    figure = draw_attention_maps([maps()])

    grid = np.array(figure.axes).reshape(4, 4)
    assert [axis.get_ylabel() for axis in grid[1:, 0]] == [
        *("region 0", "region 1", "region 2")
    ]
    assert [axis.get_title(loc="left") for axis in grid[0]] == ["s0", "s1", "s2", "s3"]
    np.testing.assert_array_equal(grid[1, 0].images[1].get_array(), [[1, 0], [0, 0]])
    assert grid[1, 0].images[1].get_clim() == grid[2, 1].images[1].get_clim()


def test_attention_covers_the_picture():
    figure = draw_attention_maps([maps()])

    picture, attention = np.array(figure.axes).reshape(4, 4)[1, 0].images
    assert attention.get_extent() == picture.get_extent()


def test_how_far_it_spreads_is_said():
    label = draw_attention_maps([maps(2)]).get_label()

    assert "Places of 4 that a query looks at" in label
    assert "region 0 1.0, region 1 4.0" in label


def test_many_queries_and_pictures_are_thinned():
    figure = draw_attention_maps([maps(20, 12)])

    assert len(figure.axes) == 9 * 8

"""The figure of what feature spaces add."""

import numpy as np

from boldwise.reporting.partition import (
    MAX_PANELS,
    Partition,
    draw_partition,
    mean_parts,
)

PRODUCT = np.array([[0.3, 0.1, np.nan, -0.1], [0.1, 0.1, 0.2, 0.0]])
UNIQUE = np.array([[0.2, 0.0, np.nan, 0.0], [0.0, 0.1, 0.2, 0.0]])
ROIS = {"early": np.array([True, True, False, False])}
ALL = np.ones(4, bool)


def draw(partition, predicted=ALL, n=1):
    names = [f"banded-{k}" for k in range(n)]
    return draw_partition(
        dict.fromkeys(names, partition), dict.fromkeys(names, predicted), ROIS
    )


def test_means_pass_over_voxels_without_a_score():
    np.testing.assert_allclose(mean_parts(PRODUCT, ALL), [0.1, 0.2 / 3])
    np.testing.assert_allclose(mean_parts(PRODUCT, ROIS["early"]), [0.2, 0.1])
    assert np.isnan(mean_parts(PRODUCT, ~ALL)).all()


def test_bars_are_the_means_of_each_region_and_space():
    figure = draw(Partition(["gabor", "words"], PRODUCT, UNIQUE))

    widths = [bar.get_width() for bar in figure.axes[0].patches]
    np.testing.assert_allclose(widths, [0.1, 0.2 / 3, 0.2, 0.1])
    labels = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert labels == ["all", "early"]


def test_ticks_are_drawn_only_where_unique_variance_is_known():
    figures = [draw(Partition(["a", "b"], PRODUCT, x)) for x in (UNIQUE, None)]

    counts = [
        sum(line.get_marker() == "|" for line in figure.axes[0].lines)
        for figure in figures
    ]
    assert counts == [2, 0]


def test_it_says_in_words_what_it_shows():
    label = draw(Partition(["gabor", "words"], PRODUCT)).get_label()

    assert "banded-0: gabor 0.100, words 0.067" in label


def test_an_encoder_that_predicts_nothing_has_empty_panels():
    label = draw(Partition(["gabor", "words"], PRODUCT, UNIQUE), ~ALL).get_label()

    assert "gabor nan" in label


def test_no_more_panels_than_fit():
    figure = draw(Partition(["gabor", "words"], PRODUCT), n=MAX_PANELS + 2)

    assert sum(axis.axison for axis in figure.axes) == MAX_PANELS

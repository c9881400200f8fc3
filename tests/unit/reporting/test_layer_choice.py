"""Choices counted region by region, of predicted voxels only."""

import numpy as np
import pytest

from boldwise.reporting.layer_choice import (
    LayerChoice,
    draw_layer_choice,
    layer_profile,
    share_of_layers,
)

EVERYWHERE = np.ones(4, bool)
LEFT = np.array([True, True, False, False])
CHOICE = LayerChoice(
    spaces=["low", "high"],
    choose_by="voxel",
    layer=np.array([[0, 0, 1, -1], [0, 1, 1, -1]]),
    score=np.array(
        [
            [[0.4, 0.2, 0.1, np.nan], [0.0, 0.1, 0.5, np.nan]],
            [[0.2, 0.2, 0.1, np.nan], [0.0, 0.3, 0.5, np.nan]],
        ]
    ),
)


def draw(choice=CHOICE, predicted=EVERYWHERE, **rois):
    return draw_layer_choice({"best": choice}, {"best": predicted}, rois)


def heights(axis):
    return [patch.get_height() for patch in axis.patches]


@pytest.mark.parametrize(
    ("inside", "share"),
    [(EVERYWHERE, [0.5, 0.5]), (LEFT, [0.75, 0.25]), (~LEFT, [0.0, 1.0])],
)
def test_shares_count_voxels_and_folds_that_chose(inside, share):
    assert share_of_layers(CHOICE, inside).tolist() == share


def test_where_nothing_was_chosen_there_is_no_share_and_no_profile():
    nobody = np.zeros(4, bool)

    assert np.isnan(share_of_layers(CHOICE, nobody)).all()
    assert np.isnan(layer_profile(CHOICE, nobody)).all()
    assert "–" in draw(predicted=nobody).get_label()


def test_the_profile_is_the_median_over_voxels_of_the_mean_over_folds():
    low, middle, high = layer_profile(CHOICE, EVERYWHERE)

    np.testing.assert_allclose(middle, [0.2, 0.2])  # of .3 .2 .1, and 0 .2 .5
    np.testing.assert_allclose(low, [0.15, 0.1])
    np.testing.assert_allclose(high, [0.25, 0.35])


def test_each_region_has_its_bars_above_its_profile():
    figure = draw(left=LEFT, right=~LEFT)

    axes = np.array(figure.subfigs[0].axes).reshape(2, 3)
    titles = [axis.get_title(loc="left") for axis in axes[0]]
    assert titles == ["all (4)", "left (2)", "right (2)"]
    assert heights(axes[0, 1]) == [0.75, 0.25]
    assert axes[1, 1].lines[-1].get_ydata().tolist() == [0.25, 0.1]
    labels = [text.get_text() for text in axes[1, 2].get_xticklabels()]
    assert labels == ["low", "high"]


def test_voxels_that_are_not_predicted_do_not_count():
    figure = draw(predicted=LEFT, right=~LEFT)

    axes = figure.subfigs[0].axes
    assert heights(axes[0]) == [0.75, 0.25]
    assert axes[1].get_title(loc="left") == "right (0)"


def test_every_outer_fold_has_its_dot():
    axis = draw().subfigs[0].axes[0]

    np.testing.assert_allclose(
        [line.get_ydata() for line in axis.lines], [[2 / 3, 1 / 3], [1 / 3, 2 / 3]]
    )


def test_the_words_name_the_shares():
    assert draw().get_label().endswith("best: low 50%, high 50%.")

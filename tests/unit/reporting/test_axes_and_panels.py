"""Axes carry their units, panels are as many as there are things to show."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.collections import PolyCollection

from boldwise.encoders.visual_field import VisualFields
from boldwise.evaluation.decoding import Identification
from boldwise.evaluation.measures import Measure
from boldwise.reporting.attention_maps import AttentionMaps, draw_attention_maps
from boldwise.reporting.beside_ridge import MAX_PANELS, Pair, draw_beside_ridge
from boldwise.reporting.category_check import draw_category_check
from boldwise.reporting.controls import beside
from boldwise.reporting.decoder_bars import draw_decoder_bars
from boldwise.reporting.receptive_fields import draw_receptive_fields
from boldwise.reporting.training_curves import draw_training_curves
from boldwise.training.history import History

RNG = np.random.default_rng(7)
FIELDS = VisualFields(*RNG.uniform(0.5, 2.0, (3, 90)))


def pair(n_voxels=50, **regions):
    """Make scores of two encoders, a tenth of the voxels without any."""
    ridge, trained = RNG.uniform(0, 0.5, (2, n_voxels))
    ridge[::10] = np.nan
    return Pair("queries", "plain", trained, ridge, regions)


def course(n_epochs):
    history = History()
    for epoch in range(n_epochs):
        history.add(
            {"loss": 1 / (epoch + 1)}, {}, learning_rate=1, seconds=1, waiting_s=0
        )
    return history


def drawn_on(figure):
    return [axis for axis in figure.axes if axis.axison and axis.get_title("left")]


def test_five_pairs_leave_one_panel_of_the_grid_empty():
    figure = draw_beside_ridge([pair() for _ in range(5)])

    assert len(drawn_on(figure)) == 5
    assert sum(not axis.axison for axis in figure.axes) == 1
    assert [axis.get_ylabel() for axis in figure.axes].count("trained encoder") == 1
    assert {axis.get_xlabel() for axis in drawn_on(figure)} == {"plain (ridge)"}
    assert figure._supxlabel.get_text() == "r in units of the ceiling"


def test_pairs_beyond_the_last_panel_are_neither_drawn_nor_told():
    figure = draw_beside_ridge([pair() for _ in range(MAX_PANELS + 2)])

    assert len(drawn_on(figure)) == MAX_PANELS
    assert figure.get_label().count("queries above plain") == MAX_PANELS


def test_one_colour_is_one_count_of_voxels_in_all_panels():
    few, many = pair(20), pair(4000)
    nothing = replace(few, of_ridge=np.full(20, np.nan))

    figure = draw_beside_ridge([few, nothing, many])

    hexagons = [
        one
        for axis in figure.axes[:3]
        for one in axis.collections
        if isinstance(one, PolyCollection)
    ]
    most = max(one.get_array().max() for one in hexagons)
    assert len(hexagons) == 2
    assert [(one.norm.vmin, one.norm.vmax) for one in hexagons] == [(1, most)] * 2
    assert figure.axes[-1].get_ylabel() == "voxels"


def test_a_region_of_two_voxels_has_no_median():
    first = np.arange(50)
    figure = draw_beside_ridge(
        [pair(two=(first > 0) & (first < 3), three=(first > 0) & (first < 4))]
    )

    names = {text.get_text() for text in figure.axes[0].texts}
    assert "three" in names
    assert "two" not in names


def test_both_axes_of_a_panel_run_over_the_same_scores():
    axis = draw_beside_ridge([pair()]).axes[0]

    assert axis.get_xlim() == axis.get_ylim()
    assert axis.get_aspect() == 1
    np.testing.assert_array_equal(*axis.lines[0].get_data())


def test_receptive_fields_are_in_degrees_and_regions_in_the_legend():
    regions = {"V1": np.arange(90) < 70, "V4": np.arange(90) >= 70}

    figure = draw_receptive_fields(FIELDS, regions, picture_deg=(8.0, 4.0))

    left, right = figure.axes
    labels = [
        axis.get_label_text()
        for one in (left, right)
        for axis in one._axis_map.values()
    ]
    assert all(label.endswith("(degrees)") for label in labels)
    named = [text.get_text() for text in left.get_legend().get_texts()]
    assert named == ["fixation", "V1", "V4"]
    np.testing.assert_allclose(
        [*left.get_xlim(), *left.get_ylim()], [-4.8, 4.8, -2.4, 2.4]
    )
    assert right.get_xlim()[0] == right.get_ylim()[0] == 0


def test_a_region_has_one_colour_on_both_sides():
    regions = {"V1": np.arange(90) < 70, "V4": np.arange(90) >= 70}

    figure = draw_receptive_fields(FIELDS, regions, picture_deg=(8.0, 4.0))

    sides = [
        {
            c.get_label(): tuple(c.get_facecolor()[0])
            for c in axis.collections
            if c.get_label() in regions
        }
        for axis in figure.axes
    ]
    assert sides[0] == sides[1]
    assert len(set(sides[0].values())) == 2


def test_categories_start_at_no_accuracy_and_name_chance():
    row = {"feature_space": "clip", "accuracy": 0.5, "low": 0.4, "high": 0.6}
    rows = [{**row, "chance": 0.25, "shuffled_high": 0.3, "n_categories": 4}]

    axis = draw_category_check(rows).axes[0]

    assert axis.get_xlim()[0] == 0
    assert axis.get_xlabel() == "share of held-out stimuli whose category is named"
    assert axis.get_title("left") == "4 categories; dashed: chance 25.0%"
    whisker, _, chance = axis.lines
    assert list(whisker.get_xdata()) == [0.4, 0.6]
    assert list(chance.get_xdata()) == [0.25, 0.25]


def test_decoders_are_shares_with_chance_at_a_half_and_a_gap_between_them():
    one = Identification({"two_way": Measure(0.8, 0.5, 9, np.ones(3), np.full(3, 0.5))})

    axis = draw_decoder_bars({"a": {"01": one}, "b": {"01": one}}).axes[0]

    assert axis.get_xlabel() == "two-way identification (share; dashed: chance)"
    assert axis.get_xlim() == (0, 1)
    assert list(axis.get_yticks()) == [0, 1, 3, 4]
    assert list(axis.lines[-1].get_xdata()) == [0.5, 0.5]
    own, null = (axis.patches[place].get_facecolor() for place in (0, 1))
    assert own != null


def test_curves_share_the_names_of_their_axes_and_one_legend():
    figure = draw_training_curves({f"m{n}": {"01": course(3)} for n in range(4)})

    assert len(drawn_on(figure)) == 4
    assert (figure._supxlabel.get_text(), figure._supylabel.get_text()) == (
        "epoch",
        "loss",
    )
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == [
        "training, while the weights move",
        "validation",
        "epoch that was kept",
    ]


def test_epochs_are_whole_numbers_and_training_loss_stands_in_for_validation():
    figure = draw_training_curves({"m": {"01": course(2)}})

    ticks = figure.axes[0].get_xticks()
    np.testing.assert_array_equal(ticks, np.round(ticks))
    assert "kept epoch 2 of 2, mean lowest training loss 0.5" in figure.get_label()


@pytest.mark.parametrize(("n_queries", "n_pictures"), [(1, 1), (2, 3)])
def test_attention_grids_have_no_ticks_and_one_scale(n_queries, n_pictures):
    attention = RNG.dirichlet(np.ones(6), (n_pictures, n_queries))
    shown = AttentionMaps(
        "queries",
        np.array([f"q{k}" for k in range(n_queries)]),
        attention.reshape(n_pictures, n_queries, 2, 3),
        np.zeros((n_pictures, 4, 6, 3), np.uint8),
        np.array([f"a-rather-long-name-{k}" for k in range(n_pictures)]),
    )

    figure = draw_attention_maps([shown])

    assert len(figure.axes) == (n_queries + 1) * n_pictures
    assert not any(
        len(axis.get_xticks()) + len(axis.get_yticks()) for axis in figure.axes
    )
    limits = {axis.images[1].get_clim() for axis in figure.axes[n_pictures:]}
    assert limits == {(0, attention.max())}
    assert figure.axes[0].get_title("left") == "a-rather-lon"
    assert figure._suptitle.get_text() == f"queries: attention of {n_queries} queries"


def test_controls_of_controls_follow_what_they_control():
    models = ["a", "other", "c", "b"]

    assert beside(models, {"b": "a", "c": "b"}) == ["a", "b", "c", "other"]
    assert beside(models, {"other": "", "c": "gone", "b": "a"}) == [
        *("a", "b", "other", "c"),
    ]
    assert sorted(beside(models, {"b": "c", "c": "b"})) == sorted(models)

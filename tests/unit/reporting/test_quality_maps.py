"""Maps of voxels: slices and histograms in one scale, and nothing for the unknown."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from tiny_quality import tiny_quality

from boldwise.reporting.quality_maps import (
    N_BINS,
    N_SLICES,
    TITLES,
    Layer,
    draw_layer,
    draw_maps,
    has_places,
)
from boldwise.responses.records import Voxels

BLOCK = np.argwhere(np.ones((4, 3, 2), bool)) + 1


@pytest.fixture(scope="module")
def quality():
    """Give time series of 120 voxels in four slices."""
    return tiny_quality()


def make_layer(values, *, voxels=None, **options):
    """Put values on a block of 24 voxels."""
    voxels = Voxels(BLOCK, (6, 5, 4)) if voxels is None else voxels
    return Layer("title", np.asarray(values, float), voxels, **options)


def draw(layer, **options):
    """Draw one row; give the axes of the slices, and of the histogram."""
    figure = Figure()
    draw_layer(figure, figure.add_gridspec(1, 1)[0, :], layer, **options)
    *slices, bars = figure.axes
    return slices, bars


def test_every_voxel_lies_in_its_slice_and_the_rest_is_empty():
    values = np.arange(24) / 24

    slices, _ = draw(make_layer(values))

    shown = [np.ma.filled(axis.images[0].get_array(), np.nan) for axis in slices]
    assert len(shown) == 2
    for k, picture in zip((1, 2), shown, strict=True):
        here = BLOCK[:, 2] == k
        for (i, j, _), value in zip(BLOCK[here], values[here], strict=True):
            assert picture[j, i] == pytest.approx(value)
        assert np.isfinite(picture).sum() == here.sum()


def test_slices_share_the_limits_of_the_layer():
    slices, bars = draw(make_layer(np.full(24, 3.0), limits=(-2.0, 8.0)))

    assert {axis.images[0].get_clim() for axis in slices} == {(-2.0, 8.0)}
    left = min(bar.get_x() for bar in bars.patches)
    right = max(bar.get_x() + bar.get_width() for bar in bars.patches)
    assert (left, right) == pytest.approx((-2, 8))


def test_the_histogram_counts_known_voxels_in_the_colours_of_the_slices():
    values = np.full(24, 0.999)
    values[:4] = np.nan
    values[4:10] = 0.001

    _, bars = draw(make_layer(values, colours="gray"))

    heights = [bar.get_height() for bar in bars.patches]
    assert (len(heights), heights[0], heights[-1], sum(heights)) == (N_BINS, 6, 14, 20)
    shades = [to_rgba(bar.get_facecolor())[0] for bar in bars.patches]
    assert shades == sorted(shades)
    assert shades[0] < 0.05 < 0.95 < shades[-1]


def test_a_background_lies_beneath_the_values():
    slices, _ = draw(make_layer(np.ones(24)), under=np.arange(120.0).reshape(6, 5, 4))

    beneath, above = slices[0].images
    assert np.asarray(beneath.get_array())[0, 0] == 1  # voxel (0, 0, 1)
    assert beneath.get_alpha() < 1
    assert above.get_array().shape == beneath.get_array().shape


@pytest.mark.parametrize(("affine", "names"), [(None, "k = 1"), (-10, "z = −8 mm")])
def test_slices_are_named_by_index_or_by_height(affine, names):
    to_mm = None if affine is None else np.diag([2.0, 2, 2, 1])
    if to_mm is not None:
        to_mm[2, 3] = affine
    voxels = Voxels(BLOCK, (6, 5, 4), to_mm)

    slices, _ = draw(make_layer(np.ones(24), voxels=voxels))

    assert slices[0].get_title("center") == names


def test_no_more_slices_are_drawn_than_fit():
    tall = np.argwhere(np.ones((2, 2, 30), bool))

    slices, _ = draw(make_layer(np.ones(120), voxels=Voxels(tall, (2, 2, 30))))

    assert len(slices) == N_SLICES


def test_vertices_and_numbered_voxels_have_no_places():
    numbered = np.column_stack([np.arange(5), np.zeros((5, 2), int)])

    assert has_places(Voxels(BLOCK, (6, 5, 4)))
    assert not has_places(Voxels(numbered, (5, 1, 1)))
    assert not has_places(Voxels(np.full((5, 3), -1), (6, 5, 4)))


@pytest.mark.parametrize("name", TITLES)
def test_every_map_that_is_estimated_has_a_title_in_picture_and_words(quality, name):
    maps = {name: np.linspace(0, 1, 120)}

    figure = draw_maps(replace(quality, maps=maps))

    assert figure.axes[-1].get_title("left") == TITLES[name]
    assert figure.get_label().endswith(f", {TITLES[name]}.")


@pytest.mark.parametrize(
    ("values", "limits"),
    [
        (np.linspace(2, 8, 120), (0, 8)),
        (np.linspace(-3, 5, 120), (-3, 5)),
        (np.zeros(120), (0, 1)),
        (np.full(120, np.nan), (0, 1)),
        (np.linspace(-3, -1, 120), (-3, -1)),
    ],
    ids=["positive", "both signs", "zeros", "unknown", "negative"],
)
def test_limits_hold_zero_and_all_that_is_known(quality, values, limits):
    figure = draw_maps(replace(quality, maps={"fraction": values}))

    shown = figure.axes[-2].images[-1].get_clim()
    assert shown[0] <= 0
    assert shown == pytest.approx(limits)


def test_an_unknown_ratio_is_said_to_be_unknown(quality):
    runs = [replace(run, tsnr=np.full(120, np.nan)) for run in quality.series.runs]

    figure = draw_maps(replace(quality, series=replace(quality.series, runs=runs)))

    assert "signal-to-noise ratio (unknown)" in figure.get_label()


def test_without_a_mean_volume_the_mask_is_left_out(quality):
    bare = replace(quality, series=replace(quality.series, background=None), maps={})

    figure = draw_maps(bare)

    assert len(figure.axes) == 4 + 1
    assert [len(axis.images) for axis in figure.axes] == [1, 1, 1, 1, 0]


def test_intensities_are_counted_within_and_without_the_mask(quality):
    figure = draw_maps(replace(quality, maps={}))

    bars = figure.axes[4]
    outside = sum(bar.get_height() for bar in bars.patches[:N_BINS])
    assert outside == 10 * 9 * 8 - 120
    labels = [text.get_text() for text in bars.get_legend().get_texts()]
    assert labels == ["outside", "in the mask"]

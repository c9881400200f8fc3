"""Every picture of the data shows what it says, and says what it shows."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.text import Text
from tiny_quality import tiny_betas, tiny_quality

from boldwise.reporting.quality_design import draw_design
from boldwise.reporting.quality_figures import draw_quality
from boldwise.reporting.quality_maps import draw_maps, has_places
from boldwise.reporting.quality_responses import draw_responses
from boldwise.reporting.quality_series import draw_series, thin_out
from boldwise.responses.records import Voxels


@pytest.fixture(scope="module")
def quality():
    return tiny_quality()


def texts(figure):
    """List all words of a figure, titles and labels included."""
    figure.draw_without_rendering()
    return [text.get_text() for text in figure.findobj(Text)]


def images(figure):
    """List the pictures within a figure."""
    return [image for axis in figure.axes for image in axis.images]


def test_time_series_have_four_pictures_and_betas_one(quality):
    assert set(draw_quality(quality)) == {
        *("quality_responses", "quality_series"),
        *("quality_voxel_maps", "quality_design"),
    }
    assert set(draw_quality(tiny_betas())) == {"quality_responses"}


def test_traces_and_carpet_stand_below_one_another_with_the_lost_volumes(quality):
    figure = draw_series(quality.series)

    assert "2 moved by more than 0.5 mm, 4 do not count" in figure.get_label()
    displacement, dvars, mean, carpet = figure.axes
    assert displacement.lines[0].get_ydata()[20] == 0.9
    assert len(mean.lines[0].get_ydata()) == len(dvars.lines[0].get_ydata()) == 120
    assert carpet.images[0].get_array().shape[1] == 120
    lost = [line.get_xdata()[0] for line in dvars.lines if line.get_zorder() == 0]
    assert lost == [0, 1, 60, 61]
    assert {"run 01", "02", "front", "<b>&", "other"} <= set(texts(figure))


def test_unknown_motion_is_said_to_be_unknown():
    figure = draw_series(tiny_quality(ratio=False).series)

    assert "unknown" in texts(figure)
    assert "motion unknown" in figure.get_label()


def test_long_carpets_are_averaged_over_neighbours():
    carpet = np.arange(10.0)[None]

    np.testing.assert_allclose(thin_out(carpet, n_columns=4), [[1, 4, 7, 9]])
    assert thin_out(carpet, n_columns=10) is carpet


def test_each_map_has_its_slices_and_its_scale(quality):
    figure = draw_maps(quality)

    words = texts(figure)
    assert any(word.startswith("tSNR") for word in words)
    assert any(word.startswith("HRF of the library") for word in words)
    # Three rows of four slices and a histogram; below two of them the background.
    assert len(figure.axes) == 15
    assert len(images(figure)) == 4 + 8 + 8
    assert f"median {np.median(quality.series.tsnr):.0f}" in figure.get_label()


def test_the_outline_of_the_mask_is_closed_around_its_voxels(quality):
    figure = draw_maps(quality)

    paths = [p for c in figure.axes[0].collections for p in c.get_paths()]
    corners = np.concatenate([path.vertices for path in paths])
    np.testing.assert_array_equal(corners.min(axis=0), [1.5, 1.5])
    np.testing.assert_array_equal(corners.max(axis=0), [7.5, 6.5])


def test_mirrored_volumes_are_turned_with_their_mask(quality):
    series = quality.series
    mirrored = np.diag([-3.0, 3.0, 3.0, 1.0])
    marked = series.background.copy()
    marked[2, 2, 2] = 5000  # a corner of the mask
    voxels = replace(series.voxels, affine=mirrored)
    figure = draw_maps(
        replace(quality, series=replace(series, voxels=voxels, background=marked))
    )

    shown = figure.axes[0].images[0].get_array()
    row, column = np.unravel_index(shown.argmax(), shown.shape)
    outline = figure.axes[0].collections[0].get_paths()[0].vertices
    assert (row, column) == (2, outline[:, 0].max() - 0.5)


def test_voxels_without_a_place_have_histograms_alone(quality):
    line = Voxels(
        np.column_stack([np.arange(120), np.zeros((120, 2), int)]), (120, 1, 1)
    )
    series = replace(quality.series, voxels=line, background=None)

    figure = draw_maps(replace(quality, voxels=line, series=series))

    assert not has_places(line)
    assert images(figure) == []
    assert len(figure.axes) == 2


def test_the_design_and_its_confounds_are_named_with_their_numbers(quality):
    figure = draw_design(quality.series)

    words = texts(figure)
    assert {"trans_x", "DVARS", "task", "words 1", "Design matrix of run 02"} <= set(
        words
    )
    assert "−.4" in words
    assert "at most 0.40" in figure.get_label()
    assert "30 % of a feature at most, 4 % expected" in figure.get_label()


def test_without_confounds_the_design_stands_alone(quality):
    figure = draw_design(replace(quality.series, task=None))

    assert any("no confound is known" in word for word in texts(figure))


def test_responses_show_reliability_beside_its_null(quality):
    figure = draw_responses(quality)

    assert {"measured", "shuffled", "noise ceiling"} <= set(texts(figure))
    assert "12 repeated stimuli" in figure.get_label()
    assert figure.axes[0].images[0].get_array().shape[1] == 36


@pytest.mark.parametrize(
    ("kind", "said"),
    [("trials", "no stimulus was shown"), ("continuous", "time series")],
)
def test_without_repeats_reliability_is_not_made_up(kind, said):
    figure = draw_responses(replace(tiny_betas(repeats=False), kind=kind))

    assert any(said in word for word in texts(figure))
    assert "reliability unknown" in figure.get_label()

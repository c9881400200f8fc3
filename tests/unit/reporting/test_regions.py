"""Mirrors src/boldwise/reporting/regions.py."""

import numpy as np
from matplotlib.colors import to_hex

from boldwise.io.voxel_tables import number_voxels
from boldwise.reporting.interactive import view_accuracy
from boldwise.reporting.maps import draw_accuracy_map
from boldwise.reporting.regions import (
    MOST_NAMED,
    draw_regions,
    names_of,
    table_of_regions,
    without_places,
)
from boldwise.reporting.style import PALE, PALETTE
from boldwise.responses.records import Voxels

ROI = {"LATL": np.array([True, False]), "both": np.array([True, True])}
LINE = number_voxels(2)
REGIONS = Voxels(LINE.ijk, LINE.volume_shape, roi=ROI)
R, SIGNIFICANT = np.array([0.3, -0.1]), np.array([True, False])


def test_columns_in_a_line_lie_nowhere_and_voxels_do():
    assert without_places(REGIONS)
    assert not without_places(Voxels(LINE.ijk, (2, 2, 2)))
    assert not without_places(Voxels(LINE.ijk, (2, 1, 1), affine=np.eye(4)))


def test_a_region_of_one_column_names_it():
    assert names_of(REGIONS) == ["LATL", "2"]


def test_regions_are_bars_instead_of_a_map():
    figure = draw_accuracy_map(R, SIGNIFICANT, REGIONS, space="regions")

    heights = [bar.get_height() for bar in figure.axes[0].patches]
    np.testing.assert_allclose(heights, R)
    assert [t.get_text() for t in figure.axes[0].get_xticklabels()] == ["LATL", "2"]


def test_the_view_is_a_table_that_escapes_names():
    voxels = Voxels(LINE.ijk, LINE.volume_shape, roi={"<b>": ROI["LATL"]})

    html = view_accuracy(R, SIGNIFICANT, voxels, space="regions", title="r")

    assert "&lt;b&gt;</td><td>0.300</td><td>yes" in html
    assert "<script" not in html


def test_only_significant_bars_are_coloured():
    bars = draw_regions(R, SIGNIFICANT, REGIONS).axes[0].patches

    assert [to_hex(bar.get_facecolor()) for bar in bars] == [
        to_hex(PALETTE[0]),
        to_hex(PALE),
    ]


def test_a_name_with_dollars_is_drawn_as_it_is_written():
    voxels = Voxels(LINE.ijk, LINE.volume_shape, roi={"$x_1$": ROI["LATL"]})

    figure = draw_regions(R, SIGNIFICANT, voxels)

    figure.draw_without_rendering()
    label = figure.axes[0].get_xticklabels()[0]
    assert (label.get_text(), label.get_parse_math()) == ("$x_1$", False)


def test_more_columns_than_can_be_read_are_not_named():
    n = MOST_NAMED + 1
    many = number_voxels(n)

    axis = draw_regions(np.full(n, 0.2), np.ones(n, bool), many).axes[0]

    assert len(axis.patches) == n
    assert axis.get_xlabel() == "column"


def test_a_column_that_could_not_be_scored_is_a_dash_and_not_counted():
    r = np.array([np.nan, 0.25])
    above = np.array([False, True])

    html = table_of_regions(r, above, REGIONS, title="r of <words>")
    label = draw_regions(r, above, REGIONS).get_label()

    assert "<td>LATL</td><td>–</td><td>no</td>" in html
    assert "<td>2</td><td>0.250</td><td>yes</td>" in html
    assert "r of &lt;words&gt;" in html
    assert "1 of 1 are predicted" in label

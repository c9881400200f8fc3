"""Mirrors src/boldwise/reporting/regions.py."""

import numpy as np

from boldwise.io.voxel_tables import number_voxels
from boldwise.reporting.interactive import view_accuracy
from boldwise.reporting.maps import draw_accuracy_map
from boldwise.reporting.regions import names_of, without_places
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

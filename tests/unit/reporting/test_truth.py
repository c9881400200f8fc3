"""The simulated truth drawn: every voxel, every score, in its place."""

import numpy as np
import pytest

from boldwise.reporting.truth import draw_recovery

TRUE = np.array([0.5, 0.6, 0.0, 0.0])
FOUND = np.array([0.52, 0.60, 0.10, 0.0])
POPULATION = np.array(["semantic", "semantic", "noise", "noise"])
NORMALISED = {
    ("semantic", "words"): 0.9,
    ("semantic", "gabor"): 0.1,
    ("category", "words"): np.nan,
    ("category", "gabor"): 0.3,
}


@pytest.fixture
def figure():
    return draw_recovery(TRUE, FOUND, POPULATION, NORMALISED)


def test_each_population_is_a_cloud_of_its_own(figure):
    clouds = {c.get_label(): c.get_offsets() for c in figure.axes[0].collections}

    np.testing.assert_allclose(clouds["semantic"], [[0.5, 0.52], [0.6, 0.6]])
    np.testing.assert_allclose(clouds["noise"], [[0, 0.1], [0, 0]])


def test_scores_lie_in_the_row_of_their_population(figure):
    axis = figure.axes[1]
    rows = [text.get_text() for text in axis.get_yticklabels()]
    columns = [text.get_text() for text in axis.get_xticklabels()]

    value = np.ma.filled(axis.images[0].get_array(), np.nan)

    assert value[rows.index("semantic"), columns.index("words")] == 0.9
    assert value[rows.index("category"), columns.index("gabor")] == 0.3
    assert np.isnan(value[rows.index("category"), columns.index("words")])


def test_undefined_scores_are_not_written(figure):
    assert {text.get_text() for text in figure.axes[1].texts} == {
        "0.90",
        "0.10",
        "0.30",
    }


def test_the_description_counts_driven_voxels_only(figure):
    assert "2 driven voxels, median difference +0.010" in figure.get_label()


def test_without_driven_voxels_there_is_no_difference_to_tell():
    label = draw_recovery(np.zeros(4), FOUND, POPULATION, NORMALISED).get_label()

    assert "0 driven voxels, median difference +0.000" in label

"""Ceilings drawn: the counts of the histogram and the quartiles of the regions."""

import numpy as np
import pytest

from boldwise.reporting.ceilings import MAX_REGIONS, draw_ceilings


@pytest.fixture
def ceilings():
    rng = np.random.default_rng(0)
    return rng.beta(4, 2, 300), np.maximum(rng.normal(0, 0.1, 300), 0)


def counts(axis):
    return [
        patch.get_height() for patch in axis.patches if hasattr(patch, "get_height")
    ]


def test_every_known_voxel_is_counted_once(ceilings):
    measured, null = ceilings
    measured[:7] = np.nan

    figure = draw_ceilings(measured, null, {})

    assert sum(counts(figure.axes[0])) == 293


def test_the_histogram_agrees_with_numpy(ceilings):
    measured, null = ceilings

    figure = draw_ceilings(measured, null, {})

    bars = [patch for patch in figure.axes[0].patches if hasattr(patch, "get_height")]
    edges = [bars[0].get_x(), *(bar.get_x() + bar.get_width() for bar in bars)]
    expected, _ = np.histogram(measured, np.linspace(0, 1, len(edges)))
    assert counts(figure.axes[0]) == expected.tolist()


def test_negative_estimates_are_not_cut_off():
    measured = np.array([-0.4, 0.2, 0.9])

    figure = draw_ceilings(measured, np.zeros(3), {})

    assert sum(counts(figure.axes[0])) == 3
    assert figure.axes[0].patches[0].get_x() == pytest.approx(-0.4)


def test_each_region_shows_its_median_and_quartiles(ceilings):
    measured, null = ceilings
    inside = np.arange(300) < 100

    figure = draw_ceilings(measured, null, {"V1": inside})

    labels = [text.get_text() for text in figure.axes[1].get_yticklabels()]
    lines = [line.get_xdata() for line in figure.axes[1].lines]
    assert labels == ["all", "V1"]
    np.testing.assert_allclose(lines[2], np.quantile(measured[inside], [0.25, 0.75]))
    np.testing.assert_allclose(lines[3], [np.median(measured[inside])])


def test_an_empty_region_keeps_its_row_and_shows_nothing(ceilings):
    measured, null = ceilings

    figure = draw_ceilings(measured, null, {"nowhere": np.zeros(300, bool)})

    assert len(figure.axes[1].get_yticklabels()) == 2
    assert len(figure.axes[1].lines) == 2


def test_many_regions_are_cut_to_those_that_fit(ceilings):
    measured, null = ceilings
    rois = {f"roi-{k}": np.ones(300, bool) for k in range(40)}

    figure = draw_ceilings(measured, null, rois)

    assert len(figure.axes[1].get_yticklabels()) == MAX_REGIONS + 1


def test_without_ceilings_the_figure_says_so():
    unknown = np.full(5, np.nan)

    figure = draw_ceilings(unknown, unknown, {})

    assert figure.get_label() == "No noise ceiling was estimated."
    assert figure.texts[0].get_text() == "no noise ceiling was estimated"


def test_the_description_gives_both_medians(ceilings):
    measured, null = ceilings

    label = draw_ceilings(measured, null, {}).get_label()

    assert f"median {np.median(measured):.2f}" in label
    assert f"shuffled trials {np.median(null):.2f}" in label

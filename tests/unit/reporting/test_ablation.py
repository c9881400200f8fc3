"""Regions stand side by side: alone, and what is lost without them."""

import numpy as np
import pytest

from boldwise.evaluation.region_shares import RegionShares
from boldwise.reporting.ablation import draw_ablation

NAMES = ("V1", "a region whose name goes on for longer than there is room")
SHARES = {
    "reader": {
        subject: {
            name: RegionShares(20, 0.9, alone, left_out, 0.01, 0.2)
            for name, left_out in zip(NAMES, (0.7, np.nan), strict=True)
        }
        for subject, alone in (("01", 0.6), ("02", 0.8))
    }
}


def test_bars_are_means_over_the_individuals():
    figure = draw_ablation(SHARES, individuals=["01", "02"])

    left, right = figure.axes
    assert [bar.get_width() for bar in left.patches] == pytest.approx([0.7, 0.7])
    assert [bar.get_width() for bar in right.patches] == pytest.approx([0.2])
    assert "reader, all voxels 90%, V1 alone 70%" in figure.get_label()


def test_long_names_are_cut():
    labels = draw_ablation(SHARES, individuals=["01"]).axes[0].get_yticklabels()

    assert labels[0].get_text() == "V1"
    assert labels[1].get_text().endswith("…")


def test_one_subject_has_no_interval():
    figure = draw_ablation(SHARES, individuals=["01"])

    figure.draw_without_rendering()
    assert not any(np.ptp(line.get_xdata()) for line in figure.axes[0].lines[:2])

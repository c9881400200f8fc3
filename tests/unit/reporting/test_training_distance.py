"""Identification is drawn against the distance to the training set."""

import numpy as np
import pytest

from boldwise.evaluation.decoding import Identification
from boldwise.reporting.training_distance import draw_training_distance


def found(share, rho=-0.25):
    tables = {
        "bin_distance": np.linspace(0.2, 0.5, 4),
        "bin_two_way": np.array(share),
        "distance_trend": np.array([rho, 0.01]),
    }
    return Identification({}, tables=tables)


def test_the_thick_line_is_the_mean_over_subjects():
    own = {"01": found([0.9, 0.8, 0.7, 0.6]), "02": found([0.7, 0.6, 0.5, 0.4])}

    figure = draw_training_distance({"reader": own})

    mean = figure.axes[0].lines[2].get_ydata()
    assert mean == pytest.approx([0.8, 0.7, 0.6, 0.5])
    assert figure.axes[0].get_title(loc="left") == "reader: mean ρ −0.25"
    assert "reader 80% near to 50% far" in figure.get_label()


def test_without_distances_it_says_so():
    figure = draw_training_distance({"others": {"01": Identification({})}})

    figure.draw_without_rendering()
    assert "too few test stimuli" in figure.get_label()

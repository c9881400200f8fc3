"""Every decoder has its controls below it, and bars are means over subjects."""

import numpy as np
import pytest

from boldwise.evaluation.decoding import Identification
from boldwise.evaluation.measures import Measure
from boldwise.reporting.decoder_bars import bars_of, draw_decoder_bars


def measured(value):
    """Make a measure with a null at one half."""
    return Measure(value, 0.5, 10, np.full(5, value), np.array([0.45, 0.55]))


def identified(value, **controls):
    """Make an identification with or without controls."""
    measures = {
        "two_way": measured(value),
        "two_way_to_brain": measured(value - 0.1),
        "top1": measured(0.3),
    }
    draws = {f"two_way_{name}": np.array(one) for name, one in controls.items()}
    return Identification(measures, controls=draws)


@pytest.fixture
def found():
    """Two decoders, one of them with controls."""
    reader = {
        "01": identified(0.8, noise_input=[0.4, 0.6], nearest_training=[0.7]),
        "02": identified(0.6, noise_input=[0.5, 0.5], nearest_training=[0.5]),
    }
    return {"reader": reader, "others": {"01": identified(0.9)}}


def test_bars_hold_a_value_for_each_subject(found):
    assert bars_of(found["reader"]) == {
        "which stimulus?": [0.8, 0.6],
        "which brain?": pytest.approx([0.7, 0.5]),
        "noise": [0.5, 0.5],
        "nearest training stimulus": [0.7, 0.5],
    }


def test_without_controls_shuffled_stimuli_stand_in(found):
    assert bars_of(found["others"])["shuffled stimuli"] == [0.5]


def test_a_bar_is_the_mean_and_a_dot_a_subject(found):
    axis = draw_decoder_bars(found).axes[0]

    widths = [patch.get_width() for patch in axis.patches]
    assert widths == pytest.approx([0.7, 0.6, 0.5, 0.6, 0.9, 0.8, 0.5])
    assert axis.lines[0].get_xdata().tolist() == [0.8, 0.6]
    labels = [text.get_text() for text in axis.get_yticklabels()]
    assert labels[:3] == [
        "reader: which stimulus?",
        "reader: which brain?",
        "reader: noise",
    ]
    assert len(labels) == 7


def test_the_description_tells_decoder_and_control(found):
    label = draw_decoder_bars(found).get_label()

    assert "reader, which stimulus? 70%" in label
    assert "reader, noise 50%" in label

"""Training curves: every run, the epoch that was kept, an axis that fits."""

import numpy as np
import pytest

from boldwise.reporting.training_curves import draw_training_curves
from boldwise.training.history import History


def course(loss, validation=()):
    history = History()
    for n, one in enumerate(loss):
        history.add(
            {"loss": one, "size": 9e9},
            {"loss": validation[n]} if validation else {},
            learning_rate=0.1,
            seconds=1.0,
            waiting_s=0.0,
        )
    return history


FALLS = course([3.0, 2.0, 1.0, 0.5], [3.5, 2.5, 2.0, 2.2])


def lines_of(figure, panel=0):
    return [line.get_xydata().tolist() for line in figure.axes[panel].lines]


def test_a_run_is_two_lines_and_a_mark_at_the_kept_epoch():
    training, validation, mark = lines_of(draw_training_curves({"a": {"01": FALLS}}))

    assert training == [[1, 3.0], [2, 2.0], [3, 1.0], [4, 0.5]]
    assert validation == [[1, 3.5], [2, 2.5], [3, 2.0], [4, 2.2]]
    assert mark == [[3, 2.0]]


def test_without_validation_the_last_epoch_is_marked_on_the_training_line():
    lines = lines_of(draw_training_curves({"a": {"01": course([2.0, 1.0])}}))

    assert lines == [[[1, 2.0], [2, 1.0]], [[2, 1.0]]]


def test_each_model_has_a_panel_and_each_run_its_lines():
    figure = draw_training_curves({"a": {"0": FALLS, "1": FALLS}, "b": {"0": FALLS}})

    assert [axis.get_title("left") for axis in figure.axes] == ["a", "b"]
    assert [len(axis.lines) for axis in figure.axes] == [6, 3]


@pytest.mark.parametrize(
    ("loss", "scale"),
    [([1.0, 0.1], "linear"), ([1.0, 0.01], "log"), ([1.0, -5.0], "linear")],
)
def test_a_loss_that_falls_far_is_drawn_on_a_logarithmic_axis(loss, scale):
    figure = draw_training_curves({"a": {"01": course(loss)}})

    assert figure.axes[0].get_yscale() == scale


def test_the_description_tells_the_kept_epochs_and_the_loss():
    early = course([1.0, 1.0, 1.0, 1.0], [1.0, 2.0, 3.0, 3.0])

    label = draw_training_curves({"a": {"01": FALLS, "02": early}}).get_label()

    assert "a kept epoch 1 to 3 of 4, mean lowest validation loss 1.5" in label


def test_a_run_that_has_not_begun_is_left_out():
    figure = draw_training_curves({"a": {"01": History()}})

    assert lines_of(figure) == []
    assert "a no epoch yet" in figure.get_label()


def test_the_figure_can_be_laid_out(tmp_path):
    steep = course(list(np.geomspace(100, 0.1, 30)))

    draw_training_curves({"a": {"01": FALLS}, "b": {"01": steep}}).savefig(
        tmp_path / "curves.svg"
    )

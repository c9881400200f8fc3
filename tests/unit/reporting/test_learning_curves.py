"""Curves over images: means over subjects, and the paired difference to ridge."""

import numpy as np
import pytest

from boldwise.evaluation.paired_subjects import compare_subjects
from boldwise.reporting.learning_curves import curves_of_rows, draw_learning_curves

SCORES = {
    "universal": {"01": {50: 0.5, 100: 0.6}, "02": {50: 0.3, 100: 0.5}},
    "plain": {"01": {50: 0.2, 100: 0.5}, "02": {50: 0.1, 100: 0.3}},
}


def rows(curve="new_subjects", encoder="universal", *, ceiling=True, scores=SCORES):
    return [
        {
            **{"curve": curve, "encoder": encoder, "model": model, "subject": subject},
            **{"roi": roi, "n_images": str(n), "n_voxels": "9", "r": str(score / 2)},
            "normalised_r": str(score) if ceiling else "n/a",
        }
        for model, by_subject in scores.items()
        for subject, own in by_subject.items()
        for n, score in own.items()
        for roi in ("all", "V1")
    ]


def test_curves_are_means_over_subjects_of_one_region():
    (curve,) = curves_of_rows(rows())

    assert (curve.curve, curve.encoder, curve.ridges) == (
        *("new_subjects", "universal", ["plain"]),
    )
    assert curve.normalised
    assert curve.mean("universal") == pytest.approx({50: 0.4, 100: 0.55})


def test_without_ceilings_plain_correlations_are_taken():
    (curve,) = curves_of_rows(rows(ceiling=False))

    assert not curve.normalised
    assert curve.mean("plain")[50] == pytest.approx(0.075)


def test_the_difference_is_paired_over_subjects():
    (curve,) = curves_of_rows(rows())

    ahead = curve.ahead("plain")

    assert ahead[100] == compare_subjects([0.6, 0.5], [0.5, 0.3])
    assert ahead[50].n_better == 2


def test_a_subject_without_one_of_the_scores_is_left_out_of_the_pair():
    lacking = {**SCORES, "plain": {"01": SCORES["plain"]["01"]}}

    (curve,) = curves_of_rows(rows(scores=lacking))

    assert curve.ahead("plain")[50].mean == pytest.approx(0.3)
    assert np.isnan(curve.ahead("plain")[50].low)


def test_the_figure_has_a_row_of_panels_for_each_kind_of_curve():
    other = rows("training_sizes", "queries", scores={"queries": SCORES["universal"]})

    figure = draw_learning_curves(curves_of_rows([*rows(), *other]))

    titles = [axis.get_title(loc="left") for axis in figure.axes]
    assert titles[0] == "a new subject, after the others"
    assert titles[2] == "trained on fewer images"
    names = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert names == ["universal", "plain (ridge)"]
    assert figure.axes[3].get_legend() is None  # no ridge to be ahead of
    label = figure.get_label()
    assert "universal less plain +0.25 at 50, +0.15 at 100" in label
    assert "queries 0.40 at 50, 0.55 at 100, no ridge beside it" in label


def test_a_ridge_beside_two_encoders_is_drawn_once():
    second = {"examples": SCORES["universal"], "plain": SCORES["plain"]}
    figure = draw_learning_curves(
        curves_of_rows([*rows(), *rows(encoder="examples", scores=second)])
    )

    names = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert sorted(names) == ["examples", "plain (ridge)", "universal"]
    ahead = [text.get_text() for text in figure.axes[1].get_legend().get_texts()]
    assert ahead == ["universal − plain", "examples − plain"]


def test_intervals_of_few_subjects_do_not_stretch_the_axes():
    figure = draw_learning_curves(curves_of_rows(rows()))

    low, high = figure.axes[1].get_ylim()
    assert -0.2 < low < 0
    assert 0.3 < high < 0.5


def test_nothing_to_draw_is_said():
    figure = draw_learning_curves([])

    assert "No score is known" in figure.get_label()

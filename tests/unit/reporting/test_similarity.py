"""Matrices show the diagonal against its surroundings."""

import numpy as np
import pytest

from boldwise.evaluation.pooled_similarity import Similarities
from boldwise.reporting.similarity import contrast, draw_similarity, spans

N = 40
R = np.full((N, N), 0.1)
np.fill_diagonal(R, 0.8)
R[:20, 20:] = R[20:, :20] = np.nan


def similarities(label, *, by_category=True):
    ids = np.array([f"s{k}" for k in range(N)])
    return Similarities(R, ids, np.array(label), by_category, 3)


def test_the_diagonal_is_told_from_the_rest():
    assert contrast(R) == pytest.approx((0.8, 0.1))
    assert np.isnan(contrast(np.full((2, 2), np.nan))).all()


def test_runs_of_labels_are_found():
    assert spans(np.array(["a", "b", "b"])) == [("a", 0, 1), ("b", 1, 3)]


def test_every_decoder_has_its_panel_and_numbers():
    one = similarities(["cat"] * 20 + ["dog"] * 20)

    figure = draw_similarity({"first": one, "second": one})

    assert figure.axes[0].get_title(loc="left") == "first\nsame 0.80, other 0.10"
    assert [t.get_text() for t in figure.axes[0].get_yticklabels()] == ["cat", "dog"]
    assert "second: stimulus same 0.80, other 0.10" in figure.get_label()


def test_categories_too_small_to_name_are_not_named():
    one = similarities(["a"] + ["b" * 40] * 39)

    axis = draw_similarity({"a-decoder-whose-name-goes-on-and-on": one}).axes[0]

    (label,) = [t.get_text() for t in axis.get_yticklabels()]
    assert label == "b" * 13 + "…"
    assert len(axis.get_title(loc="left").splitlines()[0]) <= 26


def test_many_categories_are_drawn_without_names():
    one = similarities([f"c{k:02d}" for k in range(N)])

    assert draw_similarity({"a": one}).axes[0].get_yticklabels() == []

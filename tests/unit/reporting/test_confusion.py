"""Confusions: rows that sum to one, names in their places."""

import numpy as np
import pytest

from boldwise.reporting.confusion import MAX_WRITTEN, draw_confusions, share_of_rows

COUNTS = np.array([[8, 2], [3, 7]])
CLASSES = np.array(["face", "house $x$"])


def test_rows_become_shares():
    np.testing.assert_allclose(share_of_rows(COUNTS), [[0.8, 0.2], [0.3, 0.7]])


def test_a_category_that_was_never_shown_stays_empty():
    share = share_of_rows(np.array([[0, 0], [1, 3]]))

    np.testing.assert_allclose(share, [[0, 0], [0.25, 0.75]])


def test_true_categories_are_rows_and_predicted_ones_columns():
    axis = draw_confusions({"a": COUNTS}, {"a": CLASSES}).axes[0]

    np.testing.assert_allclose(axis.images[0].get_array(), [[0.8, 0.2], [0.3, 0.7]])
    assert axis.get_ylabel() == "true"
    assert axis.get_xlabel() == "predicted"
    assert [text.get_text() for text in axis.get_yticklabels()] == CLASSES.tolist()


def test_the_title_gives_accuracy_and_chance():
    axis = draw_confusions({"a": COUNTS}, {"a": CLASSES}).axes[0]

    assert axis.get_title("left") == "a: 75% right, chance 50%"


@pytest.mark.parametrize(("n_classes", "written"), [(3, 9), (MAX_WRITTEN + 1, 0)])
def test_numbers_are_written_while_they_fit(n_classes, written):
    counts = np.eye(n_classes, dtype=int)
    classes = np.array([f"c{k}" for k in range(n_classes)])

    axis = draw_confusions({"a": counts}, {"a": classes}).axes[0]

    assert len(axis.texts) == written


def test_nothing_decoded_is_no_division_by_zero():
    figure = draw_confusions({"a": np.zeros((2, 2), int)}, {"a": CLASSES})

    assert "0% of 0 right" in figure.get_label()

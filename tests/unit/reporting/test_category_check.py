"""The figure of the check: accuracies in their rows, chance where it is."""

from boldwise.reporting.category_check import draw_category_check

ROW = {
    "low": 0.3,
    "high": 0.5,
    "chance": 0.1,
    "shuffled_high": 0.15,
    "n_categories": 10,
}
ROWS = [
    {**ROW, "feature_space": "clip", "accuracy": 0.4},
    {**ROW, "feature_space": "$pixels$", "accuracy": 0.31},
]


def test_accuracies_stand_beside_chance_and_shuffles():
    figure = draw_category_check(ROWS)

    axis = figure.axes[0]
    assert [text.get_text() for text in axis.get_yticklabels()] == ["clip", "$pixels$"]
    dots = [line for line in axis.lines if line.get_marker() == "o"]
    assert [float(dot.get_xdata()[0]) for dot in dots] == [0.4, 0.31]
    assert [bar.get_width() for bar in axis.patches] == [0.15, 0.15]
    assert [line.get_xdata()[0] for line in axis.lines if line.get_linestyle() == "--"]
    assert axis.get_ylim()[0] > axis.get_ylim()[1]  # the best on top


def test_the_description_gives_the_numbers():
    said = draw_category_check(ROWS).get_label()

    assert "chance 10.0%" in said
    assert "clip 40.0%; $pixels$ 31.0%" in said

"""The look of the house, kept to itself."""

import matplotlib as mpl
import pytest
from matplotlib.colors import to_rgb

from boldwise.reporting.style import (
    LOOK,
    PALETTE,
    colours_of,
    describe,
    grid_shape,
    hide_unused,
    house_style,
    new_figure,
    plain_numbers,
)


def test_the_style_ends_with_the_block():
    before = mpl.rcParams["font.size"], mpl.rcParams["text.parse_math"]

    with house_style():
        within = mpl.rcParams["font.size"], mpl.rcParams["text.parse_math"]

    assert within == (LOOK["font.size"], False)
    assert (mpl.rcParams["font.size"], mpl.rcParams["text.parse_math"]) == before


def test_the_style_serves_as_a_decorator_more_than_once():
    @house_style()
    def size() -> float:
        return float(mpl.rcParams["font.size"])

    assert [size(), size()] == [LOOK["font.size"]] * 2


def test_the_style_ends_even_when_drawing_fails():
    before = mpl.rcParams["font.size"]

    with pytest.raises(ZeroDivisionError), house_style():
        raise ZeroDivisionError

    assert mpl.rcParams["font.size"] == before


def test_a_figure_has_its_size_and_is_known_to_no_global_list():
    import matplotlib._pylab_helpers as helpers

    figure = new_figure(4, 3)

    assert figure.get_size_inches().tolist() == [4, 3]
    assert not helpers.Gcf.figs


def test_a_figure_carries_its_description():
    figure = new_figure(1, 1)

    same = describe(figure, "Two dots.")

    assert same is figure
    assert figure.get_label() == "Two dots."


def test_names_get_different_colours_until_the_palette_ends():
    names = [f"roi-{i}" for i in range(len(PALETTE) + 1)]

    colours = colours_of(names)

    assert len(set(list(colours.values())[:-1])) == len(PALETTE)
    assert colours["roi-8"] == colours["roi-0"]


def test_colours_of_the_palette_differ_in_lightness_or_hue():
    colours = [to_rgb(code) for code in PALETTE]

    nearest = min(
        sum((x - y) ** 2 for x, y in zip(a, b, strict=True))
        for i, a in enumerate(colours)
        for b in colours[:i]
    )

    assert nearest > 0.05


@pytest.mark.parametrize("n_panels", range(1, 13))
@pytest.mark.parametrize("n_columns", [1, 2, 3, 4])
def test_a_grid_holds_all_panels_with_fewer_gaps_than_a_row(n_panels, n_columns):
    rows, columns = grid_shape(n_panels, n_columns=n_columns)

    assert columns <= n_columns
    assert 0 <= rows * columns - n_panels < rows


def test_an_empty_grid_still_has_a_panel():
    assert grid_shape(0, n_columns=3) == (1, 1)


def test_unused_panels_are_switched_off():
    axes = new_figure(4, 2).subplots(1, 3)

    hide_unused(axes, n_used=2)

    assert [axis.axison for axis in axes] == [True, True, False]


def test_a_logarithmic_axis_is_marked_with_plain_numbers():
    figure = new_figure(3, 3)
    axis = figure.subplots()
    axis.set_xlim(1, 1000)
    axis.set_xscale("log")

    plain_numbers(axis.xaxis)

    figure.canvas.draw()
    assert "100" in [text.get_text() for text in axis.get_xticklabels()]

"""Figures as files: equal bytes, whole or absent, with their words."""

import os
import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from boldwise.errors import DataError
from boldwise.io.figure_files import (
    read_figure,
    save_figure,
    save_figures,
    write_page,
)
from boldwise.reporting.style import describe, house_style, new_figure

HOSTILE = 'a <b> & "c" ü √ 日本 $x_1$'


@house_style()
def draw(words="One line."):
    figure = new_figure(2, 1.5)
    axis = figure.subplots()
    axis.plot([0, 1, 2], [0.1, 5, 2], label="a")
    axis.fill_between([0, 1], [0, 1], alpha=0.3)
    axis.legend()
    return describe(figure, words)


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_equal_figures_give_equal_bytes(tmp_path, suffix):
    paths = [tmp_path / f"{name}.{suffix}" for name in "ab"]

    for path in paths:
        save_figure(path, draw())

    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_bytes_do_not_depend_on_the_process(tmp_path):
    """Ids inside an SVG are random unless salted; hashes of strings differ, too."""
    save_figure(tmp_path / "here.svg", draw())
    code = (
        "import sys, runpy; names = runpy.run_path(sys.argv[1]);"
        "names['save_figure'](sys.argv[2], names['draw']())"
    )
    command = [sys.executable, "-c", code, __file__, str(tmp_path / "there.svg")]

    subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": "7"})

    assert (tmp_path / "here.svg").read_bytes() == (tmp_path / "there.svg").read_bytes()


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_no_date_and_no_version_is_written(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"

    save_figure(path, draw())

    data = path.read_bytes()
    assert b"<dc:date>" not in data
    assert mpl.__version__.encode() not in data


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_the_description_comes_back_letter_by_letter(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    save_figure(path, draw(HOSTILE))

    saved = read_figure(path)

    assert saved.description == HOSTILE
    assert saved.data == path.read_bytes()
    assert saved.path == path


@pytest.mark.parametrize(
    ("suffix", "mime"), [("png", "image/png"), ("svg", "image/svg+xml")]
)
def test_the_kind_of_a_figure_follows_its_name(tmp_path, suffix, mime):
    save_figure(tmp_path / f"a.{suffix}", draw())

    assert read_figure(tmp_path / f"a.{suffix}").mime == mime


def test_a_png_opens_elsewhere_in_the_size_of_the_figure(tmp_path):
    save_figure(tmp_path / "a.png", draw())

    with Image.open(tmp_path / "a.png") as image:
        assert image.size == (288, 216)


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_the_width_of_a_figure_comes_back(tmp_path, suffix):
    save_figure(tmp_path / f"a.{suffix}", draw())

    assert read_figure(tmp_path / f"a.{suffix}").width_in == pytest.approx(2)


def test_a_png_keeps_its_colours_within_what_an_eye_can_tell(tmp_path):
    figure = Figure(figsize=(2, 2))
    axis = figure.add_axes((0, 0, 1, 1))
    axis.set_axis_off()
    axis.imshow(np.linspace(0, 1, 512)[None], cmap="viridis", aspect="auto")

    save_figure(tmp_path / "a.png", figure)

    with Image.open(tmp_path / "a.png") as image:
        found = np.asarray(image.convert("RGB"))[10].astype(int)
    places = np.linspace(0, 511, len(found)).round().astype(int)
    wanted = (
        mpl.colormaps["viridis"](np.linspace(0, 1, 512)[places])[:, :3] * 255
    ).round()
    assert np.abs(found - wanted).max() <= 8


def test_letters_that_the_font_lacks_raise_no_warning(tmp_path):
    with house_style():
        figure = new_figure(1, 1)
        figure.text(0, 0, "日本")

    save_figure(tmp_path / "a.png", figure)

    assert (tmp_path / "a.png").exists()


def test_a_failed_save_leaves_the_old_figure_and_no_rubbish(tmp_path):
    path = tmp_path / "a.png"
    save_figure(path, draw())
    before = path.read_bytes()
    broken = draw()
    broken.savefig = None

    with pytest.raises(TypeError):
        save_figure(path, broken)

    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_other_kinds_of_files_are_refused(tmp_path):
    with pytest.raises(DataError, match=r"a\.jpg: figures are \.png or \.svg"):
        save_figure(tmp_path / "a.jpg", draw())

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_a_file_that_is_no_figure_is_named(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(b"something else")

    with pytest.raises(
        DataError, match=rf"a\.{suffix}: not an? {suffix.upper()} image"
    ):
        read_figure(path)


def test_a_figure_without_words_has_an_empty_description(tmp_path):
    Image.fromarray(np.zeros((2, 2, 3), np.uint8)).save(tmp_path / "a.png")
    (tmp_path / "a.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")

    assert read_figure(tmp_path / "a.png").description == ""
    assert read_figure(tmp_path / "a.svg").description == ""


def test_figures_go_to_the_paths_of_their_names(tmp_path):
    class Output:
        left = tmp_path / "l.png"
        right = tmp_path / "r.svg"

    save_figures(Output, {"left": draw("left"), "right": draw("right")})

    assert read_figure(tmp_path / "l.png").description == "left"
    assert read_figure(tmp_path / "r.svg").description == "right"


def test_a_page_is_written_as_utf8_with_plain_line_ends(tmp_path):
    write_page(tmp_path / "new" / "a.html", "<p>√</p>\n")

    assert (tmp_path / "new" / "a.html").read_bytes() == "<p>√</p>\n".encode()

"""Several finished studies on one page."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from boldwise.io.compared_studies import read_compared
from boldwise.io.figure_files import read_figure, save_figure, write_page
from boldwise.reporting.page import render_page
from boldwise.reporting.side_by_side import build_comparison
from boldwise.reporting.side_by_side_figure import draw_side_by_side


def write_comparison(folders: Iterable[str | Path], target: str | Path) -> Path:
    """Write one page about several finished studies.

    Parameters
    ----------
    folders : iterable of path
        Of their results.
    target : path

    Returns
    -------
    target : Path
    """
    studies = read_compared(folders)
    figure = None
    if any(one.main.scores for one in studies):
        with TemporaryDirectory() as folder:
            save_figure(Path(folder, "scores.png"), draw_side_by_side(studies))
            saved = read_figure(Path(folder, "scores.png"))
        figure = saved.data, saved.description
    sections = build_comparison(studies, figure=figure)
    title = " beside ".join(one.name for one in studies)
    write_page(target, render_page(sections, title=title))
    return Path(target)

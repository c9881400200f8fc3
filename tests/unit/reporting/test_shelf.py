"""Figures on their way to the page: found by name, captioned, within the room."""

from dataclasses import replace

import pytest

from boldwise.errors import DataError
from boldwise.reporting.blocks import data_uri
from boldwise.reporting.shelf import Shelf


def test_figures_of_one_kind_share_a_caption(study):
    (block,) = Shelf(study).pictures("penalties", split="main")

    assert [picture.title for picture in block.pictures] == ["Subject 01", "Subject 02"]
    assert "A penalties of main." in block.caption


def test_a_picture_holds_its_file_and_its_words(study):
    (block,) = Shelf(study).pictures("comparison", split="main")

    (one,) = [f for f in study.figures if f.name == "comparison"]
    assert block.pictures[0].source == data_uri(one.data, "image/svg+xml")
    assert block.pictures[0].alt == one.description
    assert block.pictures[0].title == ""


def test_figures_of_another_split_or_kind_are_not_found(study):
    shelf = Shelf(study)

    assert shelf.pictures("comparison", split="other") == []
    assert shelf.pictures("nothing", split="main") == []
    assert shelf.pictures("comparison") == []


def test_a_figure_of_no_split_is_found_without_one(study):
    assert len(Shelf(study).pictures("recovery")) == 1


def test_the_view_is_that_of_the_first_subject(study):
    (frame,) = Shelf(study).view("interactive_map", split="main")

    assert frame.document == "<p>view of main/sub-01_interactive_map.html</p>"
    assert "01" in frame.title


def test_views_are_no_pictures(study):
    assert Shelf(study).pictures("interactive_map", split="main") == []
    assert Shelf(study).view("penalties", split="main") == []


def test_what_no_longer_fits_keeps_its_words_and_its_path(study):
    first, second = (f for f in study.figures if f.name == "penalties")
    alone = replace(study, figures=[first, second])
    shelf = Shelf(alone, room=len(first.data))

    (block,) = shelf.pictures("penalties", split="main")

    assert [bool(picture.source) for picture in block.pictures] == [True, False]
    assert block.pictures[1].alt == second.description
    assert block.pictures[1].path == "figures/main/sub-02_penalties.svg"
    assert shelf.left_out == ["figures/main/sub-02_penalties.svg"]


def test_a_small_figure_after_a_large_one_still_fits(study):
    large = replace(study.figures[0], name="large", path="l", data=b"x" * 900)
    small = replace(study.figures[0], name="small", path="s", data=b"x" * 9)
    captions = {"large": "Large.", "small": "Small."}
    shelf = Shelf(replace(study, figures=(large, small), captions=captions), room=500)

    (first,) = shelf.pictures("large", split=large.split)
    (second,) = shelf.pictures("small", split=small.split)

    assert first.pictures[0].source == ""
    assert second.pictures[0].source != ""


def test_figures_of_subjects_leave_room_for_those_of_all(study):
    """The comparison comes last on the page, and is still there."""
    common = sum(len(f.data) for f in study.figures if not f.subject)
    shelf = Shelf(study, room=common + 10)

    (own,) = shelf.pictures("penalties", split="main")
    (shared,) = shelf.pictures("comparison", split="main")

    assert [picture.source for picture in own.pictures] == ["", ""]
    assert shared.pictures[0].source != ""


def test_a_picture_is_shown_in_the_width_it_was_drawn_for(study):
    (block,) = Shelf(study).pictures("comparison", split="main")

    assert block.pictures[0].width_px == 110  # one inch


def test_of_many_subjects_some_are_shown_on_request(study):
    (wide,) = Shelf(study).pictures("penalties", split="main")
    (narrow,) = Shelf(study).pictures("ceilings", split="main", wide=False)

    assert (wide.n_open, narrow.n_open) == (2, 4)


def test_a_view_that_does_not_fit_is_left_out(study):
    shelf = Shelf(study, room=3)

    assert shelf.view("interactive_map", split="main") == []
    assert shelf.left_out == ["figures/main/sub-01_interactive_map.html"]


def test_a_figure_without_a_caption_is_refused(study):
    bare = replace(study, captions={})

    with pytest.raises(DataError, match=r"no caption recovery\.rst in workflow/report"):
        Shelf(bare).pictures("recovery")

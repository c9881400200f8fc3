"""The view to click through: whole, offline, and where the voxels are."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest
from tiny_study import N_VOXELS, tiny_voxels

from boldwise.reporting.interactive import view_accuracy
from boldwise.responses.records import Voxels

pytestmark = [
    pytest.mark.filterwarnings("ignore:The set_bad function"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:nilearn.*"),
]


class Sources(HTMLParser):
    """Collects every address that a browser would fetch."""

    def __init__(self):
        super().__init__()
        self.addresses = []

    def handle_starttag(self, tag, attrs):
        """Note the addresses of a tag."""
        names = {"src", "href", "data", "poster", "srcset", "action"}
        self.addresses += [value for name, value in attrs if name in names]


@pytest.fixture(scope="module")
def view():
    r = np.linspace(-0.2, 0.6, N_VOXELS)
    return view_accuracy(r, r > 0.3, tiny_voxels(), space="MNI152", title="words: r")


def test_a_view_is_a_whole_page_with_its_title(view):
    assert view.lstrip().lower().startswith("<!doctype html>")
    assert "words: r" in view


def test_a_view_loads_nothing_from_elsewhere(view):
    found = Sources()
    found.feed(view)

    assert found.addresses
    assert all(one.startswith(("data:", "#")) for one in found.addresses)


def test_the_scale_of_a_view_starts_at_zero_and_ends_at_the_highest_score(view):
    assert '"colorMap": {"img": "colorMap", "min": 0.0, "max": 0.6}' in view


def test_a_single_slice_gets_a_margin_that_the_viewer_needs():
    flat = Voxels(np.argwhere(np.ones((6, 10, 1), bool)), (6, 10, 1), np.eye(4) * 3)
    r = np.linspace(0.1, 0.6, N_VOXELS)

    view = view_accuracy(r, r > 0.3, flat, space="native", title="one slice")

    found = re.search(
        r'"nbSlice":\s*\{"X":\s*(\d+),\s*"Y":\s*(\d+),\s*"Z":\s*(\d+)', view
    )
    assert found is not None
    assert int(found[3]) >= 3


def test_without_an_affine_no_side_is_called_left():
    r = np.linspace(0.1, 0.6, N_VOXELS)

    unknown = view_accuracy(
        r, r > 0.3, tiny_voxels(affine=False), space="unknown", title="r"
    )
    known = view_accuracy(r, r > 0.3, tiny_voxels(), space="native", title="r")

    assert '"flagCoordinates": false' in unknown
    assert '"flagCoordinates": true' in known

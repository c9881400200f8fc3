"""The view to click through: whole, offline, and where the voxels are."""

import json
import re
from base64 import b64decode
from html.parser import HTMLParser
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
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


def read_sprite(view, n_slices):
    """Read the coloured voxels back from the mosaic of sagittal slices."""
    data = re.search(r'id="overlayImg"[^>]*base64,([^"]+)"', view)[1]
    with Image.open(BytesIO(b64decode(data))) as image:
        opaque = np.asarray(image.convert("RGBA"))[..., 3] > 0
    width, height = n_slices["Y"], n_slices["Z"]
    n_columns = opaque.shape[1] // width
    slices = [
        opaque[
            k // n_columns * height : (k // n_columns + 1) * height,
            k % n_columns * width : (k % n_columns + 1) * width,
        ][::-1].T
        for k in range(n_slices["X"])
    ]
    return np.stack(slices)


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


@pytest.mark.parametrize("space", ["native", "MNI152"])
@pytest.mark.parametrize("mirrored", [False, True])
def test_the_view_opens_at_the_highest_score_and_writes_its_true_position(
    space, mirrored
):
    """The viewer shows slice ``numSlice`` and writes the position of the next one."""
    voxels = tiny_voxels()
    affine = voxels.affine.copy()
    affine[0] *= -1 if mirrored else 1
    voxels = Voxels(voxels.ijk, voxels.volume_shape, affine)
    r = np.zeros(N_VOXELS)
    r[17] = 0.5
    true_mm = affine[:3, :3] @ voxels.ijk[17] + affine[:3, 3]

    view = view_accuracy(r, r > 0.1, voxels, space=space, title="r")

    settings = json.loads(re.search(r"brainsprite\((\{.*?\})\);", view)[1])
    shown = np.array([settings["numSlice"][axis] for axis in "XYZ"])
    written = np.array(settings["affine"]) @ [*(shown + 1), 1]
    np.testing.assert_allclose(written[:3], true_mm, atol=1e-4)
    overlay = read_sprite(view, settings["nbSlice"])
    x, y, z = shown.round().astype(int)
    assert overlay[x, y, z]
    assert overlay.sum() == 1 if space == "native" else overlay.any()


def test_without_an_affine_no_side_is_called_left():
    r = np.linspace(0.1, 0.6, N_VOXELS)

    unknown = view_accuracy(
        r, r > 0.3, tiny_voxels(affine=False), space="unknown", title="r"
    )
    known = view_accuracy(r, r > 0.3, tiny_voxels(), space="native", title="r")

    assert '"flagCoordinates": false' in unknown
    assert '"flagCoordinates": true' in known

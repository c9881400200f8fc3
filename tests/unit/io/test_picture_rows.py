"""Pictures in their files look like an array of squares, and must not change."""

import hashlib

import numpy as np
import pytest
from PIL import Image

from boldwise.errors import DataError
from boldwise.features.backends.backbone import load_backbone
from boldwise.features.colour import colour_statistics
from boldwise.features.pixels import pixels
from boldwise.features.records import Stimuli
from boldwise.io.picture_rows import PictureRows, hash_pictures, refuse_changed
from boldwise.io.pictures import read_pictures
from boldwise.io.records import open_stimuli, read_stimuli, write_stimuli
from boldwise.io.stimulus_files import StimulusSource, read_stimulus_files
from boldwise.io.stores import open_store
from boldwise.reporting.stimuli import draw_stimuli

SIZE = 40


@pytest.fixture
def folder(tmp_path):
    """Seven pictures, none of them square and no two of one size."""
    rng = np.random.default_rng(0)
    for i in range(7):
        shape = (50 + i, 70 - i, 3)
        picture = Image.fromarray(rng.integers(0, 256, shape, dtype=np.uint8))
        picture.save(tmp_path / f"p{i}.png")
    return tmp_path


@pytest.fixture
def paths(folder):
    return sorted(folder.glob("*.png"))


@pytest.fixture
def rows(paths):
    return PictureRows(paths, hash_pictures(paths), size_px=SIZE)


@pytest.fixture
def copied(paths):
    return read_pictures(paths, size_px=SIZE)


def prepare(folder, name, **options):
    """Do what the script of prepare_stimuli does."""
    source = StimulusSource(
        str(folder), images=["*.png"], image_size_px=SIZE, **options
    )
    write_stimuli(folder / name, read_stimulus_files(source), provenance={})
    return folder / name


@pytest.mark.parametrize(
    "taken",
    [
        *(3, -1, slice(None), slice(2, 5), slice(5, 1, -2), slice(3, 3), Ellipsis),
        *(np.array([6, 0, 0]), [1, 2], np.arange(7) % 2 == 0, np.int64(4)),
        *((slice(1, 3), 0), (Ellipsis, 1), (2, slice(4), slice(6), 0)),
        *((slice(None), slice(None), slice(None), 2), (slice(0, 2), Ellipsis, 0)),
    ],
    ids=str,
)
def test_slices_are_those_of_an_array(rows, copied, taken):
    found = rows[taken]

    np.testing.assert_array_equal(found, copied[taken])
    assert found.dtype == rows.dtype == np.uint8


def test_it_is_as_long_and_wide_as_the_array(rows, copied):
    assert len(rows) == len(copied)
    assert rows.shape == copied.shape
    assert rows.ndim == copied.ndim


def test_a_row_beyond_the_last_is_refused_as_of_an_array(rows):
    with pytest.raises(IndexError, match="out of bounds"):
        rows[7]


def test_hashes_are_those_of_the_bytes(paths):
    wanted = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]

    assert hash_pictures(paths) == wanted


def test_files_that_changed_are_all_named(rows, paths):
    for path in paths[1:3]:
        Image.new("RGB", (50, 50)).save(path)

    said = (
        r"p1\.png: the image has changed since the stimuli.*\n.*p2\.png: .*--forcerun"
    )
    with pytest.raises(DataError, match=said):
        rows[0:4]
    assert len(rows[3:]) == 4


def test_files_that_are_gone_are_all_named(paths):
    wanted = hash_pictures(paths)
    for path in paths[:2]:
        path.unlink()

    said = r"p0\.png: no such image\. Fetch it again\.\n.*p1\.png: no such image"
    with pytest.raises(DataError, match=said):
        hash_pictures(paths)
    with pytest.raises(DataError, match=said):
        refuse_changed(paths, wanted)


def test_a_folder_in_place_of_a_picture_cannot_be_read(folder):
    (folder / "x.png").mkdir()

    with pytest.raises(DataError, match=r"x\.png: the image cannot be read \(Is a dir"):
        hash_pictures([folder / "x.png"])


def test_the_store_holds_no_pixels_and_reads_the_same(folder, copied):
    path = prepare(folder, "s.h5", copy_images=False)

    with open_store(path, schema="stimuli") as store:
        assert "image" not in store
        assert store["image_path"][2] == str(folder / "p2.png")
    with open_stimuli(path) as stimuli:
        assert isinstance(stimuli.image, PictureRows)
        np.testing.assert_array_equal(stimuli.image[1:3], copied[1:3])
    np.testing.assert_array_equal(read_stimuli(path).image, copied)
    assert read_stimuli(path, images=False).image is None


def test_a_store_of_paths_differs_when_a_picture_does(folder):
    before = prepare(folder, "a.h5", copy_images=False).read_bytes()
    same = prepare(folder, "b.h5", copy_images=False).read_bytes()
    Image.new("RGB", (50, 50)).save(folder / "p4.png")

    after = prepare(folder, "c.h5", copy_images=False).read_bytes()

    assert before == same != after


@pytest.mark.parametrize("extractor", [pixels, colour_statistics])
def test_extractors_see_the_same_pixels(folder, extractor):
    found = []
    for name, copy in (("a.h5", True), ("b.h5", False)):
        path = prepare(folder, name, copy_images=copy)
        with open_stimuli(path) as stimuli:
            found.append(extractor(stimuli).feature)

    np.testing.assert_array_equal(*found)


def test_a_figure_of_stimuli_shows_them(rows):
    ids = np.array([f"p{i}" for i in range(7)])

    figure = draw_stimuli(Stimuli(ids, rows))

    shown = [image.get_array() for axis in figure.axes for image in axis.images]
    assert any(np.array_equal(one, rows[0]) for one in shown)


def test_pictures_that_a_network_prepares_are_whole(folder):
    from boldwise.io.image_blocks import open_images

    images = open_images(prepare(folder, "s.h5", copy_images=False))
    network = load_backbone("open_clip", {"model": "tiny-clip"})

    read = images.read(2, 4)

    assert [one.shape for one in read] == [(52, 68, 3), (53, 67, 3)]
    assert network.prepare(read[0]).shape == (3, *network.card.input_size)

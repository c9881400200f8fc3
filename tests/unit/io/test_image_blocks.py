"""Images are read by ranges, from a store or from files, and told apart by a hash."""

import pickle

import numpy as np
import pytest
from PIL import Image

from boldwise.errors import DataError
from boldwise.features.records import Stimuli
from boldwise.io.image_blocks import PictureFiles, StoredImages, open_images
from boldwise.io.picture_rows import PictureRows, hash_pictures
from boldwise.io.records import write_stimuli

IDS = np.array([f"s{i}" for i in range(5)])


@pytest.fixture
def image(rng):
    return rng.integers(0, 256, (5, 6, 7, 3), dtype=np.uint8)


@pytest.fixture
def paths(tmp_path, image):
    for one, pixels in zip(IDS, image, strict=True):
        Image.fromarray(pixels).save(tmp_path / f"{one}.png")
    return [tmp_path / f"{one}.png" for one in IDS]


@pytest.fixture
def store(tmp_path, image):
    write_stimuli(tmp_path / "s.h5", Stimuli(IDS, image), provenance={})
    return tmp_path / "s.h5"


@pytest.fixture
def of_paths(tmp_path, paths):
    rows = PictureRows(paths, hash_pictures(paths), size_px=4)
    write_stimuli(tmp_path / "p.h5", Stimuli(IDS, rows), provenance={})
    return tmp_path / "p.h5"


def test_a_store_of_pixels_is_read_as_such(store, image):
    images = open_images(store)

    assert isinstance(images, StoredImages)
    assert len(images) == 5
    np.testing.assert_array_equal(images.read(1, 4), image[1:4])


def test_a_store_of_paths_gives_whole_pictures(of_paths, image):
    images = open_images(of_paths)

    assert isinstance(images, PictureFiles)
    assert len(images) == 5
    assert images.stimulus_id.tolist() == IDS.tolist()
    np.testing.assert_array_equal(np.stack(images.read(0, 5)), image)


@pytest.mark.parametrize("which", ["store", "of_paths"])
def test_images_travel_to_other_processes(request, which):
    images = open_images(request.getfixturevalue(which))
    images.read(0, 1)

    other = pickle.loads(pickle.dumps(images))

    np.testing.assert_array_equal(other.read(2, 4), images.read(2, 4))
    assert other.digest() == images.digest()


def test_the_digest_of_paths_needs_no_files(of_paths, paths):
    known = PictureFiles(paths, IDS).digest()
    for path in paths:
        path.unlink()

    assert open_images(of_paths).digest() == known


def test_the_digest_tells_pixels_and_their_order(store, tmp_path, image):
    known = open_images(store).digest()
    found, one_off = {known}, image.copy()
    one_off[4, 0, 0, 0] ^= 1
    for name, changed in (("a", image[::-1]), ("b", one_off)):
        write_stimuli(tmp_path / f"{name}.h5", Stimuli(IDS, changed), provenance={})
        found.add(open_images(tmp_path / f"{name}.h5").digest())

    assert len(found) == 3


def test_a_picture_that_changed_is_refused(of_paths, paths):
    Image.new("RGB", (7, 6)).save(paths[3])
    images = open_images(of_paths)

    with pytest.raises(DataError, match=r"s3\.png: the image has changed since"):
        images.read(2, 4)
    assert len(images.read(0, 3)) == 3


def test_all_broken_pictures_of_a_range_are_named(paths):
    for path in paths[1:3]:
        path.write_bytes(b"no picture")

    said = r"s1\.png: the image does not decode.*\n.*s2\.png: the image does not decode"
    with pytest.raises(DataError, match=said):
        PictureFiles(paths, IDS).read(0, 5)


def test_stimuli_without_images_are_refused(tmp_path):
    write_stimuli(tmp_path / "t.h5", Stimuli(IDS, caption=IDS), provenance={})

    with pytest.raises(DataError, match=r"t\.h5: the 5 stimuli have no image"):
        open_images(tmp_path / "t.h5")


def test_what_decodes_files_is_told(paths):
    assert PictureFiles(paths, IDS).decoder.startswith("Pillow ")

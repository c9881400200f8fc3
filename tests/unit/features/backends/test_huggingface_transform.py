"""Transforms of transformers' models against its own processors in Pillow."""

import json
import pickle
import shutil

import numpy as np
import pytest
import transformers
from PIL import Image

from boldwise.errors import WeightsError
from boldwise.features.backends.huggingface_transform import preparation_of
from boldwise.features.backends.preparation import Preparation, Wrapped


@pytest.mark.parametrize("shape", [(40, 57), (36, 36), (51, 33)])
@pytest.mark.parametrize(
    ("name", "library"),
    [
        ("vit", "ViTImageProcessorPil"),
        ("dino", "BitImageProcessorPil"),
        ("clip", "CLIPImageProcessorPil"),
    ],
)
def test_plain_processors_are_done_in_pillow(vision_folders, name, library, shape):
    image = np.random.default_rng(1).integers(0, 256, (*shape, 3), dtype=np.uint8)
    processor = getattr(transformers, library).from_pretrained(vision_folders / name)

    prepare = preparation_of(vision_folders / name)

    assert isinstance(prepare, Preparation)
    given = processor(images=Image.fromarray(image), return_tensors="np")
    np.testing.assert_allclose(prepare(image), given["pixel_values"][0], atol=1e-5)


def test_a_processor_with_other_steps_is_called_as_it_is(vision_folders):
    image = np.random.default_rng(1).integers(0, 256, (40, 57, 3), dtype=np.uint8)
    folder = vision_folders / "resnet"

    prepare = pickle.loads(pickle.dumps(preparation_of(folder)))

    assert isinstance(prepare, Wrapped)
    assert json.loads(prepare.told)["crop_pct"] == 0.875
    processor = transformers.AutoImageProcessor.from_pretrained(folder)
    given = processor(images=Image.fromarray(image), return_tensors="pt")
    np.testing.assert_array_equal(prepare(image), given["pixel_values"][0].numpy())
    assert prepare(image).shape[1:] == prepare.size == (64, 64)


def test_a_folder_without_a_transform_is_refused(tmp_path):
    with pytest.raises(WeightsError, match=r"no preprocessor_config.json lies there"):
        preparation_of(tmp_path)
    (tmp_path / "preprocessor_config.json").write_text("{}")
    with pytest.raises(WeightsError, match="cannot be read as an image processor"):
        preparation_of(tmp_path)


def test_a_transform_to_many_sizes_is_refused(vision_folders, tmp_path):
    shutil.copytree(vision_folders / "clip", tmp_path / "clip")
    path = tmp_path / "clip/preprocessor_config.json"
    settings = json.loads(path.read_text())
    path.write_text(json.dumps({**settings, "do_center_crop": False}))

    with pytest.raises(WeightsError, match="does not bring all images to one size"):
        preparation_of(tmp_path / "clip")

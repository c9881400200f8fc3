"""Preparations against the transforms that the libraries build themselves."""

import json
import pickle
import subprocess
import sys

import numpy as np
import pytest
import timm.data
import torch
from open_clip.transform import PreprocessCfg, image_transform_v2
from PIL import Image
from torchvision import models, transforms

from boldwise.errors import WeightsError
from boldwise.features.backends.preparation import (
    Preparation,
    Wrapped,
    from_chain,
    pair,
)
from boldwise.features.backends.torchvision_models import build

SHAPES = [(64, 64), (50, 70), (97, 41), (33, 33)]  # height, width
COLOURS = {"mean": [0.4, 0.5, 0.6], "std": [0.3, 0.2, 0.1]}


@pytest.fixture(params=SHAPES, ids=lambda shape: "x".join(map(str, shape)))
def image(request):
    rng = np.random.default_rng(3)
    return rng.integers(0, 256, (*request.param, 3), dtype=np.uint8)


@pytest.mark.parametrize(
    "settings",
    [
        {"size": 32},
        {"size": 32, "interpolation": "bilinear"},
        {"size": (32, 48)},
        {"size": 32, "resize_mode": "squash"},
        {"size": (24, 40), "resize_mode": "squash"},
        {"size": 32, "resize_mode": "longest"},
        {"size": 32, "resize_mode": "longest", "fill_color": 128},
    ],
)
def test_what_open_clip_does_is_done_bit_by_bit(settings, image):
    chain = image_transform_v2(PreprocessCfg(**settings, **COLOURS), is_train=False)

    prepare = from_chain(chain.transforms, size=pair(settings["size"]))

    assert isinstance(prepare, Preparation)
    expected = chain(Image.fromarray(image)).numpy()
    np.testing.assert_array_equal(prepare(image), expected)


@pytest.mark.parametrize(
    "settings",
    [
        {"crop_pct": 0.9, "interpolation": "bicubic"},
        {"crop_pct": 1.0, "crop_mode": "squash"},
        {"crop_pct": 0.8, "crop_mode": "squash"},
        {"crop_pct": 1.0, "crop_mode": "border"},
        {"crop_pct": 0.9, "crop_mode": "border"},
        {"input_size": (3, 24, 40), "crop_pct": 0.9},
    ],
)
def test_what_timm_does_is_done_bit_by_bit(settings, image):
    settings = {"input_size": (3, 32, 32), **settings}
    chain = timm.data.create_transform(**settings, is_training=False)

    prepare = from_chain(chain.transforms, size=settings["input_size"][1:])

    assert isinstance(prepare, Preparation)
    expected = chain(Image.fromarray(image)).numpy()
    np.testing.assert_array_equal(prepare(image), expected)


def test_what_torchvision_does_is_done_bit_by_bit(image):
    prepare = build({"model": "mobilenet_v3_small", "weights": "untrained"}).prepare

    chain = models.MobileNet_V3_Small_Weights.DEFAULT.transforms()
    expected = chain(Image.fromarray(image)).numpy()
    np.testing.assert_array_equal(prepare(image), expected)
    assert prepare.size == (224, 224)


def test_a_step_of_another_kind_runs_as_the_library_wrote_it(image):
    steps = [
        transforms.Grayscale(3),
        transforms.Resize((16, 16)),
        transforms.ToTensor(),
    ]

    prepare = from_chain(steps, size=(16, 16))

    assert isinstance(prepare, Wrapped)
    expected = transforms.Compose(steps)(Image.fromarray(image)).numpy()
    np.testing.assert_array_equal(prepare(image), expected)
    assert "Grayscale" in json.loads(prepare.told)["steps"]


def test_a_chain_that_does_not_normalise_is_refused():
    with pytest.raises(WeightsError, match=r"\(Resize, ToTensor\) does not normalise"):
        from_chain([transforms.Resize(8), transforms.ToTensor()], size=(8, 8))


def test_a_preparation_survives_pickling_and_tells_all_that_it_does(image):
    prepare = Preparation((8, 8), "squash", (8, 8), "bilinear", (0.5,) * 3, (0.2,) * 3)

    again = pickle.loads(pickle.dumps(prepare))

    assert again == prepare
    assert again(image).dtype == np.float32
    assert json.loads(prepare.told)["mean"] == [0.5, 0.5, 0.5]


def test_processes_that_prepare_import_no_torch():
    prepare = Preparation((8, 8), "squash", (8, 8), "bilinear", (0.5,) * 3, (0.2,) * 3)
    told = pickle.dumps(prepare)
    code = (
        "import pickle, sys, numpy\n"
        f"prepare = pickle.loads({told!r})\n"
        "prepare(numpy.zeros((4, 4, 3), 'uint8'))\n"
        "print(*sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    )

    assert not {"torch", "torchvision", "open_clip"} & set(done.stdout.split())


@pytest.mark.parametrize(
    ("size", "expected"), [(8, (8, 8)), ([8], (8, 8)), (torch.Size((4, 6)), (4, 6))]
)
def test_sizes_are_pairs(size, expected):
    assert pair(size) == expected

"""Layers that people mean, and how shapes are read."""

import pytest
import torch
from torch import nn

from boldwise.features.backends.layers import (
    Leading,
    lay_out,
    leading_tokens,
    main_layers,
)

SQUARE = {"n": 2, "input_size": (32, 32)}
ONE = Leading(1, True)


def layout(shape, *, leading=ONE, **options):
    return lay_out({"x": (1, shape)}, leading=leading, **{**SQUARE, **options}).get("x")


def test_stages_count_as_layers_and_blocks_of_a_single_stack_too(load):
    residual = main_layers(load("torchvision:resnet18").parts.root)
    transformer = main_layers(load("timm:test_vit").parts.root)

    assert residual[-6:] == ["layer1", "layer2", "layer3", "layer4", "avgpool", "fc"]
    assert [name for name in transformer if "block" in name] == [
        f"blocks.{index}"
        for index in range(len(load("timm:test_vit").parts.root.blocks))
    ]


def test_encoders_are_opened_and_blocks_are_not(load):
    names = main_layers(load("huggingface:resnet").parts.root)

    assert names == [
        *("embedder", "encoder.stages.0.layers.0", "encoder.stages.1.layers.0"),
        "pooler",
    ]


def test_what_does_nothing_at_inference_is_passed_over():
    network = nn.Sequential(nn.Conv2d(3, 2, 1), nn.Dropout(), nn.Identity(), nn.ReLU())

    assert main_layers(network) == ["0", "3"]


@pytest.mark.parametrize(
    ("shape", "form", "seen", "grid", "n_class"),
    [
        ((2, 7), "vector", (7,), None, 0),
        ((2, 7, 1), "vector", (7,), None, 0),
        ((2, 17, 8), "tokens", (17, 8), (4, 4), 1),
        ((2, 16, 8), "tokens", (16, 8), (4, 4), 0),
        ((2, 14, 8), "tokens", (14, 8), None, 0),
        ((2, 8, 4, 4), "map", (8, 4, 4), (4, 4), 0),
        ((2, 4, 4, 8), "map", (8, 4, 4), (4, 4), 0),
        ((2, 8, 1, 1), "map", (8, 1, 1), (1, 1), 0),
        ((2, 3, 4, 5), "map", (3, 4, 5), None, 0),
    ],
)
def test_shapes_tell_vectors_tokens_and_maps(shape, form, seen, grid, n_class):
    card = layout(shape).card

    assert (card.form, card.shape, card.grid, card.n_class) == (
        form,
        seen,
        grid,
        n_class,
    )
    assert card.has_class == (n_class > 0)


@pytest.mark.parametrize("shape", [(4, 2, 4), (3, 8), (2,), (2, 1, 1, 1, 1)])
def test_what_has_no_row_per_stimulus_is_left_out(shape):
    assert layout(shape) is None


def test_a_cube_is_read_as_its_neighbour_was():
    seen = {"a": (1, (2, 4, 4, 8)), "b": (1, (2, 4, 4, 4)), "c": (1, (2, 8, 4, 4))}

    found = lay_out({**seen, "d": (1, (2, 4, 4, 4))}, leading=ONE, **SQUARE)

    assert [one.channels_last for one in found.values()] == [True, True, False, False]


def test_wide_images_have_more_columns_than_rows():
    wide = {"input_size": (32, 64)}

    assert layout((2, 33, 8), **wide).card.grid == (4, 8)
    assert layout((2, 5, 4, 8), **wide).card.grid == (4, 8)
    assert layout((2, 4, 8, 5), **wide).card.shape == (5, 4, 8)


class Tokens(nn.Module):
    """Parameters of other names and shapes than places have."""

    def __init__(self, **shapes):
        super().__init__()
        for name, shape in shapes.items():
            self.register_parameter(name, nn.Parameter(torch.zeros(shape)))


@pytest.mark.parametrize(
    ("shapes", "leading"),
    [
        ({"cls_token": (1, 1, 8), "mask_token": (1, 8)}, Leading(1, True)),
        ({"class_embedding": (8,)}, Leading(1, True)),
        ({"cls_token": (1, 1, 8), "reg_token": (1, 4, 8)}, Leading(5, True)),
        ({"register_tokens": (1, 4, 8)}, Leading(4, False)),
        ({"pos_embed": (1, 17, 8)}, Leading(0, False)),
        ({"cls_token": (1, 8), "detection_tokens": (1, 9, 8)}, Leading(None, True)),
    ],
)
def test_leading_tokens_are_known_by_their_names(shapes, leading):
    assert leading_tokens(Tokens(**shapes)) == leading


def test_tokens_behind_the_places_make_places_unknown():
    assert layout((2, 16, 8), leading=Leading(None, True)).card.grid is None

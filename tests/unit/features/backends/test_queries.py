"""Queries against those computed by hand from the weights of each library."""

import numpy as np
import pytest
import torch
from torch import nn

from boldwise.errors import ConfigError
from boldwise.features.backends.queries import find_queries
from boldwise.features.backends.readout import Readout


def noise(backbone):
    rng = np.random.default_rng(0)
    return rng.normal(size=(2, 3, *backbone.card.input_size)).astype(np.float32)


def queries(backbone, layer, pixels, grid=None):
    return backbone.describe(pixels, [Readout(layer, "queries", grid)])[0]


def test_those_of_timm_are_the_first_third_of_its_joint_projection(load):
    backbone = load("timm:test_vit")
    pixels, network = noise(backbone), backbone.parts.network

    taken = queries(backbone, "blocks.1", pixels)

    with torch.no_grad():
        value = network.patch_embed(torch.from_numpy(pixels))
        value = network.norm_pre(network._pos_embed(value))
        block = network.blocks[1]
        normed = block.norm1(network.blocks[0](value))
        width = normed.shape[-1]
        joint = block.attn.qkv
        expected = normed @ joint.weight[:width].T + joint.bias[:width]
    np.testing.assert_allclose(taken, expected[:, 1:], rtol=1e-4, atol=1e-5)
    assert backbone.expect(Readout("blocks.1", "queries")) == ((100, 64), (10, 10))


def test_those_of_open_clip_come_from_the_joint_weights(load):
    backbone = load("open_clip:transformer")
    pixels, visual = noise(backbone), backbone.parts.root

    taken = queries(backbone, "transformer.resblocks.0", pixels)

    with torch.no_grad():
        value = visual.conv1(torch.from_numpy(pixels)).flatten(2).transpose(1, 2)
        first = visual.class_embedding.expand(2, 1, -1)
        value = torch.cat([first, value], 1) + visual.positional_embedding
        block = visual.transformer.resblocks[0]
        normed = block.ln_1(visual.ln_pre(value))
        attention, width = block.attn, normed.shape[-1]
        expected = normed @ attention.in_proj_weight[:width].T
        expected = expected + attention.in_proj_bias[:width]
    np.testing.assert_allclose(taken, expected[:, 1:], rtol=1e-4, atol=1e-5)


def test_those_of_transformers_are_its_own_projection(load):
    backbone = load("huggingface:dino")
    pixels, network = noise(backbone), backbone.parts.network

    taken = queries(backbone, "encoder.layer.1", pixels)

    with torch.no_grad():
        states = network(
            pixel_values=torch.from_numpy(pixels), output_hidden_states=True
        ).hidden_states
        block = network.encoder.layer[1]
        expected = block.attention.q_proj(block.norm1(states[1]))
    np.testing.assert_allclose(taken, expected[:, 4:], rtol=1e-4, atol=1e-5)


def test_asking_for_queries_changes_nothing_else(load):
    backbone = load("open_clip:transformer")
    pixels = noise(backbone)
    tokens = Readout("transformer.resblocks.1", "tokens")
    asked = Readout("transformer.resblocks.0", "queries", 2)

    both = backbone.describe(pixels, [asked, tokens])

    np.testing.assert_array_equal(both[1], backbone.describe(pixels, [tokens])[0])
    np.testing.assert_array_equal(both[0], backbone.describe(pixels, [asked])[0])
    assert both[0].shape == (2, 4, 32)


def test_attention_with_the_batch_second_is_turned():
    attention = nn.MultiheadAttention(4, 1, batch_first=False)
    module, get = find_queries(attention)
    given = torch.rand(5, 2, 4)  # T, B, D

    with torch.no_grad():
        taken = get(module, (given, given, given), {}, None)
        by_name = get(module, (), {"query": given}, None)

    assert taken.shape == (2, 5, 4)
    torch.testing.assert_close(taken, by_name)


@pytest.mark.parametrize(
    ("name", "layer", "told"),
    [
        ("torchvision:resnet18", "layer1", "has no attention whose queries"),
        ("small:timm-swin", "layers.0.blocks.0", "attends within windows"),
    ],
)
def test_layers_without_queries_of_places_are_refused(load, name, layer, told):
    with pytest.raises(ConfigError, match=rf"layer '{layer}' .*{told}"):
        load(name).expect(Readout(layer, "queries"))

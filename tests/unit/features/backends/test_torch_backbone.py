"""Networks of every library: places stay in their order, layers are what they were."""

import numpy as np
import pytest
import torch
from torch import nn

from boldwise.errors import ConfigError, WeightsError
from boldwise.features.backends.network import Network
from boldwise.features.backends.preparation import Preparation
from boldwise.features.backends.readout import Readout
from boldwise.features.backends.torch_backbone import TorchBackbone

# A network of each library and architecture, a layer, and how many places to look at.
SPATIAL = [
    ("open_clip:tiny-clip", "layer3", 4),
    ("open_clip:tiny-clip", "layer4", 2),
    ("open_clip:transformer", "transformer.resblocks.0", 4),
    ("open_clip:transformer", "transformer.resblocks.1", 4),
    ("timm:test_vit", "blocks.0", 5),
    ("timm:test_vit3", "blocks.1", 5),
    ("timm:test_resnet", "layer2", 4),
    ("small:timm-swin", "layers.0.blocks.0", 4),
    ("torchvision:resnet18", "layer1", 4),
    ("torchvision:resnet18", "layer3", 4),
    ("small:torchvision-swin", "features.1", 4),
    ("huggingface:vit", "layers.1", 4),
    ("huggingface:dino", "encoder.layer.1", 4),
    ("huggingface:clip", "encoder.layers.0", 4),
    ("huggingface:swin", "encoder.layers.0.blocks.0", 4),
    ("huggingface:resnet", "encoder.stages.0.layers.0", 4),
]
NETWORKS = sorted({name for name, *_ in SPATIAL})


def pictures(backbone, n=2, seed=0):
    """Prepare images of noise."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (n, *backbone.card.input_size, 3), dtype=np.uint8)
    return np.stack([backbone.prepare(image) for image in images])


def lit(size, n_cells, row, column):
    """Make a dark image and one with a single bright cell of n x n."""
    dark = np.full((*size, 3), 40, np.uint8)
    bright = dark.copy()
    edges = [
        [round(one * side / n_cells) for one in range(n_cells + 1)] for side in size
    ]
    (top, bottom), (left, right) = (
        (edge[at], edge[at + 1]) for edge, at in zip(edges, (row, column), strict=True)
    )
    bright[top:bottom, left:right] = 230
    return dark, bright


@pytest.mark.parametrize(("name", "layer", "n_cells"), SPATIAL)
def test_a_lit_patch_lights_its_own_row_and_column(load, name, layer, n_cells):
    backbone = load(name)
    readouts = [Readout(layer, "tokens"), Readout(layer, "tokens", n_cells)]
    cells = [(0, n_cells - 1), (n_cells - 1, 0), (n_cells // 2, 0)]
    images = [lit(backbone.card.input_size, n_cells, *cell) for cell in cells]

    pixels = np.stack([backbone.prepare(one) for both in images for one in both])
    fine, coarse = backbone.describe(pixels, readouts)

    rows, columns = backbone.expect(readouts[0])[1]
    assert fine.shape[1] == rows * columns
    for index, cell in enumerate(cells):
        change = np.abs(coarse[2 * index + 1] - coarse[2 * index]).sum(axis=1)
        assert divmod(int(change.argmax()), n_cells) == cell
        spread = np.abs(fine[2 * index + 1] - fine[2 * index]).sum(axis=1)
        row, column = divmod(int(spread.argmax()), columns)
        assert (row * n_cells // rows, column * n_cells // columns) == cell


@pytest.mark.parametrize("name", NETWORKS)
def test_the_card_states_what_comes_out(load, name):
    backbone = load(name)
    layers = backbone.card.layers
    placed = [one for one in layers if one.grid]
    readouts = [Readout(), *(Readout(one.name, "mean") for one in layers)]
    readouts += [Readout(one.name, "map") for one in placed]

    taken = backbone.describe(pictures(backbone), readouts)

    assert taken[0].shape == (2, backbone.card.width)
    for values, readout in zip(taken, readouts, strict=True):
        assert values.shape[1:] == backbone.expect(readout)[0]
        assert values.dtype == np.float32
    for values, layer in zip(taken[1 + len(layers) :], placed, strict=True):
        assert values.shape == (2, layer.grid[0] * layer.grid[1], layer.width)
    assert placed


@pytest.mark.parametrize("name", NETWORKS)
def test_several_layers_in_one_pass_are_those_of_one_pass_each(load, name):
    backbone = load(name)
    pixels = pictures(backbone)
    placed = [one.name for one in backbone.card.layers if one.grid]
    readouts = [
        Readout(),
        Readout(placed[-1], "map"),
        Readout(placed[0], "map"),
        Readout(placed[0], "mean"),
    ]

    together = backbone.describe(pixels, readouts)

    for readout, values in zip(readouts, together, strict=True):
        alone = backbone.describe(pixels, [readout])[0]
        np.testing.assert_array_equal(alone, values)


@pytest.mark.parametrize("name", ["timm:test_vit", "torchvision:resnet18"])
def test_an_index_means_the_layer_at_that_row_of_the_card(load, name):
    backbone = load(name)
    pixels = pictures(backbone)
    n_layers = len(backbone.card.layers)

    for index in (0, n_layers - 3, -2):
        named = Readout(backbone.card.layers[index].name, "mean")
        by_index, by_name = backbone.describe(
            pixels, [Readout(str(index), "mean"), named]
        )
        np.testing.assert_array_equal(by_index, by_name)


def test_a_tensor_that_is_changed_in_place_is_taken_before(load):
    backbone = load("torchvision:resnet18")  # relu overwrites what bn1 gave

    taken = backbone.describe(pictures(backbone), [Readout("bn1", "map")])[0]

    assert taken.min() < 0


def test_the_class_token_is_that_of_the_library(load):
    backbone = load("timm:test_vit")
    pixels = pictures(backbone)

    taken = backbone.describe(
        pixels, [Readout("norm", "class"), Readout("norm", "map")]
    )

    with torch.no_grad():
        expected = backbone.parts.network.forward_features(torch.from_numpy(pixels))
    np.testing.assert_allclose(taken[0], expected[:, 0], rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(taken[1], expected[:, 1:], rtol=1e-5, atol=1e-5)


def test_register_tokens_are_no_places(load):
    backbone = load("huggingface:dino")
    pixels = pictures(backbone)

    taken = backbone.describe(pixels, [Readout("layernorm", "tokens")])[0]

    with torch.no_grad():
        given = backbone.parts.network(pixel_values=torch.from_numpy(pixels))
    expected = given.last_hidden_state[:, 4:]
    np.testing.assert_allclose(taken, expected, rtol=1e-5, atol=1e-5)


class Counting(nn.Module):
    """Convolutions that count how often they run; the first runs twice if asked."""

    def __init__(self, twice=False):
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 3, 1), nn.Conv2d(3, 2, 1)
        self.unused = nn.Linear(1, 1)
        self.twice, self.n_runs = twice, 0

    def forward(self, pixels):
        """Run both convolutions."""
        value = self.first(pixels)
        if self.twice:
            value = self.first(value)
        self.n_runs += 1
        return self.second(value).mean((2, 3))


def wrap(network, size=(4, 6), **options):
    prepare = Preparation(size, "none", size, "bilinear", (0.0,) * 3, (1.0,) * 3)
    parts = Network(network.eval(), network, network, prepare, "timm", "m", "w", "none")
    return TorchBackbone(parts, **{"device": "cpu", **options})


def test_the_pass_ends_behind_the_last_layer_that_is_needed():
    backbone = wrap(Counting())
    network, pixels = backbone.parts.network, np.ones((2, 3, 4, 6), np.float32)
    before = network.n_runs

    backbone.describe(pixels, [Readout("first", "map")])
    after_one_layer = network.n_runs
    backbone.describe(pixels, [Readout("first", "map"), Readout()])

    assert after_one_layer == before
    assert network.n_runs == before + 1
    assert not network.first._forward_hooks


def test_images_that_are_not_square_keep_rows_and_columns():
    backbone = wrap(Counting())
    pixels = np.zeros((1, 3, 4, 6), np.float32)
    pixels[0, :, 1, 5] = 9

    taken = backbone.describe(pixels, [Readout("first", "map")])[0]

    assert backbone.expect(Readout("first", "map")) == ((24, 3), (4, 6))
    change = np.abs(taken[0] - taken[0, 0]).sum(axis=1)
    assert divmod(int(change.argmax()), 6) == (1, 5)


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_halves_change_the_numbers_a_little(load, transformer_folder, precision):
    full = wrap(Counting())
    half = TorchBackbone(full.parts, "cpu", precision)
    pixels = np.random.default_rng(2).normal(size=(2, 3, 4, 6)).astype(np.float32)

    one, other = (each.describe(pixels, [Readout()])[0] for each in (full, half))

    assert np.abs(one - other).max() > 0
    np.testing.assert_allclose(one, other, atol=0.02)
    assert other.dtype == np.float32


def test_a_layer_that_runs_twice_is_neither_listed_nor_read():
    backbone = wrap(Counting(twice=True))

    assert [one.name for one in backbone.card.layers] == ["second"]
    with pytest.raises(ConfigError, match="'first' of 'm' runs 2 times in a pass"):
        backbone.expect(Readout("first", "map"))


def test_a_layer_that_never_runs_is_refused():
    with pytest.raises(ConfigError, match="'unused' of 'm' gives no tensor of one row"):
        wrap(Counting()).expect(Readout("unused", "mean"))


def test_an_unknown_layer_gets_a_hint(load):
    backbone = load("timm:test_vit")

    with pytest.raises(
        ConfigError, match=r"no layer 'block.0'; did you mean 'blocks.0'"
    ):
        backbone.describe(pictures(backbone), [Readout("block.0", "tokens")])
    with pytest.raises(ConfigError, match=r"no layer 'xyz'; known: 'patch_embed'"):
        backbone.expect(Readout("xyz", "tokens"))


def test_an_index_beyond_the_layers_is_refused(load):
    with pytest.raises(
        ConfigError, match=r"layer 99: 'test_vit' has \d+ layers, from 0"
    ):
        load("timm:test_vit").expect(Readout("99", "tokens"))


def test_a_network_that_does_not_run_on_its_own_images_is_refused():
    with pytest.raises(
        WeightsError, match=r"'m' does not run on images of 4 x 6 pixels"
    ):
        wrap(nn.Conv2d(5, 2, 1))


def test_a_device_that_is_not_there_is_refused(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)

    with pytest.raises(ConfigError, match="device: cuda, but PyTorch finds no GPU"):
        wrap(Counting(), device="cuda")
    assert wrap(Counting(), device="auto").device == "cpu"


def test_every_module_can_be_looked_at(load):
    backbone = load("timm:test_vit")

    layers = {one.card.name: one.card for one in backbone.all_layers()}

    assert layers["blocks.0.mlp.fc1"].form == "tokens"
    assert {one.name for one in backbone.card.layers} <= set(layers)

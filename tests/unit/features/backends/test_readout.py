"""What is taken from a layer, on arrays small enough to follow by eye."""

import numpy as np
import pytest
import torch

from boldwise.errors import ConfigError
from boldwise.features.backends.cards import LayerCard
from boldwise.features.backends.readout import (
    Readout,
    as_places,
    readouts_of,
    shape_after,
    take,
)

TOKENS = LayerCard("blocks.0", (14, 5), "tokens", (3, 4), 2, True)
MAP = LayerCard("layer1", (5, 3, 4), "map", (3, 4))
VECTOR = LayerCard("fc", (7,), "vector")
STRANGE = LayerCard("mixed", (13, 5), "tokens")


@pytest.fixture
def value():
    rng = np.random.default_rng(1)
    return torch.from_numpy(rng.normal(size=(2, 14, 5)).astype(np.float32))


def places_of(layer, readout, value):
    return take(value, layer, readout).numpy()


@pytest.mark.parametrize("read", ["tokens", "map", "queries"])
def test_tokens_are_those_of_places_row_by_row(read, value):
    taken = places_of(TOKENS, Readout("0", read), value)

    np.testing.assert_array_equal(taken, value[:, 2:].numpy())
    assert shape_after(TOKENS, Readout("0", read)) == ((12, 5), (3, 4))


def test_a_map_becomes_tokens_row_by_row():
    value = torch.arange(2 * 5 * 3 * 4, dtype=torch.float32).reshape(2, 5, 3, 4)

    taken = places_of(MAP, Readout("0", "map"), as_places(value, "map", False))

    for row in range(3):
        for column in range(4):
            expected = value[:, :, row, column].numpy()
            np.testing.assert_array_equal(taken[:, row * 4 + column], expected)
    assert shape_after(MAP, Readout("0", "tokens")) == ((12, 5), (3, 4))


def test_a_map_with_channels_last_stays_so():
    value = torch.rand(2, 3, 4, 5)

    assert as_places(value, "map", True) is value


def test_the_class_token_and_the_mean_are_vectors(value):
    first = places_of(TOKENS, Readout("0", "class"), value)
    mean = places_of(TOKENS, Readout("0", "mean"), value)

    np.testing.assert_array_equal(first, value[:, 0].numpy())
    np.testing.assert_allclose(mean, value[:, 2:].numpy().mean(axis=1), rtol=1e-5)
    assert shape_after(TOKENS, Readout("0", "class")) == ((5,), None)
    assert shape_after(TOKENS, Readout("0", "mean")) == ((5,), None)


def test_a_vector_is_its_own_mean():
    value = torch.rand(2, 7)

    taken = places_of(VECTOR, Readout("0", "mean"), value)

    np.testing.assert_array_equal(taken, value.numpy())
    assert shape_after(VECTOR, Readout("0", "mean")) == ((7,), None)


def test_a_grid_averages_neighbouring_places(value):
    layer = LayerCard("blocks.0", (14, 5), "tokens", (2, 6), 2, True)

    taken = places_of(layer, Readout("0", "tokens", 2), value)

    spread = value[:, 2:].numpy().reshape(2, 2, 6, 5)
    for row in range(2):
        for column in range(2):
            expected = spread[:, row, 3 * column : 3 * column + 3].mean(axis=1)
            place = taken[:, 2 * row + column]
            np.testing.assert_allclose(place, expected, rtol=1e-5, atol=1e-6)
    assert shape_after(layer, Readout("0", "tokens", 2)) == ((4, 5), (2, 2))


def test_what_is_taken_does_not_change_when_the_network_goes_on(value):
    kept = [take(value, TOKENS, Readout("0", read)) for read in ("tokens", "class")]
    before = [one.clone() for one in kept]

    value.zero_()

    assert all(torch.equal(*one) for one in zip(kept, before, strict=True))


def test_halves_come_out_as_single_precision(value):
    taken = take(value.half(), TOKENS, Readout("0", "tokens", 1))

    assert taken.dtype == torch.float32


@pytest.mark.parametrize(
    ("layer", "readout", "told"),
    [
        (MAP, Readout("0", "class"), "'layer1' has no class token"),
        (VECTOR, Readout("0", "map"), "'fc' has no places.*mean` takes it whole"),
        (STRANGE, Readout("0", "tokens"), r"'mixed' has no places.*\(13, 5\)"),
        (STRANGE, Readout("0", "mean"), "so it has no mean"),
        (MAP, Readout("0", "map", 4), "grid: 4 is more than layer 'layer1' has: 3"),
    ],
)
def test_what_a_layer_does_not_have_is_refused(layer, readout, told):
    with pytest.raises(ConfigError, match=told):
        shape_after(layer, readout)


def test_options_become_readouts():
    assert readouts_of({}) == [Readout()]
    assert readouts_of({"layer": -2, "read": "mean"}) == [Readout("-2", "mean")]
    assert readouts_of({"layers": ["a", 3], "read": "tokens", "grid": 7}) == [
        Readout("a", "tokens", 7),
        Readout("3", "tokens", 7),
    ]
    assert [one.spatial for one in (Readout(), Readout("0", "map"))] == [False, True]

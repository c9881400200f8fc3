"""Orders of products: the same sums, the fewest operations."""

import pytest
import torch

from boldwise.encoders.products import (
    ORDERS,
    cheapest_order,
    moving_product,
    separable_product,
)


def draw(*shape):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.manual_seed(0))


@pytest.mark.parametrize("order", [*ORDERS, None])
def test_every_order_gives_the_sum_over_places_and_features(order):
    maps, place, feature = draw(5, 6, 4), draw(3, 6), draw(3, 4)

    found = separable_product(maps, place, feature, order=order)

    expected = torch.einsum("btd,vt,vd->bv", maps, place, feature)
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize(
    ("sizes", "order"),
    [
        ((1000, 16, 8), "joined"),
        ((16, 64, 768), "feature"),
        ((16, 961, 64), "place"),
    ],
)
def test_the_order_goes_by_size(sizes, order):
    n_stimuli, n_places, n_features = sizes
    beside = {
        "joined": n_places * n_features,
        "feature": n_stimuli * n_places,
        "place": n_stimuli * n_features,
    }
    assert cheapest_order(*sizes) == order
    assert beside[order] == min(beside.values())


@pytest.mark.parametrize(("n_places", "n_features"), [(6, 4), (4, 6)])
def test_places_may_differ_by_stimulus(n_places, n_features):
    maps, feature = draw(5, n_places, n_features), draw(3, n_features)
    place = draw(5, 3, n_places)

    found = moving_product(maps, place, feature)

    expected = torch.einsum("btd,bvt,vd->bv", maps, place, feature)
    torch.testing.assert_close(found, expected)

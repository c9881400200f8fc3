"""Mirrors src/boldwise/decoders/subject_maps.py."""

import numpy as np
import pytest
import torch

from boldwise.decoders.subject_maps import (
    MapOptions,
    SubjectInput,
    SubjectMap,
    draw_regions,
    mask_regions,
    pooling_matrix,
)
from boldwise.errors import ConfigError, DataError, ShapeMismatchError

V, H, B = 10, 6, 5
REGION = np.array([0, 0, 1, 1, 1, 2, 2, 2, 2, -1])


def subject(region=REGION):
    rng = np.random.default_rng(0)
    mean, width = rng.normal(5, 1, V), rng.uniform(1, 3, V)
    return SubjectInput(mean.astype("f4"), width.astype("f4"), region)


def make(kind="linear", **options):
    torch.manual_seed(0)
    return SubjectMap(subject(), H, MapOptions(kind, **options))


@pytest.fixture
def x():
    return torch.randn(B, V, generator=torch.Generator().manual_seed(1))


def test_a_linear_map_is_a_matrix_on_z_scores(x):
    one = make().eval()
    inner, known = one.inner.linear, subject()
    responses = x * torch.tensor(known.width) + torch.tensor(known.mean)

    expected = x @ inner.weight.T + inner.bias
    torch.testing.assert_close(one(one.standardise(responses)), expected)


@pytest.mark.parametrize("kind", ["linear", "shallow", "regions", "parcels"])
def test_every_kind_maps_voxels_to_the_latent_width(x, kind):
    assert make(kind)(x).shape == (B, H)


def test_parcels_are_means_that_keep_the_width_of_noise():
    pool = pooling_matrix(REGION)

    assert pool.shape == (V, 3)
    np.testing.assert_allclose(pool.T @ pool, np.eye(3), atol=1e-6)
    np.testing.assert_allclose(pool[2:5, 1], 1 / np.sqrt(3), rtol=1e-6)
    assert not pool[-1].any()


def test_parcel_maps_forget_the_order_within_parcels(x):
    one = make("parcels").eval()
    swapped = x[:, [1, 0, 4, 3, 2, 8, 7, 6, 5, 9]]

    torch.testing.assert_close(one(swapped), one(x))


def test_region_maps_ignore_voxels_of_none_and_the_scale_of_any(x):
    one = make("regions").eval()
    for layer in one.inner.linear:
        torch.nn.init.zeros_(layer.bias)
    changed = x.clone()
    changed[:, -1] = 99
    changed[:, 5:9] *= 50  # a region of noise does not shout the others down

    torch.testing.assert_close(one(changed), one(x), atol=1e-3, rtol=0)


def test_lost_regions_are_lost_as_wholes_and_others_weigh_more():
    kept = torch.tensor([[1.0, 0, 0], [0, 1, 1]])

    found = mask_regions(torch.ones(2, V), torch.tensor(REGION), kept)

    assert found[0].tolist() == pytest.approx([10 / 3] * 2 + [0] * 7 + [10 / 3])
    assert found[1].tolist() == pytest.approx([0] * 2 + [10 / 8] * 8)


def test_each_row_keeps_one_region_at_least_and_the_asked_share_on_average():
    torch.manual_seed(0)
    all_but_one = draw_regions(400, 5, 0.999)
    half = draw_regions(4000, 20, 0.5)

    assert (all_but_one.sum(1) >= 1).all()
    assert all_but_one.mean() < 0.25
    assert 0.48 < half.mean() < 0.52


@pytest.mark.parametrize("options", [{"voxel_dropout": 0.5}, {"region_dropout": 0.5}])
def test_masks_are_for_training_only(x, options):
    one = make(**options)
    free = make().eval()

    torch.testing.assert_close(one.eval()(x), free(x))
    assert not torch.equal(one.train()(x), free(x))


def test_masked_maps_are_right_on_average_if_regions_are_equally_large(x):
    torch.manual_seed(0)
    equal = subject(np.repeat(np.arange(5), 2))
    one = SubjectMap(equal, H, MapOptions(region_dropout=0.3))
    free = make().eval()
    many = one.train()(x[:1].expand(20_000, -1))

    lost = (many.mean(0) - free(x[:1])[0]).abs()
    assert (lost < 5 * many.std(0) / 20_000**0.5).all()


def test_a_shared_map_is_one_and_the_same():
    first = make("parcels", shared=True)
    second = SubjectMap(subject(), H, first.options, inner=first.inner)

    assert second.inner.linear.weight is first.inner.linear.weight


def test_responses_of_another_subject_are_refused():
    with pytest.raises(ShapeMismatchError, match="have 3 voxels, the subject's map"):
        make().standardise(torch.zeros(2, 3))


def test_maps_by_regions_without_regions_are_refused():
    with pytest.raises(DataError, match="'regions' goes by regions, but the 10 voxels"):
        SubjectMap(subject(None), H, MapOptions("regions"))


def test_unknown_kinds_are_refused():
    with pytest.raises(ConfigError, match="subject_map is 'liner'; known: linear"):
        MapOptions("liner")


def test_sharing_needs_equal_columns():
    with pytest.raises(ConfigError, match="a map that subjects share needs equal"):
        MapOptions("linear", shared=True)


def test_voxels_without_a_width_are_refused():
    with pytest.raises(ShapeMismatchError, match=r"lengths \[3, 4\]; each needs one"):
        SubjectInput(np.zeros(3), np.ones(4))

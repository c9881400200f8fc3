"""The same features, whoever shares the work."""

import numpy as np
import pytest
from small_network import (
    POOLED,
    TOKENS,
    BrokenImages,
    ImagesInMemory,
    SmallNetwork,
    draw_images,
)

from boldwise.errors import DataError
from boldwise.features.streaming import Pace, choose_pace, stream_features

BATCH = 8


def stream(network, *, n=50, readouts=(POOLED, TOKENS), **options):
    images = ImagesInMemory(draw_images(n))
    return list(stream_features(images, network, readouts, batch=BATCH, **options))


def test_features_are_those_of_one_image_after_another():
    network = SmallNetwork()
    pixels = np.stack([network.prepare(image) for image in draw_images()])
    expected = network.describe(pixels, [POOLED, TOKENS])

    parts = stream(network)

    pooled, tokens = (np.concatenate(one) for one in zip(*parts, strict=True))
    np.testing.assert_allclose(pooled, expected[0], rtol=1e-5)
    np.testing.assert_array_equal(tokens, expected[1].astype(np.float16))
    assert pooled.dtype == np.float32
    assert [len(one) for one, _ in parts] == [8, 8, 8, 8, 8, 8, 2]


@pytest.mark.parametrize("pace", [Pace(2), Pace(3), Pace(1, n_workers=2)], ids=str)
def test_bits_do_not_depend_on_who_does_the_work(pace):
    alone = stream(SmallNetwork())

    shared = stream(SmallNetwork(), pace=pace)

    for one, other in zip(alone, shared, strict=True):
        for own, others in zip(one, other, strict=True):
            np.testing.assert_array_equal(own, others)


def test_it_goes_on_in_the_middle():
    whole, network = stream(SmallNetwork()), SmallNetwork()

    rest = stream(network, first=2 * BATCH)

    assert network.batches == [8, 8, 8, 8, 2]
    for one, other in zip(whole[2:], rest, strict=True):
        np.testing.assert_array_equal(one[0], other[0])


def test_nothing_is_left_to_do_when_all_is_done():
    assert stream(SmallNetwork(), n=16, first=16) == []


@pytest.mark.parametrize("pace", [Pace(2), Pace(1, n_workers=1)], ids=str)
def test_what_fails_in_a_lane_reaches_the_caller(pace):
    images = BrokenImages(draw_images())

    with pytest.raises(DataError, match="does not decode"):
        list(stream_features(images, SmallNetwork(), [POOLED], batch=BATCH, pace=pace))


def test_values_that_are_not_finite_name_their_stimuli():
    with pytest.raises(DataError, match=r"8 stimuli are not finite: 's000', 's001'"):
        stream(SmallNetwork(scale=np.nan))


def test_tokens_beyond_half_precision_are_no_infinities():
    with pytest.raises(DataError, match=r"exceed 65,504.*read: mean"):
        stream(SmallNetwork(scale=1e6), readouts=[TOKENS])


def test_a_gpu_is_fed_by_processes_and_a_cpu_is_not():
    assert choose_pace("cpu", 4) == Pace(n_lanes=4, n_workers=0)
    assert choose_pace("cuda", 16) == Pace(n_lanes=1, n_workers=15)
    assert choose_pace("cuda:0", 1) == Pace(n_lanes=1, n_workers=1)

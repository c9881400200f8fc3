"""Feature metrics equal their definitions, through untrained networks."""

import numpy as np
import pytest
import torch
from scipy.spatial.distance import correlation

from boldwise.errors import ConfigError, ShapeMismatchError
from boldwise.evaluation.feature_metrics import (
    CLIP,
    FEATURE_METRICS,
    IMAGENET,
    describe_pictures,
    feature_metric,
    load_metric_network,
    score_features,
)
from boldwise.evaluation.pixel_metrics import resize_picture
from boldwise.features.backends.readout import Readout

RNG = np.random.default_rng(0)
PICTURES = RNG.integers(0, 256, (2, 30, 30, 3), np.uint8)
PUBLISHED = {n: one for n, one in FEATURE_METRICS.items() if n != "tiny_clip"}
UNTRAINED = {"weights": "untrained", "seed": 0, "device": "cpu"}


def test_two_way_is_the_published_loop_over_originals():
    real = RNG.normal(size=(8, 20))
    fake = real + 1.5 * RNG.normal(size=real.shape)
    fake[3] = real[4]

    found = score_features(fake, real, rule="two_way")

    r = np.corrcoef(real, fake)  # as published: rows originals, columns reconstructions
    r = r[: len(real), len(real) :]
    congruent = np.diag(r)
    success = r < congruent
    np.testing.assert_allclose(found, success.sum(axis=0) / (len(real) - 1))
    assert 0.5 < found.mean() < 1


def test_a_tie_between_originals_is_lost():
    real = RNG.normal(size=(3, 20))
    real[1] = real[0]

    assert score_features(real, real, rule="two_way").tolist() == [0.5, 0.5, 1]


def test_distances_are_scipys_correlation_distances():
    real, fake = RNG.normal(size=(2, 5, 20))

    found = score_features(fake, real, rule="distance")

    expected = [correlation(a, b) for a, b in zip(real, fake, strict=True)]
    np.testing.assert_allclose(found, expected)


def test_the_table_is_the_published_one():
    table = {
        name: (one.model, one.readout.layer, one.size, one.rule)
        for name, one in PUBLISHED.items()
    }

    assert table == {
        "alexnet_2": ("alexnet", "features.4", 256, "two_way"),
        "alexnet_5": ("alexnet", "features.11", 256, "two_way"),
        "inception": ("inception_v3", "avgpool", 342, "two_way"),
        "clip": ("ViT-L-14-quickgelu", "-1", 224, "two_way"),
        "efficientnet": ("efficientnet_b1", "avgpool", 255, "distance"),
        "swav": ("resnet50", "avgpool", 224, "distance"),
    }
    assert FEATURE_METRICS["clip"].readout == Readout(read="pooled")
    scales = {name: one.scale for name, one in PUBLISHED.items()}
    assert scales.pop("clip") == CLIP
    assert set(scales.values()) == {IMAGENET}


@pytest.mark.filterwarnings("ignore:The default weight initialization")
@pytest.mark.parametrize("name", [name for name in PUBLISHED if name != "clip"])
def test_features_are_those_of_the_layer_at_the_published_size(name):
    metric = feature_metric(name)
    network = load_metric_network(name, UNTRAINED)

    found = describe_pictures(metric, network, PICTURES)

    model, pixels = network.parts.root, as_tensor(metric)
    seen = []
    module = dict(model.named_modules())[metric.readout.layer]
    handle = module.register_forward_hook(
        lambda module, args, value: seen.append(value.detach().clone())
    )
    with torch.no_grad():
        model(pixels)
    handle.remove()
    assert pixels.shape[-2:] == (metric.size, metric.size)
    np.testing.assert_allclose(
        np.sort(found, axis=1),
        np.sort(seen[0].flatten(1).numpy(), axis=1),
        rtol=1e-4,
        atol=1e-5,
    )


def as_tensor(metric):
    """Resize, scale and normalise by torchvision."""
    from torchvision.transforms.functional import normalize

    pictures = np.stack([resize_picture(one, metric.size) for one in PICTURES])
    return normalize(torch.from_numpy(pictures).permute(0, 3, 1, 2), *metric.scale)


def test_any_network_with_the_layer_can_stand_in():
    from boldwise.features.backends.backbone import load_backbone

    network = load_backbone("open_clip", {"model": "tiny-clip"})
    metric = FEATURE_METRICS["clip"]
    size = network.card.input_size[0]
    smaller = type(metric)(**{**vars(metric), "size": size})

    found = describe_pictures(smaller, network, PICTURES)

    assert found.shape == (2, network.card.width)
    assert score_features(found, found, rule="two_way").tolist() == [1, 1]


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(
        ConfigError, match=r"'vgg'; known: tiny_clip, alexnet_2, .*swav"
    ):
        feature_metric("vgg")
    with pytest.raises(ConfigError, match=r"'swav': no library ships.*resnet50"):
        load_metric_network("swav", {})
    with pytest.raises(ShapeMismatchError, match=r"\(2, 3\), of originals \(2, 4\)"):
        score_features(np.ones((2, 3)), np.ones((2, 4)), rule="two_way")
    with pytest.raises(ConfigError, match="no rule 'rank' compares features"):
        score_features(np.ones((2, 3)), np.ones((2, 3)), rule="rank")


def test_the_shipped_network_needs_no_weights_named():
    network = load_metric_network("tiny_clip", {"device": "cpu"})

    found = describe_pictures(feature_metric("tiny_clip"), network, PICTURES)

    np.testing.assert_allclose((found**2).sum(axis=1), 1, rtol=1e-4)
    assert network.card.weights == "model.safetensors"

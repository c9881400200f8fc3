"""How like are two pictures to a network? The feature metrics of the literature.

Layers, sizes and rules as in the code of MindEye, MindEye2 and MindBridge, in one
table. Any network that ``load_backbone`` knows can stand in for the published one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from boldwise.errors import ConfigError, ShapeMismatchError
from boldwise.evaluation.identification import correlate_rows
from boldwise.evaluation.pixel_metrics import resize_picture
from boldwise.evaluation.retrieval import two_way_identification
from boldwise.features.backends.backbone import Backbone, load_backbone
from boldwise.features.backends.readout import Readout

IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
CLIP = ((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711))
BATCH = 32  # pictures that are described at once


@dataclass(frozen=True)
class FeatureMetric:
    """One metric: a layer of a network, what it sees, and how layers are compared.

    Attributes
    ----------
    kind, model : str
        Of ``load_backbone``.
    weights : str or None
        As published; ``"shipped"`` with this package; None where they must be named
        by their path.
    readout : Readout
    size : int
        Pixels of each side; pictures are brought to it bilinearly, without a crop.
    rule : str
        ``"two_way"``: share of other originals that correlate less with a
        reconstruction than its own, strictly; higher is better, chance 0.5.
        ``"distance"``: 1 - r to the own original; lower is better.
    scale : tuple of tuple of float
        Mean and standard deviation of each channel, of values from 0 to 1.
    """

    kind: str
    model: str
    weights: str | None
    readout: Readout
    size: int
    rule: str
    scale: tuple[tuple[float, ...], tuple[float, ...]] = IMAGENET


KNOWN = "IMAGENET1K_V1"
SHIPPED = "shipped"  # with this package
POOLED = Readout("avgpool", "mean")
FEATURE_METRICS = {
    "tiny_clip": FeatureMetric(
        "open_clip",
        "tiny-clip",
        SHIPPED,
        readout=Readout(read="pooled"),
        size=64,
        rule="two_way",
        scale=CLIP,
    ),
    "alexnet_2": FeatureMetric(
        "torchvision", "alexnet", KNOWN, Readout("features.4", "map"), 256, "two_way"
    ),
    "alexnet_5": FeatureMetric(
        "torchvision", "alexnet", KNOWN, Readout("features.11", "map"), 256, "two_way"
    ),
    "inception": FeatureMetric(
        "torchvision", "inception_v3", KNOWN, POOLED, 342, "two_way"
    ),
    "clip": FeatureMetric(
        "open_clip",
        "ViT-L-14-quickgelu",
        "openai",
        readout=Readout(read="pooled"),
        size=224,
        rule="two_way",
        scale=CLIP,
    ),
    "efficientnet": FeatureMetric(
        "torchvision", "efficientnet_b1", KNOWN, POOLED, 255, "distance"
    ),
    "swav": FeatureMetric("torchvision", "resnet50", None, POOLED, 224, "distance"),
}


def feature_metric(name: str) -> FeatureMetric:
    """Look a metric up.

    Parameters
    ----------
    name : str

    Returns
    -------
    metric : FeatureMetric

    Raises
    ------
    ConfigError
        If there is none of the name.
    """
    if name not in FEATURE_METRICS:
        known = ", ".join(FEATURE_METRICS)
        raise ConfigError(f"no feature metric is called '{name}'; known: {known}.")
    return FEATURE_METRICS[name]


def load_metric_network(name: str, options: Mapping[str, Any]) -> Backbone:
    """Load the network of a metric.

    Parameters
    ----------
    name : str
        Of ``FEATURE_METRICS``.
    options : mapping
        ``weights`` (a tag, a path, ``untrained``), ``seed`` and ``device``, where
        they are not the published ones.

    Returns
    -------
    backbone : Backbone

    Raises
    ------
    ConfigError
        If the metric is unknown or its weights must be named.
    WeightsError
        If the weights cannot be had.
    """
    metric = feature_metric(name)
    weights = options.get("weights") or metric.weights
    if weights is None:
        raise ConfigError(
            f"metric '{name}': no library ships its weights. Give the path of a "
            f"checkpoint for torchvision's {metric.model}, without other heads."
        )
    named = None if weights == SHIPPED else weights
    return load_backbone(
        metric.kind, {**options, "model": metric.model, "weights": named}
    )


def describe_pictures(
    metric: FeatureMetric, network: Backbone, pictures: np.ndarray
) -> np.ndarray:
    """Describe pictures by the layer of a metric.

    Parameters
    ----------
    metric : FeatureMetric
    network : Backbone
        The one of the metric, or another that has its layer.
    pictures : sliceable, shape (n_items, height, width, 3)
        uint8, or float from 0 to 1.

    Returns
    -------
    features : array of float32, shape (n_items, n_features)
    """
    mean, std = (np.array(one, np.float32) for one in metric.scale)
    parts = []
    for first in range(0, len(pictures), BATCH):
        batch = [
            (resize_picture(pictures[k], metric.size) - mean) / std
            for k in range(first, min(first + BATCH, len(pictures)))
        ]
        channels_first = np.stack(batch).transpose(0, 3, 1, 2)
        found = network.describe(np.ascontiguousarray(channels_first), [metric.readout])
        parts.append(found[0].reshape(len(batch), -1))
    return np.concatenate(parts)


def score_features(
    reconstructed: np.ndarray, original: np.ndarray, *, rule: str
) -> np.ndarray:
    """Compare features of reconstructions with those of their originals.

    Parameters
    ----------
    reconstructed, original : array of shape (n_items, n_features)
    rule : str
        ``"two_way"`` or ``"distance"``; see ``FeatureMetric``.

    Returns
    -------
    score : array of shape (n_items,)

    Raises
    ------
    ShapeMismatchError
        If their shapes differ.
    ConfigError
        If the rule is unknown.
    """
    if reconstructed.shape != original.shape:
        raise ShapeMismatchError(
            f"features of reconstructions have shape {reconstructed.shape}, of "
            f"originals {original.shape}; each row must be one pair."
        )
    if rule == "two_way":
        similarity = correlate_rows(reconstructed, original)
        return two_way_identification(similarity, ties="lost")
    if rule != "distance":
        raise ConfigError(f"no rule '{rule}' compares features: two_way or distance.")
    return np.asarray(1 - _own_correlation(reconstructed, original))


def _own_correlation(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    parts = []
    for values in (a.astype(np.float64), b.astype(np.float64)):
        centred = values - values.mean(axis=1, keepdims=True)
        norm = np.sqrt((centred**2).sum(axis=1))
        norm[norm == 0] = np.nan
        parts.append(centred / norm[:, None])
    return np.asarray((parts[0] * parts[1]).sum(axis=1))

"""Stimuli -> one feature space, by the extractor that the caller names."""

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any

import numpy as np

from boldwise.features.records import FeatureSpace, Stimuli, refuse_not_finite


def extract_features(
    stimuli: Stimuli, extractor: str, options: Mapping[str, Any]
) -> FeatureSpace:
    """Describe each stimulus by numbers; nothing is fitted to the stimuli.

    Parameters
    ----------
    stimuli : Stimuli
        Its images may lie on disk: extractors slice them in blocks.
    extractor : str
        ``"module:function"``, as ``boldwise.features.registry`` gives it.
    options : mapping
        Keyword arguments of the extractor; ``kind`` is ignored.

    Returns
    -------
    space : FeatureSpace
        float32; its notes tell the extractor and its options.

    Raises
    ------
    DataError
        If a feature is not finite.
    """
    module, _, function = extractor.partition(":")
    chosen = {name: value for name, value in options.items() if name != "kind"}
    space: FeatureSpace = getattr(import_module(module), function)(stimuli, **chosen)
    refuse_not_finite(space)
    told = {name: str(value) for name, value in chosen.items()}
    return replace(
        space,
        feature=space.feature.astype(np.float32, copy=False),
        notes={"extractor": extractor, **told, **space.notes},
    )

"""Stimuli -> one feature space, by the extractor that the caller names."""

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any

import numpy as np

from boldwise.errors import ConfigError
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
    ConfigError
        If it gives several layers.
    DataError
        If a feature is not finite.
    """
    spaces = extract_layers(stimuli, extractor, options)
    if len(spaces) != 1:
        raise ConfigError(
            f"{extractor} gave {len(spaces)} layers where one feature space fits. Name "
            "one of them as layer."
        )
    return next(iter(spaces.values()))


def extract_layers(
    stimuli: Stimuli, extractor: str, options: Mapping[str, Any]
) -> dict[str, FeatureSpace]:
    """Describe each stimulus by one or several layers of one model.

    Parameters
    ----------
    stimuli : Stimuli
    extractor : str
        ``"module:function"``; gives one feature space, or a mapping of layers to
        feature spaces.
    options : mapping
        Keyword arguments of the extractor; ``kind`` is ignored.

    Returns
    -------
    spaces : dict of FeatureSpace
        By layer, float32; ``""`` where the extractor gives one space.

    Raises
    ------
    DataError
        If a feature is not finite.
    """
    module, _, function = extractor.partition(":")
    chosen = {name: value for name, value in options.items() if name != "kind"}
    found = getattr(import_module(module), function)(stimuli, **chosen)
    spaces: dict[str, FeatureSpace] = (
        dict(found) if isinstance(found, Mapping) else {"": found}
    )
    told = {name: str(value) for name, value in chosen.items()}
    for name, space in spaces.items():
        refuse_not_finite(space)
        spaces[name] = replace(
            space,
            feature=space.feature.astype(np.float32, copy=False),
            notes={"extractor": extractor, **told, **space.notes},
        )
    return spaces

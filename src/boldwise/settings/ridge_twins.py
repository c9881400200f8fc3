"""Ridge on the same features beside every encoder that is trained."""

from collections.abc import Mapping, Sequence
from typing import Any

from boldwise.errors import ConfigError
from boldwise.settings.attention import TRAINED
from boldwise.settings.expansion import Spaces, entry_of
from boldwise.settings.models import RidgeEncoder
from boldwise.settings.study import Config


def add_ridge_twins(config: Config) -> Config:
    """Add a ridge for each trained encoder that has none on its features.

    Tokens are pooled for it as the feature space says, and averaged if it says
    nothing. Encoders of equal features share one.

    Parameters
    ----------
    config : Config
        Layers written out, before controls are added.

    Returns
    -------
    config : Config
        The same object if nothing was missing.

    Raises
    ------
    ConfigError
        If something else has the name of a twin.
    """
    encoders: dict[str, Any] = dict(config.encoders)
    for name, one in config.encoders.items():
        features = compared_features(one)
        if one.kind not in TRAINED or not features or one.control_of is not None:
            continue
        if any(_is_twin(other, features) for other in encoders.values()):
            continue
        twin = f"{name}-ridge"
        if twin in encoders:
            raise ConfigError(
                f"encoders.{twin}: boldwise fits ridge on the features of '{name}' "
                "under this name; rename yours, or let it be a ridge on "
                f"{', '.join(features)}."
            )
        encoders[twin] = RidgeEncoder(kind="ridge", features=features)
    if len(encoders) == len(config.encoders):
        return config
    return config.model_copy(update={"encoders": encoders})


def compared_features(encoder: Any) -> list[str]:
    """Feature spaces of the ridge beside an encoder.

    Parameters
    ----------
    encoder : options of an encoder

    Returns
    -------
    features : list of str
        Its own, or those it names with ``beside`` where it learns its own.
    """
    return list(encoder.features or getattr(encoder, "beside", []))


def ridges_beside(
    encoders: Mapping[str, Any], spaces: Spaces
) -> dict[str, dict[str, list[str]]]:
    """Find the ridges on the features of each trained encoder.

    Parameters
    ----------
    encoders : mapping of name to options
    spaces : mapping of name to options
        Expanded.

    Returns
    -------
    ridges : dict of dict of list of str
        By trained encoder, ridges with their feature spaces: on the same layers of
        the same entries, however pooled or reduced. Controls are left out on both
        sides; an encoder that learns its own features has those that it names.
    """
    ridges = {
        name: one
        for name, one in encoders.items()
        if one.kind == "ridge" and one.control_of is None
    }
    return {
        name: {
            other: list(ridge.features)
            for other, ridge in ridges.items()
            if (own := compared_features(one))
            and _layers(ridge.features, spaces) == _layers(own, spaces)
        }
        for name, one in encoders.items()
        if one.kind in TRAINED and one.control_of is None
    }


def _is_twin(encoder: Any, features: list[str]) -> bool:
    ridge = encoder.kind == "ridge" and encoder.control_of is None
    return ridge and set(encoder.features) == set(features)


def _layers(features: Sequence[str], spaces: Spaces) -> set[tuple[str, str]]:
    """Entry and layer of each feature space."""
    return {
        (entry_of(spaces, name), str(getattr(spaces[name], "layer", "")))
        for name in features
    }

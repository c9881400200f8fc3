"""Several layers of one model in one store, or the only one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from boldwise.features.layers import layer_slug
from boldwise.features.records import FeatureSpace
from boldwise.io.records import write_features
from boldwise.io.stores import write_store


def write_feature_layers(
    path: str | Path,
    spaces: Mapping[str, FeatureSpace],
    *,
    provenance: Mapping[str, Any],
) -> None:
    """Write the layers of one entry.

    Parameters
    ----------
    path : path
        Target. One layer has ``feature`` (n_stimuli, n_features); several have it
        below ``layer/<slug>``.
    spaces : mapping of FeatureSpace
        By layer, of the same stimuli.
    provenance : mapping
    """
    one = next(iter(spaces.values()))
    if len(spaces) == 1:
        write_features(path, one, provenance=provenance)
        return
    own = {
        layer_slug(layer): {"layer": space.notes.get("layer", layer)}
        for layer, space in spaces.items()
    }
    features = {
        f"layer/{layer_slug(layer)}/feature": space.feature
        for layer, space in spaces.items()
    }
    shared = {name: value for name, value in one.notes.items() if name != "layer"}
    write_store(
        path,
        {"stimulus_id": one.stimulus_id, **features},
        schema="features",
        attributes={"notes": shared, "layers": own},
        provenance=provenance,
    )

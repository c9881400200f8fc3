"""Several layers in one store are read back one by one."""

import numpy as np
import pytest

from boldwise.errors import StoreError
from boldwise.features.records import FeatureSpace
from boldwise.io.feature_layers import write_feature_layers
from boldwise.io.feature_rows import layers_in, open_feature_rows

IDS = np.array(["a", "b", "c"])


def layer(width, **notes):
    """Make a layer of some width."""
    feature = np.arange(3.0 * width, dtype=np.float32).reshape(3, width)
    return FeatureSpace(IDS, feature, {"model": "mine", **notes})


def test_layers_lie_side_by_side_and_keep_their_names(tmp_path):
    path = tmp_path / "features.h5"
    spaces = {"h.1": layer(2, layer="h.1"), "-1": layer(4, layer="hidden.3")}

    write_feature_layers(path, spaces, provenance={"seed": 0})

    assert layers_in(path) == ["-1", "h-1"]
    with open_feature_rows(path, layer="h-1") as space:
        np.testing.assert_array_equal(space.feature[:], spaces["h.1"].feature)
        assert space.notes == {"model": "mine", "layer": "h.1"}
    with open_feature_rows(path, layer="-1") as space:
        assert space.feature.shape == (3, 4)
        assert space.notes["layer"] == "hidden.3"
    with pytest.raises(StoreError, match="name one of them"), open_feature_rows(path):
        pass


def test_the_only_layer_needs_no_group(tmp_path):
    path = tmp_path / "features.h5"

    write_feature_layers(path, {"": layer(2)}, provenance={"seed": 0})

    assert layers_in(path) == []
    with open_feature_rows(path) as space:
        assert space.feature.shape == (3, 2)

"""Feature stores give back what was put in."""

import numpy as np
import pytest

from boldwise.errors import StoreError
from boldwise.features.records import FeatureSpace, FittedFeatures, Stimuli
from boldwise.io.records import (
    open_stimuli,
    read_features,
    read_fitted_features,
    write_features,
    write_fitted_features,
    write_stimuli,
)

IDS = np.array(["a", "ä", "c"])
FEATURE = np.arange(6, dtype=np.float32).reshape(3, 2)


@pytest.mark.parametrize("column", [None, np.array(["größe", "hue"])])
def test_a_feature_space_comes_back_as_it_was(tmp_path, column):
    space = FeatureSpace(IDS, FEATURE, {"model": "x"}, column)
    write_features(tmp_path / "f.h5", space, provenance={"rule": "r"})

    back = read_features(tmp_path / "f.h5")

    assert back.stimulus_id.tolist() == IDS.tolist()
    np.testing.assert_array_equal(back.feature, FEATURE)
    assert back.notes == {"model": "x"}
    assert (back.column is None) == (column is None)
    assert column is None or back.column.tolist() == column.tolist()


def test_a_vocabulary_may_be_longer_than_an_attribute(tmp_path):
    words = np.array([f"word-number-{i:06d}" for i in range(6000)])
    space = FeatureSpace(IDS[:1], np.zeros((1, 6000), np.float32), column=words)
    write_features(tmp_path / "f.h5", space, provenance={})

    assert read_features(tmp_path / "f.h5").column.tolist() == words.tolist()


def test_fitted_features_come_back_as_they_were(tmp_path):
    fitted = FittedFeatures(IDS, np.stack([FEATURE, -FEATURE]), {"components": "2"})
    write_fitted_features(tmp_path / "f.h5", fitted, provenance={})

    back = read_fitted_features(tmp_path / "f.h5")

    np.testing.assert_array_equal(back.fold(1).feature, -FEATURE)
    assert back.stimulus_id.tolist() == IDS.tolist()
    assert back.notes == fitted.notes


def test_raw_features_are_not_taken_for_fitted_ones(tmp_path):
    write_features(tmp_path / "f.h5", FeatureSpace(IDS, FEATURE), provenance={})

    with pytest.raises(StoreError, match="holds 'features', but 'fitted_features'"):
        read_fitted_features(tmp_path / "f.h5")


def test_images_of_open_stimuli_are_read_when_they_are_sliced(tmp_path):
    image = np.random.default_rng(0).integers(0, 256, (3, 4, 5, 3), dtype=np.uint8)
    stimuli = Stimuli(IDS, image, caption=np.array(["x", "y", "z"]))
    write_stimuli(tmp_path / "s.h5", stimuli, provenance={})

    with open_stimuli(tmp_path / "s.h5") as opened:
        assert not isinstance(opened.image, np.ndarray)
        np.testing.assert_array_equal(opened.image[1:], image[1:])
        assert opened.caption.tolist() == ["x", "y", "z"]
        assert opened.category is None
